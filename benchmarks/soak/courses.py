"""The courses that a job can take through a client, each to its end.

Written once: what a client returns is awaited where it is awaitable. So a course of
the sync client never suspends, and `at_once` runs it.
"""

import inspect
import pickle
import random
import tempfile
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, NamedTuple

from benchmarks.soak.chaos import TOKEN
from runcomfy_models import (
    DownloadError,
    JobCancelledError,
    JobFailedError,
    RequestNotFoundError,
    RunComfyError,
    WaitTimeoutError,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit

MOST_WAITS = 60
LONGEST_WAIT = 2.0
ENDS = (JobFailedError, JobCancelledError, RequestNotFoundError)
WAYS = {
    "straight": 50,
    "impatient": 10,
    "resumed by its id": 10,
    "resumed from a pickle": 5,
    "cancelled": 15,
    "downloaded": 10,
}


class Outcome(NamedTuple):
    """How a job ended, as far as the client can tell."""

    way: str
    request_id: str | None
    """None where no job was got."""
    ending: str
    """`Result`, or the name of the last error's class."""
    late: bool = False
    """Whether the last error was for a timeout, and so may be the machine's fault."""
    cancelled: bool | None = None
    """What `cancel` said."""
    found: tuple[str, ...] = ()
    """What was seen to be wrong on the way."""


@dataclass
class Course:
    """One job of one client on its way; `make_client` makes another such client."""

    client: Any
    make_client: Callable[[], Any]
    way: str
    request_id: str | None = None
    cancelled: bool | None = None
    found: tuple[str, ...] = ()

    async def run(self, number: str) -> Outcome:
        """Submit a job, and lead it to its end.

        One to be resumed is submitted by a client that is gone by then.
        """
        resumed = self.way.startswith("resumed")
        client = self.make_client() if resumed else self.client
        try:
            job = await settled(client.submit(input_of(number)))
        except RunComfyError as error:
            return self.outcome(error)
        finally:
            if resumed:
                await settled(client.close())
        return await self.lead(job)

    async def lead(self, job: Any) -> Outcome:
        """Lead a job that was submitted to its end."""
        self.request_id = job.request_id
        if self.way == "resumed by its id":
            return await self.resume(job.request_id)
        if self.way == "resumed from a pickle":
            job = pickle.loads(pickle.dumps(job))
        if self.way == "cancelled":
            await self.cancel(job)
        return self.outcome(await self.follow(job))

    async def resume(self, request_id: str) -> Outcome:
        """Follow the job by another client, as another process would."""
        other = self.make_client()
        try:
            return self.outcome(
                await self.follow(other.job(request_id, flux_2_pro_edit.Output))
            )
        finally:
            await settled(other.close())

    async def cancel(self, job: Any) -> None:
        """Cancel a job, and keep what is said of it."""
        try:
            self.cancelled = await settled(job.cancel())
        except RunComfyError as error:
            self.look_at(error)

    async def follow(self, job: Any) -> object:
        """Wait, again and again, until there is a result or an error that is final."""
        last: object = None
        for attempt in range(MOST_WAITS):
            short = self.way == "impatient" and attempt < 5
            try:
                last = await settled(job.wait(timeout=0.005 if short else LONGEST_WAIT))
                break
            except ENDS as error:
                return error
            except WaitTimeoutError as error:
                self.look_at(error)
                last, job = error, error.job
            except RunComfyError as error:
                self.look_at(error)
                last = error
        if self.way == "downloaded" and not isinstance(last, Exception):
            await self.download(last)
        return last

    async def download(self, result: Any) -> None:
        """Download a result's media."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                paths = await settled(self.client.download(result, folder))
                if not paths or not all(path.stat().st_size for path in paths):
                    self.found = (*self.found, "was downloaded as nothing")
            except DownloadError as error:
                self.look_at(error)

    def outcome(self, last: object) -> Outcome:
        """Return how it ended: with this result, or this error."""
        late = False
        if isinstance(last, BaseException):
            self.look_at(last)
            late = "Timeout" in str(last)
        return Outcome(
            self.way,
            self.request_id,
            type(last).__name__,
            late,
            self.cancelled,
            self.found,
        )

    def look_at(self, error: BaseException) -> None:
        """Look for the token in all that an error shows, its frames' locals too."""
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        if TOKEN in f"{''.join(shown.format())}{error!r}{vars(error)}":
            name = type(error).__name__
            self.found = (*self.found, f"shows the token in a {name}")


def input_of(number: str) -> flux_2_pro_edit.Input:
    """Return the input by which the ledger knows a job."""
    return flux_2_pro_edit.Input(prompt=number, image_urls=["https://x.test/a.png"])


def way_of(seed: int, number: str) -> str:
    """Return the course that the seed decides on."""
    chance = random.Random(f"{seed} {number}")
    return chance.choices([*WAYS], [*WAYS.values()])[0]


async def settled(value: Any) -> Any:
    """Return a value, awaited where it is to be."""
    return await value if inspect.isawaitable(value) else value


def at_once(course: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run a course that never suspends, as that of a sync client."""
    try:
        course.send(None)
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome
    raise AssertionError("a sync client waited for an event loop")
