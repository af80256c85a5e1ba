"""Following a job to its end: polls, deadline, result. Operations, so no I/O.

A wait asks for the job's status until that is final, then for its result. What it has
seen of the job so far is its state:

| seen last | then came | the wait |
| --- | --- | --- |
| nothing, `in_queue`, `in_progress` or an unknown word | the same | pauses |
| | another state or queue position | tells `on_update`, pauses |
| | `completed`, `succeeded` or `failed` | tells, and asks for the result |
| | `cancelled` | tells, and raises `JobCancelledError` |
| `completed` or `succeeded` | a result that succeeded | returns it |
| | a result that failed or was cancelled | raises `JobFailedError`, `JobCancelledError` |
| | none yet | pauses: results lag behind |
| `failed` | anything but a success | raises `JobFailedError`, with what is known |

Unknown words are "still running", since the service makes up new ones. Faults on the
way (429, 5xx, broken connections, pages of something in between) are got over, until
nothing good came for `Timing.max_silence` seconds. Over all of it stands the deadline:
each call is cut by it, each pause ends with it, and what it ends is the wait and not the
job, which goes on and can be waited for again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Any, Self

from ..errors import (
    ConfigurationError,
    JobCancelledError,
    JobFailedError,
    JobNotFinishedError,
    RunComfyError,
    WaitTimeoutError,
)
from ..results import OutputT, Result, read_result
from . import service_rules
from .answers import error_code, message_of
from .effects import Operation, Send, notify, sleep
from .log import log
from .operations import TRANSIENT, Body, ReadT, fetch
from .paths import request_path
from .service_rules import JobStatus
from .settings import Settings, clean_timeout
from .submission import tell

if TYPE_CHECKING:
    from .job_ref import JobRef

OnUpdate = Callable[[JobStatus], object]
RESULT = "result?include_cost=true"


class Watch:
    """One wait for a job: what was seen of it, and when to give up."""

    _settings: Settings
    _began: float | None = None
    _deadline: float | None = None
    _seen: JobStatus | None = None

    def __init__(self, job: JobRef[Any], timeout: float | None) -> None:
        self._job = job
        self._timeout = clean_timeout(timeout)

    def start(self, settings: Settings) -> Self:
        """Begin to count the time, by the clock of a client."""
        self._settings = settings
        if self._began is None:
            self._began = settings.timing.now()
            if self._timeout is not None:
                self._deadline = self._began + self._timeout
        return self

    @property
    def state(self) -> str:
        """The state last seen, empty before the first poll."""
        return "" if self._seen is None else self._seen.state

    def next_change(self, settings: Settings) -> Operation[JobStatus | None]:
        """Poll until state or queue position change; None once the job has ended."""
        self.start(settings)
        if self._seen is not None and self._seen.ended:
            return None
        try:
            if self._seen is not None:
                yield from self.pause()
            while (status := (yield from self._poll_status())) == self._seen:
                yield from self.pause()
        except BaseException as error:
            note_interruption(error, self._job)
            raise
        log.info("request %s: %s", self._job.request_id, status)
        self._seen = status
        return status

    def poll_result(self) -> Operation[Body]:
        """Poll once for the result, or what is there instead of it."""
        return (yield from self._poll(RESULT, result_body))

    def pause(self) -> Operation[None]:
        """Wait for the next poll, or raise once the deadline has passed."""
        timing = self._settings.timing
        waited = timing.now() - (self._began or 0.0)
        seconds = self._interval(waited) * (0.9 + timing.jitter() / 5)
        if self._deadline is not None:
            seconds = min(seconds, max(0.0, self._deadline - timing.now()))
        yield from sleep(seconds)
        if self._expired():
            raise self._timed_out()

    def _interval(self, waited: float) -> float:
        """Ask the caller's schedule, or ours, and refuse what is not a pause."""
        seconds: object = self._settings.poll_interval(waited)
        if isinstance(seconds, int | float) and 0 <= seconds < inf:
            return min(seconds, service_rules.LONGEST_PAUSE)
        raise ConfigurationError(
            f"poll_interval must return 0 seconds or more, and finite, not {seconds!r}. "
            f"Job {self._job.request_id} goes on.",
            request_id=self._job.request_id,
        )

    def _poll_status(self) -> Operation[JobStatus]:
        read = partial(service_rules.status_of, request_id=self._job.request_id)
        return (yield from self._poll("status", read))

    def _poll(
        self, action: str, read: Callable[[Body], ReadT | None]
    ) -> Operation[ReadT]:
        """Make one call about the job, within the deadline."""
        path = request_path(self._job.request_id, action)
        call = Send("GET", path, deadline=self._deadline)
        silence = self._settings.timing.max_silence
        try:
            return (yield from fetch(self._settings, self._job, call, read, silence))
        except TRANSIENT as error:
            if self._expired():
                raise self._timed_out() from error
            raise

    def _expired(self) -> bool:
        return (
            self._deadline is not None and self._settings.timing.now() >= self._deadline
        )

    def _timed_out(self) -> WaitTimeoutError:
        seen = "no answer yet" if self._seen is None else f"last seen: {self._seen}"
        return WaitTimeoutError(
            f"Job {self._job.request_id} has not ended within {self._timeout:g} s "
            f"({seen}). It goes on: call wait() of this error's job again.",
            job=self._job,
        )


def wait(
    settings: Settings,
    job: JobRef[OutputT],
    timeout: float | None = None,
    on_update: OnUpdate | None = None,
) -> Operation[Result[OutputT]]:
    """Follow a job to its end, and return its result."""
    watch = Watch(job, timeout).start(settings)
    try:
        while status := (yield from watch.next_change(settings)):
            if on_update is not None:
                yield from _notify(on_update, status)
        while (found := (yield from _collect(watch, job))) is None:
            yield from watch.pause()
        return found
    except BaseException as error:
        note_interruption(error, job)
        raise


def status(settings: Settings, job: JobRef[Any]) -> Operation[JobStatus]:
    """Ask where a job stands now."""
    call = Send("GET", request_path(job.request_id, "status"))
    read = partial(service_rules.status_of, request_id=job.request_id)
    return (yield from fetch(settings, job, call, read))


def result(settings: Settings, job: JobRef[OutputT]) -> Operation[Result[OutputT]]:
    """Fetch the result of a job that has ended."""
    call = Send("GET", request_path(job.request_id, RESULT))
    body = yield from fetch(settings, job, call, result_body)
    finished = read_outcome(job, body)
    if finished is not None:
        return finished
    error = JobNotFinishedError(
        f"Job {job.request_id} has no result yet: it is {service_rules.state_of(body)}. "
        "Call wait() to wait for it.",
        job=job,
    )
    error.state = service_rules.state_of(body)
    raise error


def result_body(body: Body) -> Body | None:
    """Return a body if it is a result answer."""
    return None if service_rules.outcome_of(body) is None else body


def read_outcome(job: JobRef[OutputT], body: Body) -> Result[OutputT] | None:
    """Return the result, None while the job is running, or raise how else it ended."""
    match service_rules.outcome_of(body):
        case "succeeded":
            return read_result(body, job.request_id, job.output_type, job.sent)
        case "failed":
            raise failed(job, body)
        case "cancelled":
            raise cancelled(job)
    return None


def failed(job: JobRef[Any], body: Body) -> JobFailedError:
    """Return the error for a job that failed, with what the service says of it."""
    reason = body.get("error")
    said = message_of(reason) or message_of({**body, "error": None})
    error = JobFailedError(
        f"Job {job.request_id} failed: {said or 'the service does not say why'}.",
        job=job,
        code=error_code(body),
    )
    error.error = reason
    return error


def cancelled(job: JobRef[Any]) -> JobCancelledError:
    """Return the error for a job that was cancelled."""
    return JobCancelledError(f"Job {job.request_id} was cancelled.", job=job)


def note_interruption(error: BaseException, job: JobRef[Any]) -> None:
    """Say on whatever ends a wait from outside, once, that the job goes on."""
    note = (
        f"Job {job.request_id} was left running; pick it up by "
        f"client.job({job.request_id!r})."
    )
    tell(error, note, job.request_id)


def _collect(watch: Watch, job: JobRef[OutputT]) -> Operation[Result[OutputT] | None]:
    """Ask for the result once; None where it is not there yet."""
    if watch.state in service_rules.CANCELLATIONS:
        raise cancelled(job)
    has_failed = watch.state in service_rules.FAILURES
    try:
        body = yield from watch.poll_result()
    except RunComfyError as error:
        if has_failed and not isinstance(error, WaitTimeoutError):
            raise failed(job, {}) from error
        raise
    found = read_outcome(job, body)
    if found is None and has_failed:
        raise failed(job, body)
    return found


def _notify(on_update: OnUpdate, status: JobStatus) -> Operation[None]:
    """Tell the caller; a paid job is not lost for a fault in what only looks on."""
    try:
        yield from notify(on_update, status)
    except Exception:
        log.warning("on_update raised; the wait goes on", exc_info=True)
