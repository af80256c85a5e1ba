"""What may become of a job, as pure state: the journal asks here, and writes the answer.

A submit that is sent twice is paid twice, and the service knows no idempotency key. So a
job is never sent but out of `new`, and it leaves `new` on the disk before the first byte
leaves the machine. From then on there are two questions, and each has one answer: does
the service have the job (then its request_id is on the disk before anything else is done
with it), or does nobody know (then no machine sends it again, and a person decides).

| from | what happened | to |
| --- | --- | --- |
| `new` | `Claim`: it is about to be sent | `sending` |
| `sending` | `Taken`: the service named a request_id | `submitted` |
| | `Unsent`: it never left, or was surely refused for now (429, 402) | `new` |
| | `Refused`: it was surely refused for good (4xx) | `failed` |
| | `Lost`: it left, and its answer is not known | `uncertain` |
| | `Orphaned`: the process that sent it is gone | `uncertain` |
| `uncertain` | `Taken`: the answer came after all, to the process that sent it | `submitted` |
| | `Settle` with a request_id: a person found the job | `submitted` |
| | `Settle` without one: a person found that there is no job | `new` |
| `submitted` | `Adopt`: the process that followed it is gone | `submitted` |
| | `Ended` | `succeeded`, `failed`, `cancelled` |
| `succeeded` | `Saved`: its files are whole | `succeeded` |
| `failed`, `cancelled` | `Retry`: what it cost and was called is kept aside | `new` |

All else is refused, and changes nothing. What has happened already is no news, and is not
refused: after a broken connection a change may be told twice.

Money is in whole nano-dollars here, so that sums are exact in any database. A job counts
with its cost where that is known, else with its estimate, from the claim on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal
from typing import Any, Literal, TypeAlias

State = Literal[
    "new", "sending", "submitted", "uncertain", "succeeded", "failed", "cancelled"
]
STATES: tuple[State, ...] = (
    *("new", "sending", "submitted", "uncertain"),
    *("succeeded", "failed", "cancelled"),
)
ENDS: tuple[State, ...] = ("succeeded", "failed", "cancelled")
RETRIED: tuple[State, ...] = ("failed", "cancelled")

NANO = Decimal(1_000_000_000)
MOST_NANO = 2**62


@dataclass(frozen=True, slots=True)
class Row:
    """What decides on a job's next step."""

    id: int
    state: State
    owner: int | None = None
    """The worker that sends or follows it."""
    request_id: str | None = None
    estimate: int | None = None
    cost: int | None = None
    paid_before: int = 0
    """What earlier tries of it cost."""
    earlier: str = ""
    """The request_ids of these, a line each."""
    base_url: str | None = None
    sent_at: str | None = None
    ended_at: str | None = None

    def counted(self) -> int:
        """Return what the job counts for in a budget."""
        if self.state == "new":
            return self.paid_before
        return self.paid_before + (
            self.estimate or 0 if self.cost is None else self.cost
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """The job is about to be sent, by this worker."""

    owner: int
    base_url: str
    estimate: int | None
    ceiling: int | None


@dataclass(frozen=True, slots=True)
class Taken:
    """The service took the job."""

    owner: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """The service has no such job, and it may be sent again."""

    owner: int
    error: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The service has no such job, and will not take it."""

    owner: int
    error: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows whether the service has the job."""

    owner: int
    error: str


@dataclass(frozen=True, slots=True)
class Orphaned:
    """The worker that was sending the job is gone."""

    owner: int


@dataclass(frozen=True, slots=True)
class Adopt:
    """Another worker follows the job from now on."""

    owner: int
    former: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The job will not change any more."""

    state: State
    cost: int | None
    output: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """The job's files are whole: their paths, as JSON."""

    files: str


@dataclass(frozen=True, slots=True)
class Settle:
    """A person's word: the request_id, or None where there is no job."""

    request_id: str | None


@dataclass(frozen=True, slots=True)
class Retry:
    """A person wants the job to be tried once more, and paid once more."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The job is not sent in this run, and why."""

    run: int
    error: str


Event: TypeAlias = (
    Claim
    | Taken
    | Unsent
    | Refused
    | Lost
    | Orphaned
    | Adopt
    | Ended
    | Saved
    | Settle
    | Retry
    | Hold
)
Changes = dict[str, Any]
"""The columns that a step changes, with their new values."""


class StepError(Exception):
    """A step that a job in this state does not take."""

    def __init__(self, row: Row, event: Event) -> None:
        super().__init__(f"a job that is {row.state} takes no {type(event).__name__}")
        self.row = row


class CeilingError(StepError):
    """A claim beyond the ceiling, with what was counted already."""

    def __init__(self, row: Row, event: Claim, spent: int) -> None:
        super().__init__(row, event)
        self.spent = spent


def next_step(row: Row, event: Event, spent: int, now: str) -> Changes:
    """Return what an event changes; raise `StepError` if the job does not take it.

    `spent` is what all jobs count for so far, `now` a time to show, never to reckon with.
    """
    match event:
        case Claim():
            return _claim(row, event, spent, now)
        case Taken(owner, request_id):
            if row.request_id == request_id and row.state != "new":
                return {}
            _expect(row, event, row.state in ("sending", "uncertain"), owner)
            return {"state": "submitted", "request_id": request_id, "error": None}
        case Unsent(owner, error):
            if row.state == "new":
                return {}
            _expect(row, event, row.state == "sending", owner)
            return {"state": "new", "owner": None, "estimate": None, "error": error}
        case Refused(owner, error):
            if row.state == "failed":
                return {}
            _expect(row, event, row.state == "sending", owner)
            ended = {"owner": None, "cost": 0, "ended_at": now, "asked": 0}
            return {"state": "failed", "error": error, **ended}
        case Lost(owner, error):
            if row.state == "uncertain":
                return {}
            _expect(row, event, row.state == "sending", owner)
            return {"state": "uncertain", "error": error, "asked": 0}
        case Orphaned(owner):
            _expect(row, event, row.state == "sending", owner)
            return {"state": "uncertain", "error": ORPHANED}
        case Adopt(owner, former):
            _expect(row, event, row.state in ("submitted", "succeeded"), former)
            return {"owner": owner}
        case Ended():
            return _end(row, event, now)
        case Saved(files):
            _expect(row, event, row.state == "succeeded")
            return {"files": files, "error": None}
        case Settle(None):
            _expect(row, event, row.state == "uncertain")
            return {"state": "new", "owner": None, "estimate": None, "error": None}
        case Settle(request_id):
            _expect(row, event, row.state == "uncertain")
            known = {"request_id": request_id, "owner": None, "error": None}
            return {"state": "submitted", **known}
        case Retry():
            _expect(row, event, row.state in RETRIED)
            return _retry(row)
        case Hold(run, error):
            _expect(row, event, row.state == "new")
            return {"held": run, "error": error}


ORPHANED = (
    "The process that was sending it is gone: the job may be running, and be billed. "
    "Look at the account's requests, then settle it."
)


def after(row: Row, changes: Changes) -> Row:
    """Return a row with the changes made that a `Row` knows of."""
    known = {name: value for name, value in changes.items() if hasattr(row, name)}
    return replace(row, **known)


def to_nano(usd: Decimal | None, up: bool = False) -> int | None:
    """Return dollars as whole nano-dollars; None for what is unknown or beyond reason."""
    if usd is None or usd < 0:
        return None
    rounding = ROUND_CEILING if up else ROUND_HALF_EVEN
    nano = int((usd * NANO).to_integral_value(rounding))
    return nano if nano <= MOST_NANO else None


def to_usd(nano: int | None) -> Decimal | None:
    """Return nano-dollars as dollars, without zeros at the end."""
    return None if nano is None else dollars(nano)


def dollars(nano: int) -> Decimal:
    """Return nano-dollars as dollars, without zeros at the end."""
    usd = (Decimal(nano) / NANO).normalize()
    return usd if usd.as_tuple().exponent <= 0 else usd.quantize(Decimal(1))  # type: ignore[operator]


def _claim(row: Row, event: Claim, spent: int, now: str) -> Changes:
    """Let a worker send a job, unless another does, or it would go beyond the ceiling."""
    if row.state == "sending" and row.owner == event.owner:
        return {}
    _expect(row, event, row.state == "new")
    if event.ceiling is not None and spent + (event.estimate or 0) > event.ceiling:
        raise CeilingError(row, event, spent)
    return {
        "state": "sending",
        "owner": event.owner,
        "base_url": event.base_url,
        "estimate": event.estimate,
        "cost": None,
        "sent_at": now,
        "error": None,
    }


def _end(row: Row, event: Ended, now: str) -> Changes:
    if row.state in ENDS:
        return {}
    _expect(row, event, row.state == "submitted" and event.state in ENDS)
    return {
        "state": event.state,
        "cost": event.cost,
        "output": event.output,
        "error": event.error,
        "ended_at": now,
        "asked": 0,
    }


def _retry(row: Row) -> Changes:
    """Make a job new, and keep aside what its last try cost, and was called."""
    names = [*row.earlier.splitlines(), *([row.request_id] if row.request_id else [])]
    return {
        "state": "new",
        "owner": None,
        "request_id": None,
        "estimate": None,
        "cost": None,
        "paid_before": row.counted(),
        "earlier": "\n".join(names),
        "output": None,
        "files": None,
        "error": None,
        "held": 0,
    }


def _expect(
    row: Row, event: Event, is_fit: bool, owner: int | Literal["any"] | None = "any"
) -> None:
    """Refuse an event that does not fit, or comes of a worker that has no say."""
    if not is_fit or (owner != "any" and row.owner != owner):
        raise StepError(row, event)
