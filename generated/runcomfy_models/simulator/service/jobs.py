"""The life of a job, as pure state: the time is told to it."""

import math
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

Unit = Literal["calls", "seconds"]
State = Literal["in_queue", "in_progress", "completed", "cancelled"]
Outcome = Literal["succeeded", "failed", "cancelled", "expired"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a job queues and runs, in status calls or in seconds."""

    queued: float = 2
    running: float = 1
    unit: Unit = "calls"

    def __post_init__(self) -> None:
        """Refuse lengths that no job could have."""
        if not (0 <= self.queued < math.inf and 0 <= self.running < math.inf):
            raise ValueError("queued and running are finite numbers, 0 or more")
        if self.unit not in ("calls", "seconds"):
            raise ValueError(f"unit is 'calls' or 'seconds', not {self.unit!r}")


@dataclass(frozen=True, slots=True)
class Ending:
    """How a job ends, and with which error: text or an object."""

    outcome: Outcome = "succeeded"
    error: Any = None


@dataclass(slots=True)
class Job:
    """One submitted job. Times are seconds since the epoch."""

    request_id: str
    model_id: str
    input: dict[str, Any]
    created: float
    pace: Pace = field(default_factory=Pace)
    ending: Ending = field(default_factory=Ending)
    calls: int = 0
    """How often its status or result was asked for."""
    finished: float | None = None
    cost: Decimal = Decimal(0)
    """What was charged for it, in US dollars."""

    @property
    def state(self) -> State:
        """The state that `/status` tells now."""
        return self.state_at(time.time())

    def poll(self, now: float) -> None:
        """Count a call, and let the job finish if it is time."""
        self.calls += 1
        if self.finished is None and self._left(now) <= 0:
            self.finished = now

    def end(self, ending: Ending, now: float) -> None:
        """End the job at once."""
        self.ending = ending
        self.finished = now

    def strike(self, ending: Ending, now: float) -> None:
        """End the job at once; one that has ended can only be forgotten."""
        if self.state_at(now) not in ("completed", "cancelled"):
            self.end(ending, now)
        elif ending.outcome == "expired":
            self.ending = ending

    def state_at(self, now: float) -> State:
        """Return the state that `/status` tells at this time."""
        if self.finished is not None or self._left(now) <= 0:
            return "cancelled" if self.ending.outcome == "cancelled" else "completed"
        return "in_queue" if self._elapsed(now) < self.pace.queued else "in_progress"

    def expired(self, now: float) -> bool:
        """Tell whether the service has forgotten the job."""
        return self.ending.outcome == "expired" and self.state_at(now) == "completed"

    def queue_position(self, now: float) -> int:
        """Return the place in the queue; the first is 1."""
        return math.ceil(self.pace.queued - self._elapsed(now))

    def cancel(self, now: float) -> bool:
        """Cancel the job if it still queues; tell whether that was so."""
        if self.state_at(now) != "in_queue":
            return False
        self.end(Ending("cancelled"), now)
        return True

    def _elapsed(self, now: float) -> float:
        if self.pace.unit == "calls":
            return max(self.calls - 1, 0)
        return now - self.created

    def _left(self, now: float) -> float:
        return self.pace.queued + self.pace.running - self._elapsed(now)
