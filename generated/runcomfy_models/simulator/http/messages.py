"""What goes over the wire, as plain values. No I/O, and no meaning of endpoints."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was received. Header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    raw: bytes = b""

    @property
    def path(self) -> str:
        """The path as sent, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The decoded query parameters; of a repeated one, the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def body(self) -> Any:
        """The parsed JSON body, or None where there is none that parses."""
        try:
            return parse_json(self.raw)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, body and headers; its length is added on sending."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


class APIError(Exception):
    """A refusal of the service, with its HTTP status and its own error code."""

    def __init__(
        self, status: int, code: int, message: str, detail: Any = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail

    def reply(self) -> Reply:
        """Return the refusal as the service words it."""
        return error_reply(self.status, self.code, self.message, self.detail)


def json_reply(value: Any, status: int = 200) -> Reply:
    """Return a reply with a JSON body."""
    return Reply(status, json.dumps(value, separators=(",", ":")).encode())


def error_reply(status: int, code: int, message: str, detail: Any = None) -> Reply:
    """Return an error body, with `detail` only where there is some."""
    body: dict[str, Any] = {"error_code": code, "error_message": message}
    if detail is not None:
        body["detail"] = detail
    return json_reply(body, status)


def parse_json(raw: bytes) -> Any:
    """Parse strict JSON; raise ValueError for anything else, NaN and depth included."""
    try:
        return json.loads(raw, parse_constant=_refuse, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _finite(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _refuse(text)
