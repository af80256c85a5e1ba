"""Running many jobs at once, on a few threads that jobs do not hold while they sleep.

Each job is one operation, and is always in one of these places:

| place | who moves it on | to |
| --- | --- | --- |
| the caller's inputs | the feeder, when fewer than `concurrency` are in flight | ready |
| ready | a worker, which drives it until it sleeps or ends | asleep, or ended |
| asleep, in a heap by the time when it is due | the timer, when it is due | ready |
| ended | the consumer, when it asks for the next outcome | delivered |

So 1,000 jobs in flight cost a few threads. The places are queues written in C: there is
no lock that a Ctrl-C could leave locked, and nothing but the consumer's own `get` that
it could interrupt. The feeder alone runs the caller's iterator, so a slow one holds
nothing up, and one that waits for outcomes gets them. The consumer alone may be
interrupted, closed or never come back: the others are daemons, and stop at a `None`.
"""

from __future__ import annotations

import heapq
import os
from _thread import start_new_thread
from collections.abc import Generator, Iterable, Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, NamedTuple

from .._core.effects import Operation, Sleep
from ..errors import ConfigurationError
from .options import (
    LAST_OUTCOMES,
    CallerError,
    Exhausted,
    InFlight,
    Options,
    Outcome,
    Plan,
)

if TYPE_CHECKING:
    from .._core.submission import Submission
    from .._http.sync_engine import SyncEngine

MAX_THREADS = 32
GLANCE = 0.5
"""Seconds after which a waiting consumer looks up, so that Ctrl-C gets through."""


class Task(NamedTuple):
    """One job, and when it is due to be driven on."""

    due: float
    number: int
    operation: Operation[Any]


def run_many(
    engine: SyncEngine, options: Options, inputs: Iterable[object]
) -> Generator[Outcome, None, None]:
    """Run the inputs, and yield index and result or error as each job ends."""
    options.check()
    return ThreadScheduler(engine, options, inputs).outcomes()


class ThreadScheduler:
    """The threads of one `run_many`."""

    def __init__(
        self, engine: SyncEngine, options: Plan, inputs: Iterable[object]
    ) -> None:
        self._engine = engine
        self._options = options
        self._inputs = inputs
        self._in_flight = InFlight()
        self._ready: SimpleQueue[Task | None] = SimpleQueue()
        self._naps: SimpleQueue[Task | None] = SimpleQueue()
        self._freed: SimpleQueue[None] = SimpleQueue()
        self._ended: SimpleQueue[Outcome | Exhausted] = SimpleQueue()
        self._workers: list[Thread] = []
        self._stopped = False
        self._process = os.getpid()

    def outcomes(self) -> Generator[Outcome, None, None]:
        """Start, and yield until every job has ended."""
        try:
            start_new_thread(self._feed, ())
            for outcome in self._collect():
                try:
                    yield outcome
                except GeneratorExit:
                    self._in_flight.delivered(outcome[0])
                    raise
                self._in_flight.delivered(outcome[0])
        except BaseException as error:
            if self._process != os.getpid():
                raise
            try:
                self._stop()
            except BaseException as second:
                self._in_flight.tell(second)
                raise
            finally:
                self._in_flight.tell(error)
            raise
        self._stop()

    def _collect(self) -> Generator[Outcome, None, None]:
        """Yield outcomes until all inputs had theirs, or raise what ended the inputs."""
        delivered = 0
        exhausted: Exhausted | None = None
        end = float("inf")
        while exhausted is None or (delivered < exhausted.taken and monotonic() < end):
            if self._process != os.getpid():
                raise ConfigurationError(
                    "This run_many was begun before a fork, by the process that has its "
                    "threads and jobs: take its outcomes there."
                )
            try:
                found = self._ended.get(timeout=GLANCE)
            except Empty:
                continue
            if isinstance(found, Exhausted):
                exhausted = found
                if found.error is not None:
                    end = monotonic() + LAST_OUTCOMES
                if not isinstance(found.error, Exception | None):
                    break
                continue
            if isinstance(found[1], CallerError):
                raise found[1].error
            delivered += 1
            self._freed.put(None)
            yield found
        if exhausted.error is not None:
            raise exhausted.error

    def _stop(self) -> None:
        """Let the threads end, and a submit under way tell its request_id."""
        self._stopped = True
        self._freed.put(None)
        self._naps.put(None)
        for _ in range(MAX_THREADS):
            self._ready.put(None)
        under_way = self._in_flight.abandon()
        end = monotonic() + self._options.settings.timing.grace
        while monotonic() < end and self._is_busy(under_way):
            sleep(0.005)

    def _is_busy(self, under_way: list[Submission]) -> bool:
        """Tell whether it is worth to wait for what the threads still do."""
        is_answer_due = any(s.request_id is None and s.sent_at for s in under_way)
        return is_answer_due or any(worker.is_alive() for worker in self._workers)

    def _feed(self) -> None:
        """Take inputs as there are places for them; run by the feeder."""
        count = freed = 0
        error: BaseException | None = None
        try:
            Thread(target=self._keep_time, daemon=True).start()
            items = _iterate(self._inputs)
            while True:
                while count - freed >= self._options.concurrency:
                    self._freed.get()
                    freed += 1
                if self._stopped:
                    return
                item = next(items)
                self._admit(count, item)
                count += 1
        except StopIteration:
            pass
        except BaseException as fault:
            error = fault
        self._ended.put(Exhausted(count, error))

    def _admit(self, index: int, item: object) -> None:
        """Let a job begin, on one more thread if that is useful."""
        submission = self._in_flight.begin(index)
        operation = self._options.course(index, item, submission)
        self._ready.put(Task(0.0, index, operation))
        if len(self._workers) < min(self._options.concurrency, MAX_THREADS):
            worker = Thread(target=self._work, daemon=True)
            self._workers.append(worker)
            worker.start()

    def _work(self) -> None:
        """Drive what is ready; run by each worker."""
        while (task := self._ready.get()) is not None and not self._stopped:
            try:
                pause = run_until_sleep(self._engine, task.operation)
            except StopIteration as stop:
                self._ended.put((task.number, stop.value))
            except Exception as error:
                self._ended.put((task.number, error))
            except BaseException as error:
                self._ended.put((task.number, CallerError(error)))
            else:
                self._naps.put(task._replace(due=monotonic() + pause))

    def _keep_time(self) -> None:
        """Wake what is due; run by the timer."""
        asleep: list[Task] = []
        while not self._stopped:
            try:
                pause = max(0.0, asleep[0].due - monotonic()) if asleep else None
                task = self._naps.get(timeout=pause)
                if task is None:
                    return
                heapq.heappush(asleep, task)
            except Empty:
                pass
            while asleep and asleep[0].due <= monotonic():
                self._ready.put(heapq.heappop(asleep))


def _iterate(inputs: Iterable[object]) -> Iterator[object]:
    """Take inputs; an `iter` that raises StopIteration is a fault, and not their end."""
    yield from inputs


def run_until_sleep(engine: SyncEngine, operation: Operation[Any]) -> float:
    """Run an operation on until it sleeps, and return for how many seconds.

    StopIteration, with its value, at its end.
    """
    effect = operation.send(None)
    while not isinstance(effect, Sleep):
        try:
            reply = engine.perform(effect)
        except BaseException as error:
            effect = operation.throw(error)
        else:
            effect = operation.send(reply)
    return effect.seconds
