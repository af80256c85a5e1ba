"""What a session may spend, and what it has begun. The journal outlives the session.

A job is paid once: it is in the journal before it is sent, with its request_id before
anything else is done with it. The same call within an hour is answered from there.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..._batch.journal import Journal
from ..._batch.keys import read_entry
from ..._batch.records import Record
from ..._batch.states import (
    Claim,
    Ended,
    Lost,
    Refused,
    StepError,
    Taken,
    Unsent,
    to_nano,
)
from ..._core.money import Budget, Estimate
from ...errors import (
    InsufficientBalanceError,
    NetworkError,
    RateLimitError,
    RunComfyError,
    SubmitUncertainError,
)

if TYPE_CHECKING:
    from ...async_client import AsyncRunComfy

REUSED_FOR = timedelta(hours=1)
LAST_ANSWERS = 30.0
"""Seconds for which the answers of submits are waited for at the end."""
FOR_NOW = (NetworkError, RateLimitError, InsufficientBalanceError)
"""Refusals of a submit that surely was not taken, and may be made again."""


@dataclass(slots=True)
class Begun:
    """A job that this session began, or found in the journal."""

    request_id: str
    model_id: str
    is_reused: bool
    estimate: Estimate | None = None
    cost: Decimal | None = None
    is_settled: bool = False
    row_id: int | None = None


@dataclass(slots=True)
class RefusedError(Exception):
    """A call that was not made, with what to do."""

    message: str


@dataclass(slots=True)
class Ledger:
    """The jobs of a session, within its limits."""

    client: AsyncRunComfy
    journal: Journal | None
    max_cost_usd: Decimal | None
    max_jobs: int | None
    allow_unpriced: bool
    budget: Budget = field(init=False)
    jobs: dict[str, Begun] = field(default_factory=dict)
    begun: int = 0
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    _sending: set[asyncio.Future[Begun]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.budget = Budget(self.max_cost_usd, self.allow_unpriced)

    @property
    def may_spend(self) -> bool:
        """Whether anything that costs is offered."""
        return self.max_cost_usd is not None

    async def begin(self, model_id: str, body: dict[str, Any], again: bool) -> Begun:
        """Submit a job, or return the one that the same call began within the hour.

        RefusedError, OverBudgetError or another error where nothing was sent.
        """
        if not self.may_spend or self.journal is None:
            raise RefusedError(
                "This server may not spend: a person starts it with --max-cost-usd."
            )
        digest = read_entry((None, model_id, body), 0).digest
        lock = self._locks.setdefault(digest, asyncio.Lock())
        async with lock:
            record, attempt = await asyncio.to_thread(self._latest, digest)
            if record is not None and not again:
                reused = self._reused(record)
                if reused is not None:
                    return reused
            return await self._submit(model_id, body, f"mcp-{digest}-{attempt}")

    def _latest(self, digest: str) -> tuple[Record | None, int]:
        """Return the last job of a call, and the number for a new one."""
        assert self.journal is not None
        self.journal.recover()
        attempt, latest = 0, None
        while (found := self.journal.find(f"mcp-{digest}-{attempt}")) is not None:
            if found.state == "new":
                return latest, attempt
            latest = found
            attempt += 1
        return latest, attempt

    def _reused(self, record: Record) -> Begun | None:
        """Return the job of an earlier call; None where it does not answer this one."""
        when = record.sent_at or record.added_at
        if datetime.now(UTC) - datetime.fromisoformat(when) > REUSED_FOR:
            return None
        if record.request_id is not None:
            begun = Begun(record.request_id, record.model_id, True, row_id=record.id)
            self.jobs.setdefault(record.request_id, begun)
            return begun
        if record.state == "failed":
            return None  # it was refused, and never began
        raise RefusedError(
            "The same call was sent within the last hour, and its answer was lost: the "
            "job may be running, and be billed. Ask a person to look at the account's "
            "requests; again=true sends and pays it anew."
        )

    async def _submit(self, model_id: str, body: dict[str, Any], key: str) -> Begun:
        """Submit a job within the limits, whatever becomes of who waits for it."""
        found = await self.client.estimate_model(model_id, body)
        if self.max_jobs is not None and self.begun >= self.max_jobs:
            raise RefusedError(
                f"This session has begun {self.begun} jobs, and may begin no more "
                "(--max-jobs). Ask a person."
            )
        ceiling = self.max_cost_usd
        if found.usd is None and ceiling is not None and self.budget.spent >= ceiling:
            raise RefusedError(
                f"All of ${ceiling:f} is spent (--max-cost-usd). Ask a person."
            )
        self.budget.reserve(model_id, found)
        self.begun += 1
        sending = asyncio.ensure_future(self._send(model_id, body, key, found))
        self._sending.add(sending)
        sending.add_done_callback(self._sending.discard)
        # A caller that goes away must not leave a job that nobody knows.
        return await asyncio.shield(sending)

    async def _send(
        self, model_id: str, body: dict[str, Any], key: str, found: Estimate
    ) -> Begun:
        journal = self.journal
        assert journal is not None
        try:
            row_id, owner = await asyncio.to_thread(
                self._claim, model_id, body, key, found
            )
        except BaseException:
            self._take_back(found)
            raise
        try:
            job = await self.client.submit_model(model_id, body)
        except SubmitUncertainError as error:
            await asyncio.to_thread(journal.step, row_id, Lost(owner, str(error)))
            raise
        except RunComfyError as error:
            kind = Unsent if isinstance(error, FOR_NOW) else Refused
            await asyncio.to_thread(journal.step, row_id, kind(owner, str(error)))
            self._take_back(found)
            raise
        except BaseException as error:
            await asyncio.to_thread(journal.step, row_id, Lost(owner, repr(error)))
            raise
        await asyncio.to_thread(journal.step, row_id, Taken(owner, job.request_id))
        begun = Begun(job.request_id, model_id, False, found, row_id=row_id)
        self.jobs[job.request_id] = begun
        return begun

    def _claim(
        self, model_id: str, body: dict[str, Any], key: str, found: Estimate
    ) -> tuple[int, int]:
        """Put a job down as being sent, on the disk."""
        journal = self.journal
        assert journal is not None
        journal.add([read_entry((key, model_id, body), 0)], 0)
        record = journal.find(key)
        assert record is not None
        owner = journal.worker()
        estimate = None if found.usd is None else to_nano(found.usd)
        try:
            journal.step(record.id, Claim(owner, self.client.base_url, estimate, None))
        except StepError as error:
            raise RefusedError(
                "The same call is being made by another process; try again in a while."
            ) from error
        return record.id, owner

    def _take_back(self, found: Estimate) -> None:
        self.budget.release(found)
        self.begun -= 1

    async def settle(
        self,
        request_id: str,
        state: str,
        cost: Decimal | None,
        error: str | None = None,
    ) -> None:
        """Note how a job ended, and what it cost instead of its estimate, once."""
        job = self.jobs.get(request_id)
        if job is None or job.is_settled:
            return
        job.is_settled, job.cost = True, cost
        if job.estimate is not None:
            self.budget.settle(job.estimate, cost)
        if self.journal is not None and job.row_id is not None:
            paid = None if cost is None else to_nano(cost)
            event = Ended(state, paid, None, error)  # type: ignore[arg-type]
            with suppress(StepError):  # another process has noted it
                await asyncio.to_thread(self.journal.step, job.row_id, event)

    async def close(self) -> None:
        """Wait for submits whose answer is not there yet, and close the journal."""
        if self._sending:
            await asyncio.wait(self._sending, timeout=LAST_ANSWERS)
        if self.journal is not None:
            await asyncio.to_thread(self.journal.close)

    def as_object(self) -> dict[str, Any]:
        """Return the session's limits, what it has spent, and its jobs."""
        spent = self.budget.spent
        return {
            "max_cost_usd": _text(self.max_cost_usd),
            "spent_or_reserved_usd": _text(spent),
            "left_usd": (
                None if self.max_cost_usd is None else _text(self.max_cost_usd - spent)
            ),
            "max_jobs": self.max_jobs,
            "jobs_begun": self.begun,
            "jobs": [
                {
                    "request_id": job.request_id,
                    "model_id": job.model_id,
                    "estimate_usd": (
                        None if job.estimate is None else _text(job.estimate.usd)
                    ),
                    "cost_usd": _text(job.cost),
                    "from_journal": job.is_reused,
                }
                for job in self.jobs.values()
            ],
        }


def open_journal(place: Path) -> Journal:
    """Open the journal of what agents were sold, made when it is missing."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Journal(place)


def _text(usd: Decimal | None) -> str | None:
    return None if usd is None else f"{usd:f}"
