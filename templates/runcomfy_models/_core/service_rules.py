"""The rules of the service, pure: which state ends a job, and how long to wait next.

Sync and async clients alike go by them. No I/O, no clock, no randomness in here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .incoming import shown

if TYPE_CHECKING:
    from datetime import datetime

SUCCESSES = frozenset({"completed", "succeeded"})
FAILURES = frozenset({"failed"})
CANCELLATIONS = frozenset({"cancelled"})
ENDS = SUCCESSES | FAILURES | CANCELLATIONS

SHORTEST_POLL = 0.4
LONGEST_POLL = 5.0
LONGEST_PAUSE = 86_400.0
"""Seconds between two polls, whatever a caller's schedule says: a clock takes no more."""
LONGEST_STATE = 60


class JobStatus(NamedTuple):
    """Where a job stands."""

    state: str
    """`in_queue`, `in_progress`, `completed`, `failed`, `cancelled`, or a new word."""
    queue_position: int | None = None
    """Jobs ahead of it, while it is in the queue and the service says so."""
    request_id: str = ""

    @property
    def ended(self) -> bool:
        """Whether the job will not change any more."""
        return self.state in ENDS

    def __str__(self) -> str:
        if self.queue_position is None:
            return self.state
        return f"{self.state}, position {self.queue_position}"


def state_of(body: dict[str, Any]) -> str | None:
    """Return the body's state in our spelling, or None where it names none."""
    state = body.get("status")
    if not isinstance(state, str) or not state.strip():
        return None
    state = shown(state, longest=LONGEST_STATE).lower()
    return "cancelled" if state == "canceled" else state


def status_of(body: dict[str, Any], request_id: str) -> JobStatus | None:
    """Read a status answer; None where it is none."""
    state = state_of(body)
    if state is None:
        return None
    position = body.get("queue_position")
    if isinstance(position, bool) or not isinstance(position, int):
        position = None
    return JobStatus(state, None if state in ENDS else position, request_id)


def has_ended(body: dict[str, Any]) -> bool:
    """Tell whether a body is about a job that will not change any more."""
    return state_of(body) in ENDS


def was_cancelled(body: dict[str, Any]) -> bool:
    """Read the answer to a cancel: False where the job cannot be cancelled."""
    outcome = body.get("outcome")
    if isinstance(outcome, str):
        return outcome.strip().lower() in ("cancelled", "canceled")
    return state_of(body) in CANCELLATIONS


def outcome_of(
    body: dict[str, Any],
) -> Literal["succeeded", "failed", "cancelled", "running"] | None:
    """Read how a result answer says the job ended; None where it is none."""
    state = state_of(body)
    if state is None:
        return "succeeded" if body.get("output") is not None else None
    if state in CANCELLATIONS:
        return "cancelled"
    if state in FAILURES:
        return "failed"
    if state not in SUCCESSES:
        return "running"
    # "completed" means finished: with an error and nothing made, it failed.
    return "failed" if body.get("error") and not body.get("output") else "succeeded"


def poll_interval(waited: float) -> float:
    """Return the seconds until the next poll of a job waited for so long already.

    A fifth of the wait so far, at least 0.4 s and at most 5 s: a job of 3 s is seen
    within 0.6 s of its end, one of ten minutes is asked for every 5 s.
    """
    return min(max(waited / 5, SHORTEST_POLL), LONGEST_POLL)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Read a `Retry-After` header, seconds or an HTTP date, as seconds from now."""
    if value is None:
        return None
    value = value.strip()
    if value.replace(".", "", 1).isdecimal() and value.isascii():
        return float(value)
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
