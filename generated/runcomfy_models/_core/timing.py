"""The clock, and how long to wait for what. Handed in, so that a test can hurry it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import NamedTuple


def chance() -> float:
    """Return a number from 0 to 1."""
    from random import random

    return random()


class Timing(NamedTuple):
    """Seconds, a clock and chance."""

    first_backoff: float = 0.5
    longest_backoff: float = 8.0
    longest_retry_after: float = 60.0
    max_silence: float = 120.0
    """Without one good answer for so long, a wait gives up."""
    fresh: float = 10.0
    """For so long after its submit, a job that is unknown may not have got round yet."""
    shortest_call: float = 0.5
    """A call is given so long even when its deadline is nearer."""
    grace: float = 0.5
    """For so long, what interrupts a submit waits for its answer."""
    now: Callable[[], float] = monotonic
    jitter: Callable[[], float] = chance
    """Spreads out what would come at once."""

    def backoff(self, failures: int, retry_after: float | None) -> float:
        """Return the seconds before the next try, after so many failures (from 1).

        Doubles from the first to the longest, less up to half by chance, but never
        less than what the service asks for, up to a minute.
        """
        delay: float = self.first_backoff * 2 ** min(failures - 1, 10)
        delay = min(delay, self.longest_backoff) * (1 - self.jitter() / 2)
        if retry_after is None:
            return delay
        return max(delay, min(retry_after, self.longest_retry_after))

    def call_time(self, deadline: float) -> float:
        """Return the seconds that a call may still take."""
        return max(deadline - self.now(), self.shortest_call)
