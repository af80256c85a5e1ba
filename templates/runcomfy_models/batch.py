"""Many jobs that are paid once, whatever happens: `Batch` and `AsyncBatch`.

    with RunComfy() as client, Batch("campaign.db", client) as batch:
        batch.add(inputs)
        for item in batch.run(concurrency=64, max_cost_usd=25, out="out"):
            print(item.key, item.state, item.files, item.cost_usd, item.error)
        print(batch.report())

The journal, a file of SQLite or a database of PostgreSQL, knows of each job whether it
was sent, what it is called at the service, and how it ended. A process that is killed,
at any moment, starts again where it was, and sends nothing twice.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, Generator, Iterable, Iterator
from decimal import Decimal
from os import PathLike
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ._batch.commits import TaskCommits, ThreadCommits
from ._batch.course import Courses
from ._batch.export import export
from ._batch.items import BatchItem, BatchReport, item_of, report_of
from ._batch.journal import CHUNK, Journal
from ._batch.keys import Entry, Pile, read_entries, read_entry
from ._batch.places import LOCK_TIMEOUT
from ._batch.records import Record
from ._batch.run import Run
from ._batch.source import Source
from ._batch.states import RETRIED, STATES, State
from ._batch.tasks import TaskScheduler
from ._batch.threads import ThreadScheduler
from ._core.money import clean_max_cost
from ._core.outbox import Outbox
from ._core.paths import clean_request_id
from ._core.settings import clean_timeout
from .errors import ConfigurationError

if TYPE_CHECKING:
    from types import TracebackType

    from ._models import InputModel
    from .async_client import AsyncRunComfy
    from .client import RunComfy

    Addable = InputModel[Any] | tuple[Any, ...]
    """An `Input`, a (key, Input) pair, or a (key, model_id, body) triple."""

__all__ = ["AsyncBatch", "Batch", "BatchItem", "BatchReport"]

T = TypeVar("T")

SHOWN = 20
"""Uncertain jobs that a report names."""
LAST_ANSWERS = 10.0
"""Seconds for which the answers of submits are waited for when a run is stopped."""


class BaseBatch:
    """A batch without its I/O."""

    def __init__(
        self,
        journal: str | PathLike[str],
        client: Any = None,
        *,
        lock_timeout: float = LOCK_TIMEOUT,
    ) -> None:
        self._client = client
        self._journal = Journal(journal, lock_timeout)
        self._session = SystemRandom().getrandbits(62) + 1
        self._is_running = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._journal.name!r})"

    def _begin(
        self,
        concurrency: int,
        max_cost_usd: Decimal | float | str | None,
        allow_unpriced: bool,
        out: str | PathLike[str] | None,
        timeout: float | None,
    ) -> Run:
        """Refuse what cannot be run before anything is asked for."""
        if self._client is None:
            raise ConfigurationError(
                "This batch has no client, and so can be looked at, but not run: "
                "Batch(journal, client)."
            )
        if self._is_running:
            raise ConfigurationError("This batch is being run already.")
        if not concurrency >= 1:
            raise ConfigurationError("concurrency must be 1 or more.")
        return Run(
            SystemRandom().getrandbits(62) + 1,
            None if out is None else Path(out),
            clean_timeout(timeout),
            clean_max_cost(max_cost_usd),
            allow_unpriced,
        )

    def _item(self, record: Record) -> BatchItem:
        return item_of(record, self._journal)

    def _items(self, state: State | None) -> Iterator[BatchItem]:
        if state is not None and state not in STATES:
            raise ConfigurationError(
                f"{state!r} is not a state; these are: {', '.join(STATES)}."
            )
        return map(self._item, self._journal.records(state))

    def _find(self, key: str) -> BatchItem | None:
        record = self._journal.find(key)
        return None if record is None else self._item(record)

    def _retry(self, state: State, keys: Iterable[str] | None) -> int:
        if state not in RETRIED:
            raise ConfigurationError(
                f"Jobs that are {state} are not tried again; those that are "
                f"{' or '.join(RETRIED)} are. One that is uncertain is settled first."
            )
        return self._journal.retry(state, None if keys is None else list(keys))

    def _settle(self, key: str, request_id: str | None, lost: bool) -> BatchItem:
        if (request_id is None) != lost:
            raise ConfigurationError(
                "Settle a job by its request_id=…, where the service has it, or by "
                "lost=True, where it surely does not."
            )
        clean = None if request_id is None else clean_request_id(request_id)
        if request_id is not None and clean is None:
            raise ConfigurationError(f"{request_id!r:.80} is not a request_id.")
        self._journal.settle(key, clean)
        found = self._journal.find(key)
        assert found is not None
        return self._item(found)

    def _report(self) -> BatchReport:
        uncertain = []
        for item in self._items("uncertain"):
            uncertain.append(item)
            if len(uncertain) == SHOWN:
                break
        return report_of(self._journal.counts(), uncertain)

    def _export(self, path: str | PathLike[str]) -> Path:
        return export(self._items(None), path)

    def _answers(self) -> Generator[list[Record], None, None]:
        """Yield what this batch was asked for, and had ended before."""
        page: list[Record] = []
        for record in self._journal.records(asked=self._session):
            page.append(record)
            if len(page) == CHUNK:
                yield page
                self._journal.answered([each.id for each in page])
                page = []
        if page:
            yield page
            self._journal.answered([each.id for each in page])


class Batch(BaseBatch):
    """Jobs that are paid once, kept in a journal.

    `journal`: a file, made when it is missing, for its owner alone to read; or a URL
    such as postgresql://user@host/database, to be shared by machines. `client`: a
    `RunComfy`; without one, a batch can be looked at, settled and exported, but not run.
    `lock_timeout`: seconds for which another process that writes the file is waited for.
    `JournalError` if it cannot be used as it is.
    """

    def __init__(
        self,
        journal: str | PathLike[str],
        client: RunComfy | None = None,
        *,
        lock_timeout: float = LOCK_TIMEOUT,
    ) -> None:
        _check_client(client, "RunComfy")
        super().__init__(journal, client, lock_timeout=lock_timeout)

    def add(self, inputs: Iterable[Addable]) -> int:
        """Put jobs down that are not in the journal yet; return how many these are.

        Of `Input`s, (key, Input) pairs, or (key, model_id, body) triples. Without a key
        the same input is the same job, and is paid once; with keys, once for each. What
        is there already is harmless, and is answered by `run` from the journal.
        """
        return self._journal.add(read_entries(inputs), self._session)

    def run(
        self,
        *,
        concurrency: int = 64,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
        out: str | PathLike[str] | None = None,
        timeout: float | None = None,
    ) -> Generator[BatchItem, None, None]:
        """Run what has not ended, and yield each job as it ends.

        Jobs that were added here and had ended before come first, from the journal. At
        most `concurrency` are in flight, or waiting for you to take them. `out`: a
        folder for the files, named by the key. `timeout` is each job's; one that passes
        it is yielded as `submitted`, and followed by the next run.

        `max_cost_usd` is a ceiling over all that the journal has: what would go beyond
        it, or whose cost cannot be told unless `allow_unpriced`, is yielded as `new`,
        with the reason, and stays to be run. It is exceeded by no more than what jobs
        in flight cost beyond their estimates.

        When the balance is gone, no more is sent, and what had been sent is followed.
        An error that concerns all jobs, such as a wrong token, is raised at the end.
        """
        run = self._begin(concurrency, max_cost_usd, allow_unpriced, out, timeout)
        return self._outcomes(run, concurrency)

    def items(self, state: State | None = None) -> Iterator[BatchItem]:
        """Yield the jobs in the order in which they were added, or those of a state."""
        return self._items(state)

    def item(self, key: str) -> BatchItem | None:
        """Return the job of a key, None where there is none."""
        return self._find(key)

    def retry(self, state: State = "failed", keys: Iterable[str] | None = None) -> int:
        """Let jobs that failed, or were cancelled, be new again; return how many.

        All of them, or those with these keys. They are paid again.
        """
        return self._retry(state, keys)

    def settle(
        self, key: str, *, request_id: str | None = None, lost: bool = False
    ) -> BatchItem:
        """Say what became of a job that is uncertain, having looked.

        `request_id`: the service has it, by this name, and it will be followed.
        `lost`: the service does not have it, and it may be sent again.
        """
        return self._settle(key, request_id, lost)

    def report(self) -> BatchReport:
        """Return how many jobs there are of each state, what they cost, what is to do."""
        return self._report()

    def export(self, path: str | PathLike[str]) -> Path:
        """Write all jobs to a .jsonl or a .csv file, and return it."""
        return self._export(path)

    def move_here(self) -> None:
        """Say that a copied or restored journal is the one that is run from now on.

        A copy is refused by `run`: its jobs may have been sent from the original since.
        Say so only when that is gone, or is not run any more.
        """
        self._journal.move_here()

    def close(self) -> None:
        """Close the journal. Jobs go on; the next run follows them."""
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _outcomes(self, run: Run, concurrency: int) -> Generator[BatchItem, None, None]:
        self._is_running = True
        try:
            for page in self._answers():
                yield from map(self._item, page)
            commits = ThreadCommits(self._journal)
            courses = Courses(
                self._client._settings, self._journal, commits, run, concurrency
            )
            source = _flat(Source(self._journal, run))
            scheduler = ThreadScheduler(self._client._engine, courses, source)
            for _, outcome in scheduler.outcomes():
                if isinstance(outcome, Exception):
                    run.stop(outcome)
                elif outcome is not None:
                    yield self._item(outcome)
            if run.error is not None:
                raise run.error
        finally:
            run.stop()
            end = time.monotonic() + LAST_ANSWERS
            while run.sending and time.monotonic() < end:
                time.sleep(0.01)
            self._is_running = False


class AsyncBatch(BaseBatch):
    """Jobs that are paid once, kept in a journal: `Batch` for asyncio."""

    def __init__(
        self,
        journal: str | PathLike[str],
        client: AsyncRunComfy | None = None,
        *,
        lock_timeout: float = LOCK_TIMEOUT,
    ) -> None:
        _check_client(client, "AsyncRunComfy")
        super().__init__(journal, client, lock_timeout=lock_timeout)

    async def add(self, inputs: Iterable[Addable] | AsyncIterable[Addable]) -> int:
        """Put jobs down that are not in the journal yet; return how many these are.

        See `Batch.add`; `inputs` may be an async iterable, too.
        """
        added = 0
        pile = Pile()
        async for entry in _entries(inputs):
            if pile.add(entry):
                added += await self._add_pile(pile)
                pile = Pile()
        if pile.entries:
            added += await self._add_pile(pile)
        return added

    async def _add_pile(self, pile: Pile) -> int:
        """Put a few jobs down, off the event loop."""
        return await asyncio.to_thread(self._journal.add_pile, pile, self._session)

    def run(
        self,
        *,
        concurrency: int = 64,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
        out: str | PathLike[str] | None = None,
        timeout: float | None = None,
    ) -> AsyncGenerator[BatchItem, None]:
        """Run what has not ended, and yield each job as it ends. See `Batch.run`."""
        run = self._begin(concurrency, max_cost_usd, allow_unpriced, out, timeout)
        return self._outcomes(run, concurrency)

    async def items(
        self, state: State | None = None
    ) -> AsyncGenerator[BatchItem, None]:
        """Yield the jobs in the order in which they were added, or those of a state."""
        found = self._items(state)
        while (item := await asyncio.to_thread(next, found, None)) is not None:
            yield item

    async def item(self, key: str) -> BatchItem | None:
        """Return the job of a key, None where there is none."""
        return await asyncio.to_thread(self._find, key)

    async def retry(
        self, state: State = "failed", keys: Iterable[str] | None = None
    ) -> int:
        """Let jobs that failed, or were cancelled, be new again; see `Batch.retry`."""
        return await asyncio.to_thread(self._retry, state, keys)

    async def settle(
        self, key: str, *, request_id: str | None = None, lost: bool = False
    ) -> BatchItem:
        """Say what became of a job that is uncertain; see `Batch.settle`."""
        return await asyncio.to_thread(self._settle, key, request_id, lost)

    async def report(self) -> BatchReport:
        """Return how many jobs there are of each state, what they cost, what is to do."""
        return await asyncio.to_thread(self._report)

    async def export(self, path: str | PathLike[str]) -> Path:
        """Write all jobs to a .jsonl or a .csv file, and return it."""
        return await asyncio.to_thread(self._export, path)

    async def move_here(self) -> None:
        """Say that a copied journal is the one to be run; see `Batch.move_here`."""
        await asyncio.to_thread(self._journal.move_here)

    async def close(self) -> None:
        """Close the journal. Jobs go on; the next run follows them."""
        await asyncio.to_thread(self._journal.close)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _outcomes(
        self, run: Run, concurrency: int
    ) -> AsyncGenerator[BatchItem, None]:
        self._is_running = True
        commits = TaskCommits(self._journal)
        try:
            answers = self._answers()
            while page := await asyncio.to_thread(next, answers, None):
                for record in page:
                    yield self._item(record)
            settings = self._client._settings
            courses = await asyncio.to_thread(
                Courses, settings, self._journal, commits, run, concurrency
            )
            source = _flat_async(Source(self._journal, run))
            scheduler = TaskScheduler(self._client._engine, courses, source)
            outcomes = scheduler.outcomes()
            try:
                async for _, outcome in outcomes:
                    if isinstance(outcome, Exception):
                        run.stop(outcome)
                    elif outcome is not None:
                        yield self._item(outcome)
            finally:
                await outcomes.aclose()
            if run.error is not None:
                raise run.error
        finally:
            run.stop()
            end = time.monotonic() + LAST_ANSWERS
            while run.sending and time.monotonic() < end:
                await asyncio.sleep(0.01)
            await asyncio.to_thread(commits.close)
            self._is_running = False


def _check_client(client: object, name: str) -> None:
    """Refuse a client of the other kind, or something else."""
    if client is not None and name not in [
        base.__name__ for base in type(client).__mro__
    ]:
        raise TypeError(f"expected a {name}, not a {type(client).__name__}")


def _flat(source: Source) -> Iterator[Record]:
    while (page := source.next_page()) is not None:
        yield from page


async def _flat_async(source: Source) -> AsyncGenerator[Record, None]:
    while (page := await asyncio.to_thread(source.next_page)) is not None:
        for record in page:
            yield record


async def _entries(
    inputs: Iterable[Addable] | AsyncIterable[Addable],
) -> AsyncGenerator[Entry, None]:
    if isinstance(inputs, AsyncIterable):
        number, seen = 0, Outbox()
        async for given in inputs:
            yield read_entry(given, number, seen)
            number += 1
    else:
        for entry in read_entries(inputs):
            yield entry
