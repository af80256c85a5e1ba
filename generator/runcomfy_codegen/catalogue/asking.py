"""Ask the service, again where another try may help, and say what is waited for.

No question takes longer than a limit, with all its tries and pauses, and none is silent
for more than some seconds: a person sees whether to wait.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from runcomfy_codegen.http import (
    DEADLINE,
    TIMEOUT,
    FetchError,
    Service,
    TooLargeError,
    fetch,
)

T = TypeVar("T")
Say: TypeAlias = Callable[[str], None]
"""Takes a line for the person who waits."""

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further attempt."""
LONGEST_PAUSE = 30.0
LIMIT = 60.0
"""Seconds in which an answer has to come, with all tries for it."""
SILENCE = 3.0
"""Seconds after which it is said that an answer is waited for."""


def say_nothing(line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Questions:
    """How the service is asked."""

    service: Service
    say: Say = say_nothing
    limit: float = LIMIT

    def ask(self, path: str, about: str, most: int, read: Callable[[bytes], T]) -> T:
        """Return what is read from an answer of at most so many bytes.

        `about` says what is asked for. `read` raises FetchError for what is not such an
        answer. Raises FetchError if no answer comes, and TooLargeError at once.
        """
        end = time.monotonic() + self.limit
        pauses = iter(PAUSES)
        while True:
            try:
                return read(self._fetch(path, about, most, end))
            except TooLargeError:
                raise
            except FetchError as error:
                pause = next(pauses, None)
                if pause is None or not error.again:
                    raise
                self._pause(about, error, pause, end)

    def _fetch(self, path: str, about: str, most: int, end: float) -> bytes:
        """Return what is answered to one try."""
        url = f"{self.service.base_url}{path}"
        left = max(0.01, end - time.monotonic())
        timeout, deadline = min(TIMEOUT, left), min(DEADLINE, left)
        with self._announced(about, left):
            return fetch(url, self.service, most, timeout, deadline)

    @contextmanager
    def _announced(self, about: str, left: float) -> Iterator[None]:
        """Say that an answer is waited for, if it does not come soon."""
        soon = min(SILENCE, left / 4)
        words = f"{about}: waiting for an answer, at most {max(1, round(left))} s more"
        timer = threading.Timer(soon, self.say, [words])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _pause(self, about: str, error: FetchError, pause: float, end: float) -> None:
        """Wait before another try; raise the error if there is no time for one."""
        wait = min(max(pause, error.wait or 0), LONGEST_PAUSE)
        if time.monotonic() + wait >= end:
            limit = f"--timeout is {self.limit:g} s"
            why = f" ({limit})"
            if error.wait:
                why = f"; it asks to wait {error.wait:g} s, and {limit}"
            error.what += why
            raise error
        what = self.service.redact(error.what)
        self.say(f"{about}: {what}; it is asked again in {wait:g} s")
        time.sleep(wait)
