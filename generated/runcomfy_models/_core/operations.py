"""Every call of the client, written once: generators that yield effects.

Which calls are made, which are repeated, and what their answers mean. No I/O.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ..errors import (
    APIError,
    NetworkError,
    RateLimitError,
    RequestNotFoundError,
    RunComfyError,
    ServerError,
    SubmitServerError,
    SubmitUncertainError,
    SubmitUnreadableError,
    UnexpectedResponseError,
)
from ..results import SentInput
from . import service_rules
from .answers import About, is_api_answer, is_refusal, read_refusal
from .effects import Answer, Failure, Operation, Send, send, sleep
from .incoming import read_json, shown
from .log import log
from .outgoing import send_files
from .paths import (
    clean_request_id,
    model_path,
    request_id_in,
    request_id_in_headers,
    request_path,
)
from .request_body import encode
from .submission import UNCERTAIN, Submission

if TYPE_CHECKING:
    from .job_ref import JobRef
    from .settings import Settings

ReadT = TypeVar("ReadT")
Body = dict[str, Any]
"""A JSON object, which may hold anything."""

TRANSIENT = (NetworkError, RateLimitError, ServerError, UnexpectedResponseError)
"""What a wait gets over."""


def submit(
    settings: Settings, model_id: str, body: Body, submission: Submission | None = None
) -> Operation[str]:
    """Submit a job, and return its request_id.

    Sent again only where nothing was started: the request provably never left this
    machine, or the service refused it by a 429. Each up to `max_retries` times in a
    row; a submit of this client that is taken in between begins the count anew.
    """
    submission = submission or Submission(model_id)
    submission.model_id = model_id
    prepared = yield from send_files(settings, model_id, body)
    submission.sent = SentInput(model_id, prepared.record)
    encoded = encode(model_id, prepared.body)
    call = Send("POST", model_path(model_id), encoded, submission=submission)
    timing, pacing = settings.timing, settings.pacing
    failures, taken = 0, pacing.taken
    while True:
        yield from pause(settings, slot=pacing.slot(timing.now()))
        began = timing.now()
        reply = yield from send(call)
        try:
            request_id = read_submitted(settings, model_id, reply)
        except (NetworkError, RateLimitError) as error:
            failures = 1 if pacing.taken > taken else failures + 1
            taken = pacing.taken
            if error.request_id or failures > settings.max_retries or is_final(reply):
                raise
            fault = error
        else:
            break
        submission.unsent()
        seconds = timing.backoff(failures, getattr(fault, "retry_after", None))
        if isinstance(fault, RateLimitError):
            log.info("%s: too many calls; all wait for %.1f s", model_id, seconds)
            pacing.refused(began, timing.now(), seconds)
        else:
            yield from sleep(seconds)
    pacing.accepted()
    log.info("model %s: submitted as request %s", model_id, request_id)
    return request_id


def pause(
    settings: Settings, slot: float = 0.0, deadline: float | None = None
) -> Operation[None]:
    """Wait until a call may go, which a 429 to another may put off."""
    timing, pacing = settings.timing, settings.pacing
    burst = pacing.burst
    while True:
        now = timing.now()
        if slot and burst != pacing.burst:
            slot, burst = pacing.slot(now), pacing.burst
        seconds = pacing.pause(now, slot)
        if deadline is not None:
            seconds = min(seconds, deadline - now)
        if seconds <= 0:
            return
        yield from sleep(seconds)


class Fault(NamedTuple):
    """What went wrong in one try of a call, and how."""

    error: RunComfyError
    began: float
    failures: int
    waited: float
    """Since the first try of the call."""


def fetch(
    settings: Settings,
    job: JobRef[Any],
    call: Send,
    read: Callable[[Body], ReadT | None],
    max_silence: float = 0.0,
    on_fault: Callable[[RunComfyError], object] | None = None,
) -> Operation[ReadT]:
    """Make a call that is safe to repeat, and return what `read` makes of its body.

    Repeated on 408, 429, 5xx and broken connections: `max_retries` times, or, in a
    wait, for `max_silence` seconds; there, an answer that is not the API's is repeated
    too. A job that was submitted a moment ago may be unknown for some seconds.
    `on_fault` is told of each fault before the next try.
    """
    timing = settings.timing
    about = About("request", job.request_id)
    first = timing.now()
    failures = 0
    while True:
        yield from pause(settings, deadline=call.deadline)
        began = timing.now()
        reply = yield from send(call)
        try:
            value = read(read_answer(settings, reply, about))
            if value is not None:
                return value
            raise unexpected(settings, reply, about)
        except RunComfyError as error:
            failures += 1
            fault = Fault(error, began, failures, timing.now() - first)
        if is_final(reply) or not _is_repeated(settings, job, fault, max_silence):
            raise fault.error
        seconds = _pause_after(settings, fault)
        if call.deadline is not None:
            left = call.deadline - timing.now()
            if left <= 0:
                raise fault.error
            seconds = min(seconds, left)
        if on_fault is not None:
            on_fault(fault.error)
        yield from sleep(seconds)


def _is_repeated(
    settings: Settings, job: JobRef[Any], fault: Fault, max_silence: float
) -> bool:
    """Tell whether a call is to be made again after this fault."""
    timing = settings.timing
    if isinstance(fault.error, RequestNotFoundError):
        return job.is_fresh(timing.now(), timing.fresh)
    if not isinstance(fault.error, TRANSIENT):
        return False
    if max_silence:
        return fault.waited < max_silence
    is_foreign = isinstance(fault.error, UnexpectedResponseError)
    if is_foreign and not job.is_fresh(timing.now(), timing.fresh):
        return False
    return fault.failures <= settings.max_retries


def _pause_after(settings: Settings, fault: Fault) -> float:
    """Return the seconds until the next try; a 429 holds up the other calls too."""
    timing = settings.timing
    wanted = fault.error.retry_after if isinstance(fault.error, APIError) else None
    seconds = timing.backoff(fault.failures, wanted)
    if isinstance(fault.error, RateLimitError):
        settings.pacing.refused(fault.began, timing.now(), seconds)
    return seconds


def is_final(reply: Answer | Failure) -> bool:
    """Tell whether it would be the same when tried again."""
    if isinstance(reply, Failure):
        return reply.permanent
    return reply.status_code < 300 and reply.body is None  # too large


def read_answer(settings: Settings, reply: Answer | Failure, about: About) -> Body:
    """Return an answer's JSON object, or raise what the answer, or its lack, means."""
    if isinstance(reply, Failure):
        raise NetworkError(_unreachable(settings, reply), request_id=about.request_id)
    body = read_json(reply.body, settings.secret)
    if reply.status_code >= 400 or is_refusal(body):
        if not is_api_answer(reply.status_code, reply.body, body):
            raise unexpected(settings, reply, about)
        wanted = service_rules.retry_after(reply.headers.get("retry-after"))
        raise read_refusal(reply.status_code, body, about, wanted)
    if reply.status_code < 300 and isinstance(body, dict):
        return body
    raise unexpected(settings, reply, about)


def unexpected(
    settings: Settings, reply: Answer | Failure, about: About
) -> UnexpectedResponseError:
    """Return the error for an answer that is not the API's."""
    assert isinstance(reply, Answer)
    return UnexpectedResponseError(
        f"{about}: {_what_is_wrong(settings, reply)} (HTTP {reply.status_code}). Check "
        f"the base URL, {settings.base_url}, and what stands between here and there.",
        status_code=reply.status_code,
        request_id=about.request_id,
    )


def read_submitted(settings: Settings, model_id: str, reply: Answer | Failure) -> str:
    """Return the request_id of a submit, or raise what became of it."""
    if isinstance(reply, Failure):
        raise _not_submitted(settings, model_id, reply)
    try:
        body = read_answer(settings, reply, About("model", model_id))
    except ServerError as error:
        named = error.request_id or request_id_in_headers(
            reply.headers, reply.status_code
        )
        uncertain = SubmitServerError(
            f"{error} {UNCERTAIN}{_named(settings, reply, named)}",
            status_code=error.status_code,
            code=error.code,
            request_id=named,
        )
        uncertain.detail, uncertain.retry_after = error.detail, error.retry_after
        raise uncertain from None
    except UnexpectedResponseError as error:
        if reply.status_code >= 300 and reply.status_code != 303:
            # A redirect is a refusal, but See Other tells of what was done.
            raise
        named = request_id_in_headers(reply.headers, reply.status_code)
        raise SubmitUnreadableError(
            f"{error} {UNCERTAIN}{_named(settings, reply, named)}",
            status_code=reply.status_code,
            request_id=named,
        ) from None
    request_id = clean_request_id(body.get("request_id"))
    if request_id is None:
        named = request_id_in(body) or request_id_in_headers(
            reply.headers, reply.status_code
        )
        raise SubmitUnreadableError(
            f"The service took the submit of {model_id}, it seems (HTTP "
            f"{reply.status_code}), but its answer names no usable request_id. "
            f"{UNCERTAIN}{_named(settings, reply, named)}",
            status_code=reply.status_code,
            request_id=named,
        )
    return request_id


def _not_submitted(
    settings: Settings, model_id: str, reply: Failure
) -> SubmitUncertainError | NetworkError:
    """Return the error for a submit without an answer."""
    if not reply.sent:
        return NetworkError(_unreachable(settings, reply) + " Nothing was submitted.")
    return SubmitUncertainError(
        f"The submit of {model_id} was sent, but its answer was lost ({reply.reason}). "
        f"{UNCERTAIN}"
    )


def _named(settings: Settings, reply: Answer, request_id: str | None) -> str:
    """Say which job an answer names, or at least by what the service traces the call."""
    if request_id:
        return f" The answer names job {request_id}."
    trace = shown(reply.headers.get("x-request-id", ""), settings.secret, 80)
    return f" The answer's X-Request-Id is {trace}." if trace else ""


def cancel(settings: Settings, job: JobRef[Any]) -> Operation[bool]:
    """Ask for a job to be cancelled; tell whether it was.

    Where it had to be asked again, "too late" may be because the first time did it:
    then the job's status decides.
    """
    call = Send("POST", request_path(job.request_id, "cancel"))
    faults: list[RunComfyError] = []
    try:
        cancelled = yield from fetch(
            settings, job, call, service_rules.was_cancelled, on_fault=faults.append
        )
    except APIError as error:
        if error.status_code != 409:
            raise
        cancelled = False
    if cancelled or not faults:
        return cancelled
    call = Send("GET", request_path(job.request_id, "status"))
    state = yield from fetch(settings, job, call, service_rules.state_of)
    return state in service_rules.CANCELLATIONS


def _what_is_wrong(settings: Settings, reply: Answer) -> str:
    """Say what an answer is, instead of the API's."""
    if reply.body is None:
        return (
            f"the answer is larger than max_answer_bytes, {settings.max_answer_bytes} "
            "bytes, or cannot be decoded; RunComfy(max_answer_bytes=…) takes more"
        )
    if 300 <= reply.status_code < 400:
        return "the service redirects, which is not followed with the token"
    if not reply.body.strip():
        return "the answer is empty"
    kind = str(reply.headers.get("content-type", "")).partition(";")[0].strip()
    if kind == "text/html":
        return "the answer is a web page, not JSON"
    return "the answer is not the JSON object that was expected"


def _unreachable(settings: Settings, failure: Failure) -> str:
    if failure.sent:
        return f"The connection to {settings.base_url} broke ({failure.reason})."
    return (
        f"{settings.base_url} cannot be reached ({failure.reason}); check the network, "
        "the base URL and the proxy."
    )
