"""What both ways to run many jobs share: options, one job's course, and who is in flight."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from .._core.base_client import BaseClient
from .._core.effects import Operation, notify
from .._core.job_ref import JobRef
from .._core.log import log
from .._core.money import Budget
from .._core.pricing import submit_within
from .._core.settings import Settings, clean_timeout
from .._core.submission import Submission
from .._core.waiting import wait
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..results import Result, SentInput

OnSubmitted = Callable[[int, Any], object]
Outcome = tuple[int, Any]
"""A job's index, and its result or error."""

LAST_OUTCOMES = 5.0
"""Seconds for which outcomes are still delivered once the inputs have failed."""


class CallerError(Exception):
    """What a function of the caller's raised: not the job's outcome, but the end of all."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(error)
        self.error = error


class Exhausted(NamedTuple):
    """The inputs came to their end: how many there were, and what ended them."""

    taken: int
    error: BaseException | None


class Plan(Protocol):
    """What a scheduler has to know: how many at once, and how each is led to its end."""

    @property
    def settings(self) -> Settings:
        """The client's."""
        ...

    @property
    def concurrency(self) -> int:
        """How many jobs are in flight, or not taken yet by the consumer, at most."""
        ...

    def course(
        self, index: int, item: object, submission: Submission
    ) -> Operation[Any]:
        """Return the operation that leads a job to its end."""
        ...


class Options(NamedTuple):
    """How to run the jobs."""

    settings: Settings
    make_job: Callable[[str, Any, SentInput | None], JobRef[Any]]
    concurrency: int
    timeout: float | None
    on_submitted: OnSubmitted | None
    budget: Budget

    def check(self) -> None:
        """Refuse less than one at a time, and what is not a timeout."""
        if not self.concurrency >= 1:
            raise ConfigurationError("concurrency must be 1 or more.")
        clean_timeout(self.timeout)

    def course(
        self, index: int, item: object, submission: Submission
    ) -> Operation[Result[Any]]:
        """Submit an input, or take up a job, and follow it to its end."""
        reserved = None
        if isinstance(item, JobRef):
            job = self._taken_up(item, submission)
        else:
            given: Any = item
            model_id, body, output_type = BaseClient._read_input(given)
            request_id, reserved = yield from submit_within(
                self.settings, model_id, body, self.budget, submission
            )
            job = self.make_job(request_id, output_type, submission.sent)
            if self.on_submitted is not None:
                yield from _tell_caller(partial(self.on_submitted, index), job)
        found = yield from wait(self.settings, job, self.timeout)
        if reserved is not None:
            self.budget.settle(reserved, found.cost)
        return found

    def _taken_up(self, job: JobRef[Any], submission: Submission) -> JobRef[Any]:
        if job.base_url != self.settings.base_url:
            raise ConfigurationError(
                f"Job {job.request_id} runs at {job.base_url}, and this client is for "
                f"{self.settings.base_url}.",
                request_id=job.request_id,
            )
        submission.request_id = job.request_id
        return job


def _tell_caller(
    function: Callable[[Any], object], job: JobRef[Any]
) -> Operation[None]:
    try:
        yield from notify(function, job)
    except BaseException as error:
        if not isinstance(error, GeneratorExit):
            raise CallerError(error) from error
        raise


class InFlight:
    """The jobs whose outcome was not delivered yet. No lock: each step is atomic."""

    def __init__(self) -> None:
        self._submissions: dict[int, Submission] = {}

    def begin(self, index: int) -> Submission:
        """Return what is to be known of a job's submit."""
        submission = self._submissions[index] = Submission()
        return submission

    def delivered(self, index: int) -> None:
        """Forget a job whose outcome the consumer has."""
        self._submissions.pop(index, None)

    def abandon(self) -> list[Submission]:
        """Let no more of them leave; return those whose answer is still to come."""
        under_way = [s for s in list(self._submissions.values()) if s.abandon()]
        return [s for s in under_way if s.request_id is None]

    def tell(self, error: BaseException) -> None:
        """Name the jobs that go on, or may: in the log, and on what interrupts."""
        known = list(self._submissions.values())
        named = [s.request_id for s in known if s.request_id]
        uncertain = [s.describe() for s in known if not s.request_id and s.sent_at]
        notes = list(uncertain)
        if named:
            notes.insert(
                0,
                "run_many stopped before these jobs' outcomes were taken; they were "
                f"left running, or have ended: {', '.join(named)}",
            )
        said = getattr(error, "__notes__", ())
        for note in notes:
            if note not in said:
                log.warning("%s", note)
                error.add_note(note)
