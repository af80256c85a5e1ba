"""Faults as text, for the command line and for short scripts."""

import math
from collections.abc import Callable

from ..http.routing import ENDPOINTS, Endpoint
from .faults import OK, Fault
from .plan import FaultRule

_ERROR = {"code": "MODEL_ERROR", "message": "The model failed (simulated)."}

# Each takes the text after the name's colon; "" where there is none.
_NAMED: dict[str, tuple[str, Callable[[str], Fault]]] = {
    "ok": ("no fault", lambda _: OK),
    "slow": ("late by [:SECONDS]", lambda t: Fault.slow(_seconds(t, 0.5))),
    "trickle": (
        "body over [:SECONDS]",
        lambda t: Fault.trickle(_seconds(t, 2)),
    ),
    "drip": (
        "headers and body over [:SECONDS]",
        lambda t: Fault.drip(_seconds(t, 2)),
    ),
    "hang": ("no answer, taken", lambda _: Fault.hang()),
    "hang-before": ("no answer, not taken", lambda _: Fault.hang(taken=False)),
    "drop": ("closed before it was taken", lambda _: Fault.drop()),
    "drop-after": ("closed after it was taken", lambda _: Fault.drop(taken=True)),
    "reset": ("TCP reset before", lambda _: Fault.drop(reset=True)),
    "reset-after": ("TCP reset after", lambda _: Fault.drop(taken=True, reset=True)),
    "truncated": ("half of the body", lambda _: Fault.truncated()),
    "status": ("an HTTP error :STATUS[:CODE]", lambda t: _status(t)),
    "status-after": ("the same, but taken", lambda t: _status(t, taken=True)),
    "rate-limit": (
        "429, Retry-After [:SECONDS]",
        lambda t: Fault.rate_limit(_seconds(t, 0) if t else None),
    ),
    "rate-limit-date": (
        "429, Retry-After a date [:SECONDS] ahead",
        lambda t: Fault.rate_limit(_seconds(t, 1), as_date=True),
    ),
    "error-200": (
        "HTTP 200 with error_code [:CODE]",
        lambda t: Fault.error_200(int(t or 500001)),
    ),
    "redirect": ("302 to :URL", lambda t: Fault.redirect(t)),
    "broken-json": ("half of the JSON", lambda _: Fault.broken_json()),
    "html": ("an error page [:STATUS]", lambda t: Fault.html(_http(t or "502"))),
    "empty": ("no body [:STATUS]", lambda t: Fault.empty(_http(t or "200"))),
    "huge": ("padded by [:BYTES]", lambda t: Fault.huge(int(t or 100_000_000))),
    "unknown-state": (
        "a status nobody knows [:STATE]",
        lambda t: Fault.unknown_state(t or "warming_up"),
    ),
    "failed": ("the job fails, text", lambda t: Fault.failed(t or _ERROR["message"])),
    "failed-object": ("the job fails, an object", lambda _: Fault.failed(_ERROR)),
    "cancelled": ("the job ends cancelled", lambda _: Fault.cancelled()),
    "expired": ("the job is forgotten (404001)", lambda _: Fault.expired()),
}

FAULT_HELP = "\n".join(f"  {name:16} {what}" for name, (what, _) in _NAMED.items())


def parse_fault(text: str) -> Fault:
    """Read one fault, as `name` or `name:argument`; raise ValueError for another."""
    name, _, argument = text.strip().partition(":")
    if name not in _NAMED:
        raise ValueError(f"there is no fault {name!r}; known: {', '.join(_NAMED)}")
    try:
        return _NAMED[name][1](argument)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r}: {error}") from error


def parse_rule(text: str) -> FaultRule:
    """Read `[ENDPOINT/]FAULT[=PROBABILITY]`, such as `submit/drop-after=0.05`.

    Without an endpoint it strikes them all; faults of a job strike submits.
    """
    head, slash, rest = text.partition("/")
    endpoint = head if slash and head in ENDPOINTS else None
    text = rest if endpoint else text
    fault, equals, share = text.rpartition("=")
    try:
        probability = float(share) if equals else 1.0
    except ValueError:
        fault, probability = text, 1.0
    return FaultRule(
        parse_fault(fault if equals else text),
        probability,
        None if endpoint is None else parse_endpoint(endpoint),
    )


def parse_script(text: str) -> tuple[Endpoint, list[Fault]]:
    """Read `ENDPOINT=FAULT,FAULT,…`, such as `status=ok,ok,status:500,drop`."""
    endpoint, equals, steps = text.partition("=")
    if not equals:
        raise ValueError(f"{text!r}: a script is ENDPOINT=FAULT,FAULT,…")
    return parse_endpoint(endpoint), [parse_fault(step) for step in steps.split(",")]


def parse_endpoint(text: str) -> Endpoint:
    """Return the endpoint of that name; raise ValueError if there is none."""
    for endpoint in ENDPOINTS:
        if endpoint == text.strip():
            return endpoint
    raise ValueError(f"{text!r} is not an endpoint; known: {', '.join(ENDPOINTS)}")


def _status(text: str, taken: bool = False) -> Fault:
    status, _, code = text.partition(":")
    return Fault.status(_http(status), int(code) if code else None, taken=taken)


def _http(text: str) -> int:
    status = int(text) if text.isdigit() else 0
    if not 200 <= status <= 599:
        raise ValueError("an HTTP status is 200 to 599")
    return status


def _seconds(text: str, default: float) -> float:
    seconds = float(text or default)
    if not 0 <= seconds < math.inf:
        raise ValueError("seconds are a finite number, 0 or more")
    return seconds
