"""What a job made: `Result`, and the media in it. No I/O in here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from decimal import Decimal

    from ._models import OutputModel

__all__ = ["Result"]

OutputT = TypeVar("OutputT", bound="OutputModel")

# Unescaped spaces are taken where what ends the text can only be a file's name.
_URL = re.compile(
    r"[a-z][a-z0-9+.-]*://\S+" r"|https?://[^\r\n]+\.\w{2,5}" r"|data:[\w.+-]+/.+",
    re.IGNORECASE | re.DOTALL,
)


class Result(Generic[OutputT]):
    """What the service says of a finished job."""

    __slots__ = ("output", "raw", "request_id")

    output: OutputT
    """The model's output, typed. Empty where the service sent no object: see `raw`."""
    request_id: str
    raw: dict[str, Any]
    """The whole answer, as JSON."""

    def __init__(self, output: OutputT, request_id: str, raw: dict[str, Any]) -> None:
        self.output = output
        self.request_id = request_id
        self.raw = raw

    @property
    def cost(self) -> Decimal | None:
        """Return what the job cost in US dollars, where the service says so."""
        from ._core.money import exact

        return exact(self.raw.get("cost"), texts=True)

    @property
    def created_at(self) -> datetime | None:
        """Return when the job was submitted, where the service says so."""
        return _moment(self.raw.get("created_at"))

    @property
    def finished_at(self) -> datetime | None:
        """Return when the job ended, where the service says so."""
        return _moment(self.raw.get("finished_at"))

    def media(self) -> list[str]:
        """Return the URL of every medium of the output, each once, in their order.

        Whatever the output's keys and depth; the echoed input is left out.
        """
        return list(dict.fromkeys(_urls(self.raw.get("output"))))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return (self.request_id, self.raw) == (other.request_id, other.raw)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Result(request_id={self.request_id!r}, media={len(self.media())})"


def read_result(
    body: dict[str, Any], request_id: str, output_type: type[OutputT] | None
) -> Result[OutputT]:
    """Build the result from the body of a result answer that says "succeeded"."""
    if output_type is None:
        from ._models import OutputModel

        output_type = OutputModel  # type: ignore[assignment]
        assert output_type is not None
    output = body.get("output")
    fields = output if isinstance(output, dict) else {}
    return Result(output_type.model_validate(fields), request_id, body)


def _urls(value: object) -> Iterator[str]:
    pending = [value]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            text = value.strip()
            if _URL.fullmatch(text):
                yield text
        elif isinstance(value, dict):
            pending.extend(reversed(value.values()))
        elif isinstance(value, list):
            pending.extend(reversed(value))


def _moment(value: object) -> datetime | None:
    from datetime import UTC, datetime

    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value.strip())
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None
