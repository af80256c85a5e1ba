"""What a batch tells of its jobs: `BatchItem` and `BatchReport`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import RunComfyError
from .journal import Journal
from .records import Count, Record
from .states import STATES, State, dollars, to_usd

if TYPE_CHECKING:
    from .._models import InputModel

ADVICE: dict[State, str] = {
    "new": "not sent yet, or held back: run the batch",
    "sending": "being sent by a process that is there",
    "submitted": "under way: run the batch to follow them",
    "uncertain": "may be running, and billed, and are not sent again: look at the "
    "account's requests, then settle(key, request_id=…) or settle(key, lost=True)",
    "failed": "retry() tries them again, and pays again",
    "cancelled": 'retry(state="cancelled") tries them again, and pays again',
    "succeeded": "",
}


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A job of a batch, as its journal had it at a moment."""

    key: str
    model_id: str
    state: State
    """`new`, `sending`, `submitted`, `uncertain`, `succeeded`, `failed`, `cancelled`."""
    request_id: str | None
    cost_usd: Decimal | None
    """What it cost, with its earlier tries; None where that is not known."""
    files: tuple[Path, ...]
    error: str | None
    """What went wrong, or why it was not sent."""
    estimate_usd: Decimal | None
    """What it was reckoned to cost when it was sent under a ceiling."""
    earlier_request_ids: tuple[str, ...]
    """Of earlier tries."""
    added_at: datetime | None
    sent_at: datetime | None
    ended_at: datetime | None
    _body: str = field(repr=False)
    _output: str | None = field(repr=False)
    _id: int = field(repr=False)
    _journal: Journal = field(repr=False, compare=False)

    @property
    def body(self) -> dict[str, Any]:
        """The request body, as it is sent."""
        stored = self._body or self._journal.body(self._id)
        body: dict[str, Any] = json.loads(self._journal.whole(stored))
        return body

    @property
    def input(self) -> InputModel[Any]:
        """The model's `Input`, also where the model has changed since, or is gone."""
        return read_input(self.model_id, self.body)

    @property
    def output(self) -> Any:
        """What the model returned, as JSON. Its links have lost their queries."""
        text = self._output
        if text is None and self.state == "succeeded":
            text = self._journal.output(self._id)
        return None if text is None else json.loads(text)


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What became of a batch so far."""

    counts: dict[State, int]
    """How many jobs there are of each state."""
    cost_usd: Decimal
    """What is known to have been paid."""
    at_stake_usd: Decimal
    """What jobs under way, uncertain or of unknown cost are reckoned to cost beside."""
    unknown: int
    """How many jobs were sent of which neither is known."""
    uncertain: tuple[BatchItem, ...]
    """The first of those that a person has to settle."""

    def __str__(self) -> str:
        lines = []
        for state, jobs in self.counts.items():
            advice = ADVICE[state]
            lines.append(f"{jobs:>8} {state}" + (f"  ({advice})" if advice else ""))
        lines.append(f"   ${self.cost_usd:f} paid")
        if self.at_stake_usd:
            lines.append(f"   ${self.at_stake_usd:f} at stake, as reckoned")
        if self.unknown:
            lines.append(f"{self.unknown:>8} sent whose cost is not known")
        lines += [f"  uncertain: {item.key}  {item.error}" for item in self.uncertain]
        return "\n".join(lines)


def item_of(record: Record, journal: Journal) -> BatchItem:
    """Return a job as the caller sees it."""
    cost = record.cost
    if cost is not None or record.paid_before:
        cost = (cost or 0) + record.paid_before
    files = json.loads(record.files) if record.files else ()
    return BatchItem(
        key=record.key,
        model_id=record.model_id,
        state=record.state,
        request_id=record.request_id,
        cost_usd=to_usd(cost),
        files=tuple(map(Path, files)),
        error=record.error,
        estimate_usd=to_usd(record.estimate),
        earlier_request_ids=tuple(record.earlier.splitlines()),
        added_at=_moment(record.added_at),
        sent_at=_moment(record.sent_at),
        ended_at=_moment(record.ended_at),
        _body=record.body,
        _output=record.output,
        _id=record.id,
        _journal=journal,
    )


def report_of(counts: Iterable[Count], uncertain: Iterable[BatchItem]) -> BatchReport:
    """Add up what the journal counts."""
    jobs: dict[State, int] = {}
    cost = at_stake = unknown = 0
    for count in sorted(counts, key=lambda each: STATES.index(each.state)):
        jobs[count.state] = count.jobs
        cost += count.cost
        unknown += count.unknown
        if count.state != "new":
            at_stake += count.estimate
    return BatchReport(
        counts=jobs,
        cost_usd=dollars(cost),
        at_stake_usd=dollars(at_stake),
        unknown=unknown,
        uncertain=tuple(uncertain),
    )


def read_input(model_id: str, body: dict[str, Any]) -> InputModel[Any]:
    """Return the `Input` that a body is of; unchecked where its model has changed."""
    input_type = _input_type(model_id)
    if not input_type.model_fields:
        return input_type.unchecked(**body)
    try:
        return input_type.model_validate(body)
    except ValueError:
        return input_type.unchecked(**body)


def _input_type(model_id: str) -> type[InputModel[Any]]:
    """Return the `Input` of a model, or an open one for a model that is gone."""
    from .._index import load
    from .._models import InputModel, OutputModel

    try:
        known: type[InputModel[Any]] = load(model_id).Input
    except RunComfyError:

        class Input(InputModel[OutputModel]):
            """The body of a model that this package does not have."""

        Input.model_id = model_id
        return Input
    return known


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
