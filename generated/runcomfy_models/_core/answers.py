"""Reading what the service says when it says no: an answer becomes an error. Pure.

An error is known by its code before its HTTP status: some authentication failures
come as 400, and some errors as 200.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from ..errors import (
    APIError,
    AuthenticationError,
    InsufficientBalanceError,
    InvalidInputError,
    ModelNotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestNotFoundError,
    ServerError,
)
from .incoming import LONGEST_WORDS, shown
from .paths import request_id_in
from .service_rules import has_ended

Subject = Literal["model", "request", "account"]

CODES: dict[str, type[APIError]] = {
    "400002": InsufficientBalanceError,
    "insufficientresources": InsufficientBalanceError,
    "400004": AuthenticationError,
    "useraccounterror": AuthenticationError,
    "permissiondeniederror": PermissionDeniedError,
}
NOT_FOUND: dict[Subject, type[APIError]] = {
    "model": ModelNotFoundError,
    "request": RequestNotFoundError,
    "account": APIError,
}
NOT_FOUND_CODES = {
    "400001",
    "invalidresourceidentifier",
    "404001",
    "resourcenotfound",
}
STATUSES: dict[int, type[APIError]] = {
    401: AuthenticationError,
    402: InsufficientBalanceError,
    403: PermissionDeniedError,
    408: ServerError,
    413: InvalidInputError,
    422: InvalidInputError,
    429: RateLimitError,
}
ADVICE: dict[type[APIError], str] = {
    AuthenticationError: "check that the API token is right and has not expired",
    InsufficientBalanceError: "top up the account's balance",
    PermissionDeniedError: "the account may not do this; check its plan and rights",
    ModelNotFoundError: "check the model_id; runcomfy_models.models() lists them",
    RequestNotFoundError: "check the request_id, which may also have expired",
    RateLimitError: "send fewer calls at once, and try again later",
    InvalidInputError: "mend the input",
    ServerError: "try again later",
}
MESSAGE_KEYS = ("error_message", "message", "error", "detail")
LONGEST_CODE = 40
OTHERS_SAY_TOO = frozenset({400, 403, 404, 405, 407, 410})
"""What a proxy, a firewall or a web server says of its own pages."""
SAME_FROM_ALL = frozenset({408, 413, 429})
"""What means the same whoever says it, as 5xx does."""


class About(NamedTuple):
    """What a call was about: a model, a request, or the account."""

    subject: Subject
    name: str

    @property
    def request_id(self) -> str | None:
        """The request_id, where it was about one."""
        return self.name if self.subject == "request" else None

    def __str__(self) -> str:
        return f"{self.subject} {self.name}"


def error_code(body: object) -> int | str | None:
    """Return the service's error code in a body, or None where there is none."""
    if not isinstance(body, dict):
        return None
    inner = body.get("error")
    found = _code_in(body)
    if found is None and isinstance(inner, dict):
        found = _code_in(inner)
    return found


def _code_in(source: dict[str, object]) -> int | str | None:
    """Return a code, as a number where it is one of a sensible length."""
    for key in ("error_code", "code"):
        code = source.get(key)
        if isinstance(code, bool) or not isinstance(code, int | str) or not code:
            continue
        text = shown(str(code), longest=LONGEST_CODE)
        return int(text) if text.isascii() and text.isdecimal() else text
    return None


def is_refusal(body: object) -> bool:
    """Tell whether a body that came as HTTP 200 is an error all the same.

    A job that ended may carry an `error_code` too; that one is the job's.
    """
    if not isinstance(body, dict) or has_ended(body):
        return False
    return str(body.get("error_code") or 0) != "0"


def message_of(value: object) -> str:
    """Return what an error, a string or an object, says in words; short, one line."""
    return shown(_words(value))


def is_api_answer(status_code: int, raw: bytes | None, body: object) -> bool:
    """Tell whether an error is the API's own, and not of something in between.

    A gateway says in its own way that a page is not there or not for all to see. An
    overload or a fault means the same whoever tells of it.
    """
    if isinstance(body, dict) or status_code in SAME_FROM_ALL or status_code >= 500:
        return True
    text = b"?" if raw is None else raw.strip()
    if status_code in OTHERS_SAY_TOO:
        return not text
    return not text.startswith(b"<")


def read_refusal(
    status_code: int, body: object, about: About, retry_after: float | None = None
) -> APIError:
    """Return the error that an answer stands for."""
    code = error_code(body)
    kind = error_class(status_code, code, about)
    said = message_of(body)
    label = f"HTTP {status_code}" + ("" if code is None else f", code {code}")
    advice = ADVICE.get(kind)
    if about.subject == "model" and kind is ServerError:
        # A submit that the service failed at may have been taken: not to be repeated.
        advice = None
    request_id, detail = about.request_id, None
    if isinstance(body, dict):
        request_id = request_id or request_id_in(body, status_code)
        detail = body.get("detail")
    error = kind(
        f"{about}: {said or 'no explanation given'} ({label})"
        + (f"; {advice}." if advice else "."),
        status_code=status_code,
        code=code,
        request_id=request_id,
    )
    error.detail = detail
    error.retry_after = retry_after
    return error


def error_class(
    status_code: int, code: int | str | None, about: About
) -> type[APIError]:
    """Return the class of an error by its code, else by its HTTP status."""
    missing = NOT_FOUND[about.subject]
    key = str(code).lower()
    if key in NOT_FOUND_CODES:
        return missing
    if key in CODES:
        return CODES[key]
    if len(key) == 6 and key.isdecimal():
        # Six-digit codes begin with the HTTP status that they mean.
        status_code = int(key[:3])
    if status_code in (404, 410):
        return missing
    if status_code in STATUSES:
        return STATUSES[status_code]
    if status_code >= 500:
        return ServerError
    if status_code == 400 and about.subject == "model":
        return InvalidInputError
    return APIError


def _words(value: object) -> str:
    """Collect the words of an error, from the keys that hold some."""
    match value:
        case str():
            return value[: LONGEST_WORDS * 4]
        case list():
            return "; ".join(filter(None, map(_words, value[:10])))
        case {"msg": message, "loc": [*place]}:
            path = ".".join(str(part)[:LONGEST_WORDS] for part in place[:10])
            said = str(message)[: LONGEST_WORDS * 4]
            return f"{path}: {said}" if path else said
        case {"msg": message}:
            return str(message)[: LONGEST_WORDS * 4]
        case dict():
            found = [_words(value.get(key)) for key in MESSAGE_KEYS]
            return ": ".join(dict.fromkeys(filter(None, found)))
    return ""
