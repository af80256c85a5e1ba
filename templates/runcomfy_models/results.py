"""What a job made: `Result`, and the media in it. No I/O in here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

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


LONGEST_URL, MOST_SHOWN = 120, 4
"""How much of a URL, and how many of them, a repr shows."""


class SentInput(NamedTuple):
    """What was given for a job, each file by its name, type, size and SHA-256."""

    model_id: str
    body: dict[str, Any]


class Result(Generic[OutputT]):
    """What the service says of a finished job."""

    __slots__ = ("_sent", "output", "raw", "request_id")

    output: OutputT
    """The model's output, typed. Empty where the service sent no object: see `raw`."""
    request_id: str
    raw: dict[str, Any]
    """The whole answer, as JSON."""

    def __init__(
        self,
        output: OutputT,
        request_id: str,
        raw: dict[str, Any],
        sent: SentInput | None = None,
    ) -> None:
        self.output = output
        self.request_id = request_id
        self.raw = raw
        self._sent = sent

    @property
    def model_id(self) -> str | None:
        """Return the model; None for a job from elsewhere of which the service says none."""
        if self._sent is not None:
            return self._sent.model_id
        said = self.raw.get("model_id")
        return said if isinstance(said, str) else None

    @property
    def input(self) -> dict[str, Any] | None:
        """Return what was submitted, each file by its name, type, size and SHA-256.

        For a job that was picked up by its request_id, what the service says, or None.
        """
        if self._sent is not None:
            return self._sent.body
        said = self.raw.get("input")
        return said if isinstance(said, dict) else None

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

    @property
    def url(self) -> str:
        """Return the URL of the first medium; LookupError, which says why, without one."""
        for url in self.media():
            return url
        output = self.raw.get("output")
        found = (
            "no output" if output is None else f"an output without any: {output!r:.200}"
        )
        raise LookupError(
            f"The result of {self.request_id} has no medium: the service sent {found}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the result as JSON has it: request_id, output, media, cost and times."""
        cost = self.cost
        return {
            "request_id": self.request_id,
            "output": self.raw.get("output"),
            "media": self.media(),
            "cost": None if cost is None else str(cost),
            "created_at": self.raw.get("created_at"),
            "finished_at": self.raw.get("finished_at"),
        }

    def to_json(self) -> str:
        """Return the same as a text."""
        import json

        return json.dumps(self.to_dict(), ensure_ascii=False, default=str)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield the names and values of `to_dict`, so that `dict(result)` is it."""
        return iter(self.to_dict().items())

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let pydantic, and so FastAPI, take and dump a result."""
        from ._models.dumping import result_schema

        return result_schema(cls)

    def _repr_html_(self) -> str:
        """Show the media in a notebook."""
        from ._html import result_html

        return result_html(self.request_id, self.cost, self.media())

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.output, self.request_id, self.raw, self._sent)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return (self.request_id, self.raw) == (other.request_id, other.raw)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        cost, shown = self.cost, []
        for url in self.media():  # what stands behind the ? may let anybody in
            plain = url if url[:5].lower() == "data:" else url.partition("?")[0]
            shown.append(
                plain if len(plain) <= LONGEST_URL else f"{plain[:LONGEST_URL]}…"
            )
        more = f" and {len(shown) - MOST_SHOWN} more" if len(shown) > MOST_SHOWN else ""
        price = "" if cost is None else f", cost={cost}"
        return (
            f"Result(request_id={self.request_id!r}, "
            f"media={shown[:MOST_SHOWN]!r}{more}{price})"
        )


def read_result(
    body: dict[str, Any],
    request_id: str,
    output_type: type[OutputT] | None,
    sent: SentInput | None = None,
) -> Result[OutputT]:
    """Build the result from the body of a result answer that says "succeeded"."""
    if output_type is None:
        from ._models import OutputModel

        output_type = OutputModel  # type: ignore[assignment]
        assert output_type is not None
    output = body.get("output")
    fields = output if isinstance(output, dict) else {}
    return Result(output_type.model_validate(fields), request_id, body, sent)


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
