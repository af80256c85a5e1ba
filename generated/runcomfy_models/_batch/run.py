"""What the jobs of one run share: its limits, what is in hand, what all of them wait for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from threading import Lock

from .._core.money import Estimate
from .._core.timing import Timing
from ..errors import JournalError

FRESH_PRICE = 30.0
"""For so long, a price that was too high is not asked for again to say no."""


class Run:
    """What the jobs of one run share. Safe between threads."""

    def __init__(
        self,
        number: int,
        out: Path | None,
        timeout: float | None,
        ceiling: Decimal | None,
        allow_unpriced: bool,
    ) -> None:
        self.number = number
        self.out = out
        self.timeout = timeout
        self.ceiling = ceiling
        self.allow_unpriced = allow_unpriced
        self.in_hand: set[int] = set()
        """The jobs that were taken up, and are not done with."""
        self.error: Exception | None = None
        """What ended the run before its jobs had ended."""
        self.is_stopping = False
        """Whether no more jobs are to be taken up."""
        self.sending: set[int] = set()
        """The jobs whose submit is under way, from the claim to its outcome."""
        self._at_stake: set[int] = set()
        self._freed = 0
        self._dear: dict[str, tuple[Estimate, float]] = {}
        self._silent_since: float | None = None
        self._refusals = 0
        self._lock = Lock()

    def stop(self, error: Exception | None = None) -> None:
        """Let no more jobs be sent; those under way are followed to their end.

        The first error is raised in the end, and names all that could not be written.
        """
        if self.error is None:
            self.error = error
        elif isinstance(error, JournalError) and error.request_id is not None:
            self.error.add_note(str(error))
        self.is_stopping = True

    def stake(self, row_id: int) -> None:
        """Note that a job is about to cost something."""
        self._at_stake.add(row_id)

    def withdraw(self, row_id: int) -> None:
        """Note that it does not cost anything after all."""
        self._at_stake.discard(row_id)

    def unstake(self, row_id: int) -> None:
        """Note that it will not cost more than it did."""
        with self._lock:
            if row_id in self._at_stake:
                self._at_stake.discard(row_id)
                self._freed += 1

    @property
    def is_at_stake(self) -> bool:
        """Whether a job may still turn out cheaper than it is counted."""
        return bool(self._at_stake)

    @property
    def freed(self) -> int:
        """How often money may have come free so far."""
        return self._freed

    def was_too_dear(self, model_id: str, found: Estimate, now: float) -> None:
        """Keep a price that did not fit."""
        self._dear[model_id] = found, now

    def dear(self, model_id: str, now: float) -> Estimate | None:
        """Return an estimate of this model that did not fit a moment ago."""
        found, at = self._dear.get(model_id, (None, 0.0))
        return found if now - at < FRESH_PRICE else None

    def heard(self) -> None:
        """Note that the service took a submit."""
        self._silent_since = None
        self._refusals = 0

    def refused(self, timing: Timing, retry_after: float | None) -> float:
        """Return the seconds that all wait after a 429, as asked, or ever longer."""
        self._refusals += 1
        if retry_after is not None:
            return min(retry_after, timing.longest_retry_after)
        return timing.backoff(self._refusals, None)

    def silence(self, now: float) -> float:
        """Note that it cannot be reached; return since how many seconds."""
        if self._silent_since is None:
            self._silent_since = now
        return now - self._silent_since
