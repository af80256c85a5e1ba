"""What can go wrong with one request, as values. Who it strikes: see `fault_plan`."""

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, Literal

from ..http.messages import Reply, error_reply, json_reply, parse_json
from ..service.jobs import Ending

Delivery = Literal[
    "whole", "dropped", "reset", "hung", "truncated", "trickled", "dripped"
]

_CODES = {400: 400001, 401: 401001, 402: 400002, 403: 403001, 404: 404001, 422: 422001}


def _unchanged(reply: Reply) -> Reply:
    return reply


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour; build it by a class method.

    `taken` says whether the service acts on the request before it misbehaves: whether
    a submit creates a job and so is billed, whether a status call advances its job.
    """

    name: str
    taken: bool = True
    delay: float = 0.0
    """Seconds between acting and the first byte of the answer."""
    delivery: Delivery = "whole"
    seconds: float = 0.0
    """How long a trickled body takes, or a dripped answer."""
    ending: Ending | None = None
    """Ends the request's job: at once, or in due course where it is a submit."""
    rewrite: Callable[[Reply], Reply] = field(default=_unchanged, repr=False)

    def __post_init__(self) -> None:
        """Refuse a time that never comes."""
        if not (0 <= self.delay < math.inf and 0 <= self.seconds < math.inf):
            raise ValueError("seconds are a finite number, 0 or more")

    @classmethod
    def ok(cls) -> "Fault":
        """No fault: a script's step that behaves."""
        return cls("ok")

    @classmethod
    def slow(cls, seconds: float = 0.5) -> "Fault":
        """Act at once, answer late."""
        return cls("slow", delay=seconds)

    @classmethod
    def trickle(cls, seconds: float = 2.0) -> "Fault":
        """Answer at once, but send the body in small pieces over this time."""
        return cls("trickle", delivery="trickled", seconds=seconds)

    @classmethod
    def drip(cls, seconds: float = 2.0) -> "Fault":
        """Send the whole answer, its headers too, in small pieces over this time."""
        return cls("drip", delivery="dripped", seconds=seconds)

    @classmethod
    def hang(cls, taken: bool = True) -> "Fault":
        """Never answer; the connection stays open until the client leaves."""
        return cls("hang" if taken else "hang-before", taken, delivery="hung")

    @classmethod
    def drop(cls, taken: bool = False, reset: bool = False) -> "Fault":
        """Close the connection without an answer; `reset` by a TCP reset."""
        name = ("reset" if reset else "drop") + ("-after" if taken else "")
        return cls(name, taken, delivery="reset" if reset else "dropped")

    @classmethod
    def truncated(cls) -> "Fault":
        """Announce the whole body, send half of it, close the connection."""
        return cls("truncated", delivery="truncated")

    @classmethod
    def status(
        cls,
        status: int,
        code: int | None = None,
        message: str = "simulated fault",
        *,
        taken: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> "Fault":
        """Answer with this HTTP status and an error body; 429 and 5xx act on nothing."""
        if code is None:
            code = _CODES.get(status, 500001 if status >= 500 else status * 1000 + 1)
        reply = error_reply(status, code, message)
        return cls.answer(
            status, reply.body, headers, taken=taken, name=f"status:{status}"
        )

    @classmethod
    def rate_limit(
        cls, retry_after: float | None = None, *, as_date: bool = False
    ) -> "Fault":
        """Answer 429, with `Retry-After` in seconds or as a date where it is given."""

        def rewrite(_: Reply) -> Reply:
            headers = {}
            if retry_after is not None:
                headers["Retry-After"] = (
                    formatdate(time.time() + retry_after, usegmt=True)
                    if as_date
                    else f"{retry_after:g}"
                )
            return replace(error_reply(429, 429001, "Slow down."), headers=headers)

        return cls("rate-limit", taken=False, rewrite=rewrite)

    @classmethod
    def error_200(
        cls,
        code: int = 500001,
        message: str = "simulated fault",
        *,
        taken: bool = False,
    ) -> "Fault":
        """Answer HTTP 200 with a top-level error_code."""
        body = {"error_code": code, "error_message": message}
        return cls.answer(200, body, taken=taken, name="error-200")

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> "Fault":
        """Answer with a redirect elsewhere."""
        return cls.answer(status, b"", {"Location": location}, name="redirect")

    @classmethod
    def answer(
        cls,
        status: int = 200,
        body: Any = b"",
        headers: Mapping[str, str] | None = None,
        *,
        taken: bool = False,
        name: str = "answer",
    ) -> "Fault":
        """Answer exactly this: bytes or text as they are, anything else as JSON.

        A Content-Type among the headers replaces the usual one.
        """
        if isinstance(body, str):
            body = body.encode()
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        others = dict(headers or {})
        kinds = [key for key in others if key.lower() == "content-type"]
        kind = others.pop(kinds[0]) if kinds else "application/json"
        reply = Reply(status, body, kind, others)
        return cls(name, taken, rewrite=lambda _: reply)

    @classmethod
    def broken_json(cls, taken: bool = True) -> "Fault":
        """Answer with JSON that breaks off, in a complete HTTP message."""

        def rewrite(reply: Reply) -> Reply:
            return replace(reply, body=reply.body[: len(reply.body) // 2] or b"{")

        return cls("broken-json", taken, rewrite=rewrite)

    @classmethod
    def html(cls, status: int = 502, taken: bool = False) -> "Fault":
        """Answer with the HTML error page of a gateway."""
        page = "<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>"
        kind = {"Content-Type": "text/html; charset=utf-8"}
        return cls.answer(status, page, kind, taken=taken, name="html")

    @classmethod
    def empty(cls, status: int = 200, taken: bool = True) -> "Fault":
        """Answer with no body at all."""
        return cls.answer(status, b"", taken=taken, name="empty")

    @classmethod
    def huge(cls, size: int = 100_000_000) -> "Fault":
        """Answer rightly, then pad the body with this many bytes of white space."""

        def rewrite(reply: Reply) -> Reply:
            return replace(reply, body=reply.body + b" " * size)

        return cls("huge", rewrite=rewrite)

    @classmethod
    def merge(cls, patch: Mapping[str, Any], *, name: str = "merge") -> "Fault":
        """Change keys of the right answer; None removes a key (RFC 7396).

        An answer that is not a JSON object is left as it is.
        """

        def rewrite(reply: Reply) -> Reply:
            try:
                body = parse_json(reply.body)
            except ValueError:
                return reply
            if not isinstance(body, dict):
                return reply
            return replace(json_reply(_merged(body, patch), reply.status))

        return cls(name, rewrite=rewrite)

    @classmethod
    def unknown_state(cls, state: str = "warming_up") -> "Fault":
        """Answer rightly, but for a status that nobody documents."""
        return cls.merge({"status": state}, name="unknown-state")

    @classmethod
    def failed(cls, error: Any = "The model failed (simulated).") -> "Fault":
        """Let the request's job fail with this error: text or an object."""
        return cls("failed", ending=Ending("failed", error))

    @classmethod
    def cancelled(cls) -> "Fault":
        """Let the request's job end cancelled, though nobody asked."""
        return cls("cancelled", ending=Ending("cancelled"))

    @classmethod
    def expired(cls) -> "Fault":
        """Let the service forget the request's job: 404001 once it has ended."""
        return cls("expired", ending=Ending("expired"))


OK = Fault.ok()


def _merged(target: Any, patch: Any) -> Any:
    if not isinstance(patch, Mapping):
        return patch
    result = dict(target) if isinstance(target, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = _merged(result.get(key), value)
    return result
