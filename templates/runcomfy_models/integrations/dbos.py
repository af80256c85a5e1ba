"""Batches over many machines: DBOS on PostgreSQL spreads the jobs, the journal pays once.

    enqueue("postgresql://…", inputs)                    # once, anywhere
    work("postgresql://…", client, concurrency=500)      # on each machine

DBOS, an engine for durable work, keeps a queue in the same database: it hands jobs out to
whoever has room, keeps to a ceiling on those in flight over all machines and to a rate,
and has the jobs of a dead worker done by others. What it hands out it may hand out twice,
as any such engine: so each job passes the journal's claim before it is sent, and one that
another has claimed is left to it.

It needs the extra `runcomfy-models[distributed]`.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Generator, Iterable
from concurrent.futures import Future
from contextlib import contextmanager
from decimal import Decimal
from os import PathLike
from pathlib import Path
from queue import SimpleQueue
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from .._batch.commits import ThreadCommits
from .._batch.course import Courses
from .._batch.journal import CHUNK, Journal
from .._batch.keys import read_entries
from .._batch.records import Record
from .._batch.run import Run
from .._batch.threads import ThreadScheduler
from .._core.log import log
from .._core.money import clean_max_cost
from .._core.settings import clean_timeout
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

    from ..client import RunComfy

__all__ = ["enqueue", "work"]

NAME = "runcomfy-batch"
QUEUE = "runcomfy-jobs"
WORKFLOW = "runcomfy-job"
VERSION = "1"
"""Of the workflow: workers of one version take each other's jobs."""
POLL = 0.25
"""Seconds after which a worker that has room asks the queue."""
WATCH = 5.0
"""Seconds after which a worker looks for jobs that dead ones left."""
DRAIN = 20.0
"""Seconds for which a worker that is told to stop follows what it had sent."""
ACTIVE = ["ENQUEUED", "PENDING"]
NOT_POSTGRES = "Many machines share a journal on PostgreSQL, such as postgresql://user@host/database."


def enqueue(journal: str, inputs: Iterable[Any] = ()) -> int:
    """Put jobs into the journal, and all that have not ended into the queue.

    `inputs` are those of `Batch.add`. Returns how many were new to the journal. Harmless
    when repeated: a job that is in the queue is not put there twice.
    """
    _check_url(journal)
    opened = Journal(journal)
    try:
        session = SystemRandom().getrandbits(62) + 1
        added = opened.add(read_entries(inputs), session)
        _make_tables(journal)
        _enqueue_open(journal, opened)
        return added
    finally:
        opened.close()


def work(
    journal: str,
    client: RunComfy,
    concurrency: int = 64,
    per_minute: int | None = None,
    *,
    max_cost_usd: Decimal | float | str | None = None,
    allow_unpriced: bool = False,
    out: str | PathLike[str] | None = None,
    timeout: float | None = None,
    drain: float = DRAIN,
    until_empty: bool = False,
    stop: threading.Event | None = None,
) -> None:
    """Do the jobs of a journal, with all others who do, until told to stop.

    `concurrency` is how many jobs may be in flight, and `per_minute` how many may be
    begun in a minute, over all machines; the worker that came last decides. The others
    are those of `Batch.run`. `until_empty`: return once the queue is empty.

    SIGTERM, Ctrl-C or `stop` end it: no more is sent, what was sent is followed for
    `drain` seconds, and the rest is left to other workers, or to the next start.
    """
    _check_url(journal)
    if not concurrency >= 1 or (per_minute is not None and not per_minute >= 1):
        raise ConfigurationError("concurrency and per_minute must be 1 or more.")
    run = Run(
        SystemRandom().getrandbits(62) + 1,
        None if out is None else Path(out),
        clean_timeout(timeout),
        clean_max_cost(max_cost_usd),
        allow_unpriced,
    )
    stop = stop or threading.Event()
    opened = Journal(journal)
    worker = Worker(opened, client, run, concurrency)
    try:
        with _stopping(stop), _launched(journal, opened, worker):
            _register(concurrency, per_minute)
            _enqueue_open(journal, opened)
            _watch(journal, opened, worker, stop, until_empty)
            worker.drain(0.0 if worker.error else drain)
    finally:
        worker.close()
        opened.close()
    if worker.error is not None:
        raise worker.error


class Worker:
    """Leads the jobs that the queue hands out through their courses, on a few threads."""

    def __init__(
        self, journal: Journal, client: RunComfy, run: Run, concurrency: int
    ) -> None:
        self._journal = journal
        self._run = run
        self._handed: SimpleQueue[Record | None] = SimpleQueue()
        self._order: dict[int, int] = {}
        self._futures: dict[int, Future[str]] = {}
        commits = ThreadCommits(journal)
        courses = Courses(client._settings, journal, commits, run, concurrency)
        scheduler = ThreadScheduler(client._engine, courses, self._records())
        self._thread = threading.Thread(
            target=self._lead, args=(scheduler,), name="runcomfy-worker", daemon=True
        )
        self._thread.start()

    @property
    def error(self) -> Exception | None:
        """What ended the work."""
        return self._run.error

    @property
    def is_stopped(self) -> bool:
        """Whether no more is sent."""
        return self._run.is_stopping

    @property
    def is_idle(self) -> bool:
        """Whether nothing is in hand."""
        return not self._run.in_hand

    async def do(self, row_id: int) -> str:
        """Lead a job to its end; return the state that it then has.

        While the worker stops this never returns, so that the job stays in the queue.
        """
        record = await asyncio.to_thread(self._take, row_id)
        if record is None:
            return "another's"
        future: Future[str] = Future()
        self._futures[row_id] = future
        self._handed.put(record)
        return await asyncio.wrap_future(future)

    def drain(self, seconds: float) -> None:
        """Send no more, and follow for a while what was sent."""
        self._run.stop()
        end = time.monotonic() + seconds
        while not self.is_idle and time.monotonic() < end:
            time.sleep(0.05)
        end = time.monotonic() + DRAIN
        while self._run.sending and time.monotonic() < end:
            time.sleep(0.01)

    def close(self) -> None:
        """Let the threads end."""
        self._run.stop()
        self._handed.put(None)

    def _take(self, row_id: int) -> Record | None:
        """Take a job up, unless it is in hand already, or another's."""
        if row_id in self._run.in_hand:
            return None
        self._run.in_hand.add(row_id)
        record = self._journal.take_up(row_id)
        is_open = record is not None and (
            record.state != "succeeded" or self._run.out is not None
        )
        if not is_open:
            self._run.in_hand.discard(row_id)
            return None
        return record

    def _records(self) -> Generator[Record, None, None]:
        """Yield what is handed out; run by the scheduler's feeder."""
        count = 0
        while (record := self._handed.get()) is not None:
            self._order[count] = record.id
            count += 1
            yield record

    def _lead(self, scheduler: ThreadScheduler) -> None:
        """Tell the queue how each job ended; run by a thread."""
        for index, outcome in scheduler.outcomes():
            row_id = self._order.pop(index)
            future = self._futures.pop(row_id)
            if isinstance(outcome, Exception):
                log.error("job %s: %s", row_id, outcome)
                self._run.stop(outcome)
            if isinstance(outcome, Record) and outcome.state != "new":
                future.set_result(outcome.state)
            elif not self._run.is_stopping:
                future.set_result("held" if outcome else "another's")


def _check_url(journal: str) -> None:
    if not str(journal).startswith(("postgresql://", "postgres://")):
        raise ConfigurationError(NOT_POSTGRES)


def _make_tables(journal: str) -> None:
    """Make DBOS's tables in the journal's database."""
    dbos = _import_dbos()
    dbos.run_dbos_database_migrations(system_database_url=journal)


def _import_dbos() -> Any:
    try:
        import dbos
    except ImportError as error:
        raise ConfigurationError(
            "Batches over many machines need DBOS: "
            "pip install 'runcomfy-models[distributed]'"
        ) from error
    return dbos


def _enqueue_open(url: str, journal: Journal, only_fresh: bool = False) -> None:
    """Put each job that has not ended into the queue, unless it is there."""
    import sqlalchemy

    dbos = _import_dbos()
    client: DBOSClient = dbos.DBOSClient(system_database_url=url, application_name=NAME)
    address = "postgresql+psycopg://" + url.partition("://")[2]
    engine = sqlalchemy.create_engine(address)
    try:
        above = 0
        while page := journal.open_jobs(above, CHUNK, only_fresh):
            above = page[-1][0]
            absent = _absent(client, page)
            with engine.begin() as connection:
                for row_id, number in absent:
                    options: EnqueueOptions = {
                        "workflow_name": WORKFLOW,
                        "queue_name": QUEUE,
                        "workflow_id": _workflow_id(row_id, number),
                        "app_version": VERSION,
                    }
                    client.enqueue_in_transaction(connection, options, row_id)
            journal.queued(absent)
    finally:
        engine.dispose()
        client.destroy()


def _absent(client: DBOSClient, page: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return those of these jobs that are not in the queue, with their next number."""
    names = {_workflow_id(*each): each for each in page}
    found = client.list_workflows(
        workflow_ids=[*names], status=ACTIVE, load_input=False, load_output=False
    )
    for status in found:
        names.pop(status.workflow_id, None)
    return [(row_id, number + 1) for row_id, number in names.values()]


def _workflow_id(row_id: int, number: int) -> str:
    return f"runcomfy-{row_id}-{number}"


def _executor_id(worker: int) -> str:
    return f"runcomfy-{worker}"


@contextmanager
def _stopping(stop: threading.Event) -> Generator[None, None, None]:
    """Let SIGTERM and Ctrl-C end the work, where signals can be caught."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _launched(
    url: str, journal: Journal, worker: Worker
) -> Generator[None, None, None]:
    """Run DBOS in this process, with the one workflow that there is."""
    dbos = _import_dbos()
    dbos.DBOS(
        config={
            "name": NAME,
            "system_database_url": url,
            "executor_id": _executor_id(journal.worker()),
            "application_version": VERSION,
            "console_log_level": "ERROR",
        }
    )

    @dbos.DBOS.step(name=f"{WORKFLOW}-course")  # type: ignore[untyped-decorator,unused-ignore]
    async def lead(row_id: int) -> str:
        return await worker.do(row_id)

    @dbos.DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)  # type: ignore[untyped-decorator,unused-ignore]
    async def job(row_id: int) -> str:
        state: str = await lead(row_id)
        return state

    try:
        dbos.DBOS.launch()
        yield
    finally:
        dbos.DBOS.destroy(destroy_registry=True)


def _register(concurrency: int, per_minute: int | None) -> None:
    """Set how much is done at once, over all machines."""
    dbos = _import_dbos()
    limiter = None
    if per_minute is not None:
        limiter = {"limit": per_minute, "period": 60.0}
    dbos.DBOS.register_queue(
        QUEUE,
        global_concurrency=concurrency,
        limiter=limiter,
        polling_interval_sec=POLL,
        on_conflict="always_update",
    )


def _watch(
    url: str,
    journal: Journal,
    worker: Worker,
    stop: threading.Event,
    until_empty: bool,
) -> None:
    """Have jobs done that were added, or that dead workers left, until the work ends."""
    due = 0.0
    while not stop.wait(POLL) and not worker.is_stopped:
        if time.monotonic() >= due:
            due = time.monotonic() + WATCH
            _resume_dead(journal)
            if journal.open_jobs(0, 1, only_fresh=True):
                _enqueue_open(url, journal, only_fresh=True)
        if until_empty and worker.is_idle and _is_empty():
            return


def _resume_dead(journal: Journal) -> None:
    """Give back to the queue what dead workers had taken from it."""
    journal.recover()
    dbos = _import_dbos()
    pending = dbos.DBOS.list_workflows(
        name=WORKFLOW, status="PENDING", load_input=False, load_output=False
    )
    alive: dict[str, bool] = {}
    left = []
    for status in pending:
        name = status.executor_id or ""
        if name not in alive:
            number = name.rpartition("-")[2]
            alive[name] = number.isdecimal() and journal.is_alive(int(number))
        if not alive[name]:
            left.append(status.workflow_id)
    if left:
        log.info("%d jobs of workers that are gone go back to the queue", len(left))
        dbos.DBOS.resume_workflows(left, queue_name=QUEUE)


def _is_empty() -> bool:
    """Tell whether nothing is queued, or in the hands of any worker."""
    dbos = _import_dbos()
    return not dbos.DBOS.list_workflows(
        name=WORKFLOW, status=ACTIVE, limit=1, load_input=False, load_output=False
    )
