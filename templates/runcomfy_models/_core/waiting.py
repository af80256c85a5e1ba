"""Following a job to its end: polls, deadline, result. Operations, so no I/O."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf
from time import monotonic
from typing import TYPE_CHECKING, Any

from ..errors import (
    ConfigurationError,
    JobCancelledError,
    JobFailedError,
    JobNotFinishedError,
    RunComfyError,
    WaitTimeoutError,
)
from ..results import OutputT, Result, read_result
from . import service_rules as _rules
from .answers import error_code, message_of
from .effects import Call, Operation, Send, Sleep
from .log import log
from .money import Budget
from .operations import TRANSIENT, ReadT, fetch, jitter
from .pricing import submit_within
from .service_rules import JobStatus
from .settings import Settings, clean_timeout, request_path

if TYPE_CHECKING:
    from ..jobs import BaseJob

OnUpdate = Callable[[JobStatus], object]
RESULT = "result?include_cost=true"


class Watch:
    """One wait for a job: what was seen of it, and when to give up."""

    def __init__(self, job: BaseJob[Any], timeout: float | None) -> None:
        self._job = job
        self._timeout = clean_timeout(timeout)
        self._began = monotonic()
        self._deadline = None
        if self._timeout is not None:
            self._deadline = self._began + self._timeout
        self._seen: JobStatus | None = None

    @property
    def state(self) -> str:
        """The state last seen, empty before the first poll."""
        return "" if self._seen is None else self._seen.state

    def next_change(self, settings: Settings) -> Operation[JobStatus | None]:
        """Poll until state or queue position change; None once the job has ended."""
        if self._seen is not None and self._seen.ended:
            return None
        try:
            if self._seen is not None:
                yield from self.pause(settings)
            while (status := (yield from self._poll_status(settings))) == self._seen:
                yield from self.pause(settings)
        except BaseException as error:
            note_interruption(error, self._job)
            raise
        log.info("request %s: %s", self._job.request_id, status)
        self._seen = status
        return status

    def poll_result(self, settings: Settings) -> Operation[dict[str, Any]]:
        """Poll once for the result, or what is there instead of it."""
        return (yield from self._poll(settings, RESULT, result_body))

    def pause(self, settings: Settings) -> Operation[None]:
        """Wait for the next poll, or raise once the deadline has passed."""
        waited = monotonic() - self._began
        pause = self._interval(settings, waited) * (0.9 + jitter() / 5)
        if self._deadline is not None:
            pause = min(pause, max(0.0, self._deadline - monotonic()))
        yield Sleep(pause)
        if self._expired():
            raise self._timed_out()

    def _interval(self, settings: Settings, waited: float) -> float:
        seconds: object = settings.poll_interval(waited)
        if isinstance(seconds, int | float) and 0 <= seconds < inf:
            return seconds
        raise ConfigurationError(
            f"poll_interval must return 0 seconds or more, and finite, not {seconds!r}. "
            f"Job {self._job.request_id} goes on.",
            request_id=self._job.request_id,
        )

    def _poll_status(self, settings: Settings) -> Operation[JobStatus]:
        read = partial(_rules.status_of, request_id=self._job.request_id)
        return (yield from self._poll(settings, "status", read))

    def _poll(
        self,
        settings: Settings,
        action: str,
        read: Callable[[dict[str, Any]], ReadT | None],
    ) -> Operation[ReadT]:
        request_id = self._job.request_id
        call = Send("GET", request_path(request_id, action), deadline=self._deadline)
        try:
            return (yield from fetch(settings, request_id, call, read, _rules.PATIENCE))
        except TRANSIENT as error:
            if self._expired():
                raise self._timed_out() from error
            raise

    def _expired(self) -> bool:
        return self._deadline is not None and monotonic() >= self._deadline

    def _timed_out(self) -> WaitTimeoutError:
        seen = "no answer yet" if self._seen is None else f"last seen: {self._seen}"
        return WaitTimeoutError(
            f"Job {self._job.request_id} has not ended within {self._timeout:g} s "
            f"({seen}). It goes on: call wait() of this error's job again.",
            job=self._job,
        )


def wait(
    settings: Settings,
    job: BaseJob[OutputT],
    timeout: float | None = None,
    on_update: OnUpdate | None = None,
) -> Operation[Result[OutputT]]:
    """Follow a job to its end, and return its result."""
    watch = Watch(job, timeout)
    try:
        while status := (yield from watch.next_change(settings)):
            if on_update is not None:
                yield from _notify(on_update, status)
        while (found := (yield from _collect(settings, watch, job))) is None:
            yield from watch.pause(settings)
        return found
    except BaseException as error:
        note_interruption(error, job)
        raise


def run(
    settings: Settings,
    model_id: str,
    body: dict[str, Any],
    make_job: Callable[[str], BaseJob[OutputT]],
    timeout: float | None = None,
    on_update: OnUpdate | None = None,
    budget: Budget | None = None,
) -> Operation[Result[OutputT]]:
    """Submit a job within a budget, and follow it to its end."""
    budget = budget or Budget(None)
    request_id, reserved = yield from submit_within(settings, model_id, body, budget)
    found = yield from wait(settings, make_job(request_id), timeout, on_update)
    if reserved is not None:
        budget.settle(reserved, found.cost)
    return found


def status(settings: Settings, job: BaseJob[Any]) -> Operation[JobStatus]:
    """Ask where a job stands now."""
    call = Send("GET", request_path(job.request_id, "status"))
    read = partial(_rules.status_of, request_id=job.request_id)
    return (yield from fetch(settings, job.request_id, call, read))


def result(settings: Settings, job: BaseJob[OutputT]) -> Operation[Result[OutputT]]:
    """Fetch the result of a job that has ended."""
    call = Send("GET", request_path(job.request_id, RESULT))
    body = yield from fetch(settings, job.request_id, call, result_body)
    finished = read_outcome(job, body)
    if finished is not None:
        return finished
    error = JobNotFinishedError(
        f"Job {job.request_id} has no result yet: it is {_rules.state_of(body)}. "
        "Call wait() to wait for it.",
        job=job,
    )
    error.state = _rules.state_of(body)
    raise error


def result_body(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return a body if it is a result answer."""
    return None if _rules.outcome_of(body) is None else body


def read_outcome(job: BaseJob[OutputT], body: dict[str, Any]) -> Result[OutputT] | None:
    """Return the result, None while the job is running, or raise how else it ended."""
    outcome = _rules.outcome_of(body)
    if outcome == "succeeded":
        return read_result(body, job.request_id, job.output_type)
    if outcome == "failed":
        raise failed(job, body)
    if outcome == "cancelled":
        raise JobCancelledError(f"Job {job.request_id} was cancelled.", job=job)
    return None


def failed(job: BaseJob[Any], body: dict[str, Any]) -> JobFailedError:
    """Return the error for a job that failed, with what the service says of it."""
    reason = body.get("error")
    said = message_of(reason) or message_of({**body, "error": None})
    code = error_code(body)
    error = JobFailedError(
        f"Job {job.request_id} failed: {said or 'the service does not say why'}.",
        job=job,
        code=code,
    )
    error.error = reason
    return error


def note_interruption(error: BaseException, job: BaseJob[Any]) -> None:
    """Say on a Ctrl-C or a task's cancellation, once, that the job goes on."""
    if isinstance(error, Exception | GeneratorExit):
        return
    note = (
        f"Job {job.request_id} was left running; pick it up by "
        f"client.job({job.request_id!r})."
    )
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)
        log.warning("%s (%s)", note, type(error).__name__)


def _collect(
    settings: Settings, watch: Watch, job: BaseJob[OutputT]
) -> Operation[Result[OutputT] | None]:
    if watch.state in _rules.CANCELLATIONS:
        raise JobCancelledError(f"Job {job.request_id} was cancelled.", job=job)
    try:
        body = yield from watch.poll_result(settings)
    except RunComfyError as error:
        if watch.state in _rules.FAILURES and not isinstance(error, WaitTimeoutError):
            raise failed(job, {}) from error
        raise
    found = read_outcome(job, body)
    if found is None and watch.state in _rules.FAILURES:
        raise failed(job, body)
    return found


def _notify(on_update: OnUpdate, status: JobStatus) -> Operation[None]:
    try:
        yield Call(on_update, status)
    except Exception:
        # A paid job is not lost for a fault in what only looks on.
        log.warning("on_update raised; the wait goes on", exc_info=True)
