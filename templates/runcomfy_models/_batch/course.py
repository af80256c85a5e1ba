"""One job of a batch, from the journal to its end. Operations, so no I/O in here.

A submit goes in this order, and nothing may come between its lines:

1. wait until the service bears another submit (a 429 to one job holds up all of them);
2. read the body and, under a ceiling, the price of now;
3. `Claim`: the journal has `sending` on the disk, with what the job may cost;
4. the POST, once;
5. `Taken`, `Unsent`, `Refused` or `Lost`: the journal has the answer on the disk.

Only then is the job followed. Whatever interrupts leaves the journal one line behind at
most, and that line is `sending`, which nobody sends again.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from copy import copy
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from .._core import service_rules
from .._core.downloading import download
from .._core.effects import Operation, Send, notify, run_blocking, send, sleep
from .._core.job_ref import JobRef
from .._core.log import log
from .._core.money import Estimate, estimate, exact, over_budget, unpriced
from .._core.operations import is_final, pause, read_submitted
from .._core.outgoing import send_files
from .._core.pacing import Pacing
from .._core.paths import model_path
from .._core.pricing import estimate_cost
from .._core.request_body import encode
from .._core.settings import Settings
from .._core.submission import Submission
from .._core.waiting import Watch, failed
from ..errors import (
    APIError,
    AuthenticationError,
    ConfigurationError,
    DownloadError,
    InsufficientBalanceError,
    InvalidFileError,
    JournalError,
    NetworkError,
    OverBudgetError,
    RateLimitError,
    RequestNotFoundError,
    RunComfyError,
    SubmitServerError,
    SubmitUncertainError,
    UnexpectedResponseError,
    UploadError,
)
from ..results import Result, read_result
from . import saving
from .commits import Commits, Ticket
from .journal import Journal
from .private import cut, without_queries
from .records import Record
from .run import Run
from .states import (
    CeilingError,
    Claim,
    Ended,
    Event,
    Hold,
    Lost,
    Refused,
    Row,
    Saved,
    State,
    StepError,
    Taken,
    Unsent,
    dollars,
    to_nano,
)

GLANCE = 0.5
"""Seconds after which a job that waits for money looks up."""
MAX_BYTES = 2 * 1024**3
OF_ONE_JOB = (
    APIError,
    ConfigurationError,
    InvalidFileError,
    OverBudgetError,
    UploadError,
)
"""What keeps one job back, and does not end the run."""


class Prepared(NamedTuple):
    """A submit that is ready to be sent."""

    call: Send
    estimate: Estimate | None
    """None where there is no ceiling, and so nobody asked."""


class Courses:
    """Leads the jobs of one run through their courses. What a scheduler asks for jobs."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        commits: Commits,
        run: Run,
        concurrency: int,
    ) -> None:
        # No gaps between submits after a 429: the pause is for all, and enough.
        self.settings = copy(settings)
        self.settings.pacing = Pacing(longest_gap=0.0)
        self.concurrency = concurrency
        self._journal = journal
        self._commits = commits
        self._run = run
        self._me = journal.worker()
        self._name = journal.identity()
        if run.out is not None:
            saving.sweep(run.out, self._name, journal.is_alive)

    def course(
        self, index: int, item: object, submission: Submission
    ) -> Operation[Record | None]:
        """Lead a job to its end; None where it was not this run's to lead."""
        assert isinstance(item, Record)
        try:
            return (yield from Course(self, item, submission).lead())
        except StepError as error:
            log.info("job %s is another's: %s", item.key, error)
            return None
        except (JournalError, ConfigurationError) as error:
            self._run.stop(error)
            return None
        finally:
            self._run.sending.discard(item.id)
            self._run.in_hand.discard(item.id)
            self._run.unstake(item.id)


class Course:
    """One job on its way."""

    def __init__(
        self, courses: Courses, record: Record, submission: Submission
    ) -> None:
        self._settings = courses.settings
        self._journal = courses._journal
        self._commits = courses._commits
        self._run = courses._run
        self._me = courses._me
        self._name = courses._name
        self._record = record
        self._submission = submission
        self._submitted_at: float | None = None

    def lead(self) -> Operation[Record | None]:
        """Submit the job if it is new, follow it, and save its files."""
        if self._record.state == "new" and not (yield from self._submit()):
            return None
        if self._record.state == "submitted":
            self._run.stake(self._record.id)
            yield from self._follow()
        elif self._record.state == "succeeded":
            yield from self._save_again()
        return self._record

    def _step(self, event: Event) -> Operation[Row]:
        """Take a step, and wait until it is on the disk."""
        ticket = Ticket(self._record.id, event)
        yield from notify(self._commits.put, ticket)
        row = ticket.result()
        self._record = replace(
            self._record,
            state=row.state,
            request_id=row.request_id,
            estimate=row.estimate,
            cost=row.cost,
            base_url=row.base_url,
            sent_at=row.sent_at,
            ended_at=row.ended_at,
            error=getattr(event, "error", None),
            output=event.output if isinstance(event, Ended) else self._record.output,
            files=event.files if isinstance(event, Saved) else self._record.files,
        )
        return row

    def _submit(self) -> Operation[bool]:
        """Send the job; False where there is nothing to tell of it.

        Again and again while the service surely did not take it, and may take it yet.
        """
        timing, pacing = self._settings.timing, self._settings.pacing
        self._submission.model_id = self._record.model_id
        failures = 0
        while True:
            yield from pause(self._settings, slot=pacing.slot(timing.now()))
            if self._run.is_stopping:
                return False
            prepared = yield from self._prepare()
            if prepared is None or (yield from self._claim(prepared.estimate)):
                fault = None if prepared is None else (yield from self._send(prepared))
                if fault is None or self._run.is_stopping:
                    return True
                failures += 1
                if not is_overload(fault):
                    yield from sleep(timing.backoff(failures, None))
            elif self._record.error is not None:
                return True

    def _prepare(self) -> Operation[Prepared | None]:
        """Return the call and what it will cost; None where the job was held back."""
        model_id = self._record.model_id
        body = yield from run_blocking(self._read_body)
        try:
            prepared = yield from send_files(self._settings, model_id, body)
            encoded = encode(model_id, prepared.body)
            call = Send(
                "POST", model_path(model_id), encoded, submission=self._submission
            )
            found = yield from self._estimate(body)
        except RunComfyError as error:
            yield from self._hold(error)
            if not isinstance(error, OF_ONE_JOB):
                self._run.stop(error)
            if isinstance(error, AuthenticationError):
                self._run.stop(error)
            return None
        return Prepared(call, found)

    def _read_body(self) -> dict[str, Any]:
        stored = self._journal.body(self._record.id)
        body: dict[str, Any] = json.loads(self._journal.whole(stored))
        return body

    def _estimate(self, body: dict[str, Any]) -> Operation[Estimate | None]:
        """Ask what the job costs now, if there is a ceiling."""
        run, model_id = self._run, self._record.model_id
        if run.ceiling is None:
            return None
        known = run.dear(model_id, self._settings.timing.now())
        if known is not None and not run.is_at_stake:
            same = estimate(body, known.price)
            spent = dollars((yield from run_blocking(self._journal.spent)))
            if same.usd is not None and spent + same.usd > run.ceiling:
                raise over_budget(model_id, same, spent, run.ceiling)
        found = yield from estimate_cost(self._settings, model_id, body)
        if found.usd is None and not run.allow_unpriced:
            raise unpriced(model_id, found, run.ceiling)
        return found

    def _claim(self, found: Estimate | None) -> Operation[bool]:
        """Write down that the job is about to be sent; False where it is to try again.

        A job that does not fit waits while others may leave something of what was
        counted for them, and is held back then.
        """
        run = self._run
        usd = None if found is None else found.usd
        event = Claim(
            self._me,
            self._settings.base_url,
            to_nano(usd, up=True),
            None if run.ceiling is None else to_nano(run.ceiling),
        )
        freed = run.freed
        run.stake(self._record.id)
        run.sending.add(self._record.id)
        try:
            yield from self._step(event)
        except CeilingError as refused:
            spent = dollars(refused.spent)
        except GeneratorExit:
            raise
        except BaseException:
            # The claim may be written all the same: take it back.
            yield from self._step(Unsent(self._me, "The run was stopped."))
            raise
        else:
            return True
        run.withdraw(self._record.id)
        run.sending.discard(self._record.id)
        assert found is not None
        assert run.ceiling is not None
        run.was_too_dear(self._record.model_id, found, self._settings.timing.now())
        while run.freed == freed and run.is_at_stake:
            yield from sleep(GLANCE)
        if run.freed == freed:
            dear = over_budget(self._record.model_id, found, spent, run.ceiling)
            yield from self._hold(dear)
        return False

    def _hold(self, error: Exception) -> Operation[None]:
        """Leave the job new, and say why it was not sent."""
        yield from self._step(Hold(self._run.number, self._shown(error)))

    def _send(self, prepared: Prepared) -> Operation[RunComfyError | None]:
        """Make the POST, once, and write down what came of it.

        None: something did. Else why the job is new again, and may be sent again.
        """
        began = self._settings.timing.now()
        try:
            reply = yield from send(prepared.call)
        except GeneratorExit:
            raise
        except BaseException as error:
            yield from self._interrupted(error)
            raise
        fault = None
        try:
            request_id = read_submitted(self._settings, self._record.model_id, reply)
        except RunComfyError as error:
            if error.request_id is None:
                is_last = is_final(reply) and isinstance(error, NetworkError)
                fault = yield from self._not_taken(error, began, is_last)
                self._run.sending.discard(self._record.id)
                return fault
            request_id = error.request_id
        yield from self._step(Taken(self._me, request_id))
        self._run.sending.discard(self._record.id)
        self._submitted_at = self._settings.timing.now()
        self._settings.pacing.accepted()
        self._run.heard()
        return None

    def _interrupted(self, error: BaseException) -> Operation[None]:
        """Write down what is known of a submit that was cut off."""
        said = self._shown(error) or type(error).__name__
        event: Event
        if self._submission.request_id:
            event = Taken(self._me, self._submission.request_id)
        elif self._submission.sent_at is None:
            event = Unsent(self._me, said)
        else:
            event = Lost(self._me, f"The submit was interrupted ({said}).")
        yield from self._step(event)

    def _not_taken(
        self, error: RunComfyError, began: float, is_last: bool
    ) -> Operation[RunComfyError | None]:
        """Write down a submit that went wrong; return why it may be sent again."""
        said = self._shown(error)
        if is_overload(error):
            self._submission.unsent()
            yield from self._step(Unsent(self._me, said))
            self._run.unstake(self._record.id)
            timing = self._settings.timing
            seconds = self._run.refused(timing, getattr(error, "retry_after", None))
            self._settings.pacing.refused(began, timing.now(), seconds)
            return error
        if isinstance(error, SubmitUncertainError):
            yield from self._step(Lost(self._me, said))
            return None
        self._submission.unsent()
        if isinstance(error, InsufficientBalanceError):
            yield from self._step(Unsent(self._me, said))
            self._run.stop()
            return error
        if isinstance(error, AuthenticationError) or is_last:
            yield from self._step(Unsent(self._me, said))
            self._run.stop(error)
            return error
        if isinstance(error, NetworkError | UnexpectedResponseError):
            yield from self._step(Unsent(self._me, said))
            timing = self._settings.timing
            if self._run.silence(timing.now()) > timing.max_silence:
                self._run.stop(error)
            return error
        yield from self._step(Refused(self._me, said))
        return None

    def _follow(self) -> Operation[None]:
        """Wait for the job's end, and write it down; or say why it is not known yet."""
        record = self._record
        assert record.request_id is not None
        base_url = record.base_url or self._settings.base_url
        if base_url != self._settings.base_url:
            self._tell(
                f"It was submitted to {base_url}, and this client is for "
                f"{self._settings.base_url}."
            )
            return
        job: JobRef[Any] = JobRef(
            record.request_id, None, base_url, submitted_at=self._submitted_at
        )
        try:
            body = yield from ending(self._settings, job, self._run.timeout)
        except RequestNotFoundError as error:
            yield from self._step(Ended("failed", None, None, self._shown(error)))
            return
        except RunComfyError as error:
            self._tell(self._shown(error))
            if isinstance(error, AuthenticationError):
                self._run.stop(error)
            return
        yield from self._step(self._ended(job, body))
        self._run.unstake(record.id)
        if self._record.state == "succeeded" and self._run.out is not None:
            yield from self._save(body)

    def _ended(self, job: JobRef[Any], body: dict[str, Any]) -> Ended:
        """Return what a result answer says of how the job ended."""
        cost = to_nano(exact(body.get("cost"), texts=True))
        state: State
        match service_rules.outcome_of(body):
            case "succeeded":
                output = json.dumps(without_queries(body.get("output")))
                return Ended("succeeded", cost, output, None)
            case "cancelled":
                return Ended("cancelled", cost, None, "It was cancelled.")
            case _:
                state = "failed"
        return Ended(state, cost, None, self._shown(failed(job, body)))

    def _save_again(self) -> Operation[None]:
        """Save the files of a job that had succeeded: its links are asked for again."""
        record = self._record
        job: JobRef[Any] = JobRef(
            record.request_id or "", None, record.base_url or self._settings.base_url
        )
        if job.base_url != self._settings.base_url:
            self._tell(f"Its files are at {job.base_url}.")
            return
        try:
            body = yield from ending(self._settings, job, self._run.timeout)
        except RunComfyError as error:
            self._tell(self._shown(error))
            return
        yield from self._save(body)

    def _save(self, body: dict[str, Any]) -> Operation[None]:
        """Download the job's files, and write down where they are."""
        out, record = self._run.out, self._record
        assert out is not None
        place = saving.aside(out, record.key, self._name, self._me)
        result: Result[Any] = read_result(body, record.request_id or "", None)
        try:
            yield from run_blocking(partial(saving.begin, place))
            paths = yield from download(self._settings, result, place, MAX_BYTES, None)
            named = partial(saving.finish, place, paths, out, record.key)
            files = yield from run_blocking(named)
        except DownloadError as error:
            self._tell(self._shown(error))
        except OSError as error:
            self._tell(f"Its files could not be saved: {error}")
        else:
            yield from self._step(Saved(json.dumps(files)))

    def _tell(self, error: str) -> None:
        """Let the caller know what went wrong, without changing the job."""
        self._record = replace(self._record, error=error)

    def _shown(self, error: BaseException) -> str:
        """Return an error's words as they may stand in the journal."""
        return cut(self._settings.secret.redact(str(error))).replace("\0", "")


def is_overload(error: RunComfyError) -> bool:
    """Tell whether a submit was refused because there are too many, and not taken.

    A 503 that says when to come again is one; any other may have been taken.
    """
    if isinstance(error, RateLimitError):
        return True
    return (
        isinstance(error, SubmitServerError)
        and error.status_code == 503
        and error.retry_after is not None
    )


def ending(
    settings: Settings, job: JobRef[Any], timeout: float | None
) -> Generator[Any, Any, dict[str, Any]]:
    """Follow a job to its end, and return the result answer, whatever it says."""
    watch = Watch(job, timeout).start(settings)
    while (yield from watch.next_change(settings)):
        pass
    is_over = watch.state in (service_rules.FAILURES | service_rules.CANCELLATIONS)
    while True:
        try:
            body = yield from watch.poll_result()
        except RunComfyError:
            if not is_over:
                raise
            return {"status": watch.state}
        if service_rules.outcome_of(body) != "running":
            return body
        if is_over:
            return {**body, "status": watch.state}
        yield from watch.pause()
