"""Every call of the client, written once: generators that yield commands.

Which calls are made, which are repeated, and what their answers mean. No I/O.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from ..errors import (
    APIError,
    ConfigurationError,
    NetworkError,
    RateLimitError,
    RunComfyError,
    ServerError,
    SubmitServerError,
    SubmitUncertainError,
    SubmitUnreadableError,
    UnexpectedResponseError,
)
from . import service_rules as _rules
from .answers import Subject, is_refusal, read_refusal
from .effects import Answer, Failure, Operation, Send, Sleep
from .log import log
from .money import ExactFloat
from .settings import Settings, clean_request_id, model_path, request_path

ReadT = TypeVar("ReadT")

TRANSIENT = (NetworkError, RateLimitError, ServerError, UnexpectedResponseError)
"""What a wait gets over."""

UNCERTAIN = (
    "The job may be running, and be billed. It was not sent again: look at your "
    "account's requests and balance before you do."
)


def submit(settings: Settings, model_id: str, body: dict[str, Any]) -> Operation[str]:
    """Submit a job, once, and return its request_id.

    Tried again only while the request provably never left this machine: the
    connection was refused, or never made. Any refusal is raised, also a 429: the
    service documents no way to tell that it was not taken.
    """
    path = model_path(model_id)
    call = Send("POST", path, encode(model_id, body))
    failures = 0
    while True:
        try:
            reply = yield call
        except BaseException as error:
            if not isinstance(error, Exception | GeneratorExit):
                note = f"The submit of {model_id} was interrupted. {UNCERTAIN}"
                error.add_note(note)
                log.warning("%s", note)
            raise
        if isinstance(reply, Answer):
            return _read_submitted(settings, model_id, reply)
        if reply.sent:
            raise SubmitUncertainError(
                f"The submit of {model_id} was sent, but its answer was lost "
                f"({reply.reason}). {UNCERTAIN}"
            )
        failures += 1
        if reply.hopeless or failures > settings.max_retries:
            raise NetworkError(
                _unreachable(settings, reply) + " Nothing was submitted."
            )
        yield Sleep(_rules.backoff(failures, None, jitter()))


def encode(model_id: str, body: dict[str, Any]) -> bytes:
    """Return a request body as JSON."""
    try:
        text = json.dumps(
            body, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"The input of {model_id} cannot be sent as JSON: {error}."
        ) from None


def fetch(
    settings: Settings,
    request_id: str,
    call: Send,
    read: Callable[[dict[str, Any]], ReadT | None],
    patience: float = 0.0,
    on_fault: Callable[[RunComfyError], object] | None = None,
) -> Operation[ReadT]:
    """Make a call that is safe to repeat, and return what `read` makes of its body.

    Repeated on 408, 429, 5xx and broken connections: `max_retries` times, or, in a
    wait, for `patience` seconds; there, an unreadable answer is repeated too.
    `on_fault` is told of each fault before the next try.
    """
    began = monotonic()
    failures = unread = 0
    error: RunComfyError
    while True:
        reply = yield call
        failures += 1
        try:
            value = read(read_answer(settings, reply, "request", request_id))
            if value is not None:
                return value
            raise unexpected(settings, reply, "request", request_id)
        except (NetworkError, RateLimitError, ServerError) as fault:
            error = fault
            waited = monotonic() - began
            tired = waited >= patience if patience else failures > settings.max_retries
        except UnexpectedResponseError as fault:
            error = fault
            unread += 1
            tired = not patience or unread > settings.max_retries
        if tired or (isinstance(reply, Failure) and reply.hopeless):
            raise error
        wanted = error.retry_after if isinstance(error, APIError) else None
        pause = _rules.backoff(failures, wanted, jitter())
        if call.deadline is not None:
            left = call.deadline - monotonic()
            if left <= 0:
                raise error
            pause = min(pause, left)
        if on_fault is not None:
            on_fault(error)
        yield Sleep(pause)


def read_answer(
    settings: Settings, reply: Answer | Failure, subject: Subject, name: str
) -> dict[str, Any]:
    """Return an answer's JSON object, or raise what the answer, or its lack, means."""
    if isinstance(reply, Failure):
        raise NetworkError(
            _unreachable(settings, reply),
            request_id=name if subject == "request" else None,
        )
    body = _decode(reply.body)
    if reply.status_code >= 400 or is_refusal(body) or _rules.has_failed(body):
        body = settings.secret.redact(body)
    if reply.status_code >= 400 or is_refusal(body):
        raise read_refusal(
            reply.status_code,
            body,
            subject=subject,
            name=name,
            retry_after=_rules.retry_after(reply.headers.get("retry-after")),
        )
    if reply.status_code < 300 and isinstance(body, dict):
        return body
    raise unexpected(settings, reply, subject, name)


def unexpected(
    settings: Settings, reply: Answer, subject: Subject, name: str
) -> UnexpectedResponseError:
    """Return the error for an answer that is not the API's."""
    return UnexpectedResponseError(
        f"{subject} {name}: {_oddness(reply)} (HTTP {reply.status_code}). Check the "
        f"base URL, {settings.base_url}, and what stands between here and there.",
        status_code=reply.status_code,
        request_id=name if subject == "request" else None,
    )


def _read_submitted(settings: Settings, model_id: str, reply: Answer) -> str:
    try:
        body = read_answer(settings, reply, "model", model_id)
    except ServerError as error:
        uncertain = SubmitServerError(
            f"{error} {UNCERTAIN}", status_code=error.status_code, code=error.code
        )
        uncertain.detail, uncertain.retry_after = error.detail, error.retry_after
        raise uncertain from None
    except UnexpectedResponseError as error:
        if reply.status_code >= 300 and reply.status_code != 303:
            # A redirect is a refusal, but See Other tells of what was done.
            raise
        raise SubmitUnreadableError(
            f"{error} {UNCERTAIN}", status_code=reply.status_code
        ) from None
    request_id = clean_request_id(body.get("request_id"))
    if request_id is None:
        raise SubmitUnreadableError(
            f"The service took the submit of {model_id}, it seems (HTTP "
            f"{reply.status_code}), but its answer names no request_id. {UNCERTAIN}",
            status_code=reply.status_code,
        )
    return request_id


def cancel(settings: Settings, request_id: str) -> Operation[bool]:
    """Ask for a job to be cancelled; tell whether it was.

    Where it had to be asked again, "too late" may be because the first time did it:
    then the job's status decides.
    """
    call = Send("POST", request_path(request_id, "cancel"))
    faults: list[RunComfyError] = []
    try:
        cancelled = yield from fetch(
            settings, request_id, call, _rules.was_cancelled, on_fault=faults.append
        )
    except APIError as error:
        if error.status_code != 409:
            raise
        cancelled = False
    if cancelled or not faults:
        return cancelled
    call = Send("GET", request_path(request_id, "status"))
    state = yield from fetch(settings, request_id, call, _rules.state_of)
    return state in _rules.CANCELLATIONS


def _decode(body: bytes | None) -> object:
    try:
        return json.loads(body, parse_float=ExactFloat) if body else None
    except (ValueError, RecursionError):
        return None


def _oddness(reply: Answer) -> str:
    if reply.body is None:
        return "the answer is too large, or cannot be decoded"
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


def jitter() -> float:
    """Return a number from 0 to 1, to spread out what would come at once."""
    from random import random

    return random()
