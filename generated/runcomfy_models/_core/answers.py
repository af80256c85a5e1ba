"""Reading what the service says when it says no: an answer becomes an error. Pure.

An error is known by its code before its HTTP status: some authentication failures
come as 400, and some errors as 200.
"""

from __future__ import annotations

from typing import Literal

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
LONGEST_MESSAGE = 500


def error_code(body: object) -> int | str | None:
    """Return the service's error code in a body, or None where there is none."""
    if not isinstance(body, dict):
        return None
    for source in (body, body.get("error")):
        if isinstance(source, dict):
            for key in ("error_code", "code"):
                code = source.get(key)
                if isinstance(code, (int, str)) and not isinstance(code, bool) and code:
                    return int(code) if str(code).isdecimal() else code
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
    return " ".join(_words(value).split())[:LONGEST_MESSAGE]


def read_refusal(
    status_code: int,
    body: object,
    *,
    subject: Subject,
    name: str,
    retry_after: float | None = None,
) -> APIError:
    """Return the error that an answer stands for.

    `name` is the model_id or the request_id that the call was about.
    """
    code = error_code(body)
    kind = error_class(status_code, code, subject)
    said = message_of(body)
    label = f"HTTP {status_code}" + ("" if code is None else f", code {code}")
    advice = ADVICE.get(kind)
    if subject == "model" and kind is ServerError:
        # A submit that the service failed at may have been taken: not to be repeated.
        advice = None
    error = kind(
        f"{subject} {name}: {said or 'no explanation given'} ({label})"
        + (f"; {advice}." if advice else "."),
        status_code=status_code,
        code=code,
        request_id=name if subject == "request" else None,
    )
    error.detail = body.get("detail") if isinstance(body, dict) else None
    error.retry_after = retry_after
    return error


def error_class(
    status_code: int, code: int | str | None, subject: Subject
) -> type[APIError]:
    """Return the class of an error by its code, else by its HTTP status."""
    missing = NOT_FOUND[subject]
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
    if status_code == 400 and subject == "model":
        return InvalidInputError
    return APIError


def _words(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(_words, value[:10])))
    if not isinstance(value, dict):
        return ""
    if "msg" in value:
        place = value.get("loc")
        path = ".".join(map(str, place)) if isinstance(place, list) else ""
        return f"{path}: {value['msg']}" if path else str(value["msg"])
    said = [_words(value.get(key)) for key in MESSAGE_KEYS]
    return ": ".join(dict.fromkeys(filter(None, said)))
