"""Running many jobs at once, on a few threads that jobs do not hold while they sleep.

Each job is one operation. A dispatcher hands those that are due to the workers; a
worker drives one until it sleeps. So 1,000 jobs in flight cost a few threads.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from threading import Condition, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ._commands import Operation
from ._log import log
from ._sync_wire import advance
from ._watch import run
from .errors import ConfigurationError

if TYPE_CHECKING:
    from ._commands import Command
    from ._models import InputModel, OutputModel
    from .client import RunComfy
    from .results import Result

OutputT = TypeVar("OutputT", bound="OutputModel")

MAX_THREADS = 32
GLANCE = 0.5
"""Seconds after which a waiting consumer looks up, so that Ctrl-C gets through."""


class Task(NamedTuple):
    """One job, and when it is due to be driven on."""

    due: float
    number: int
    operation: Operation[Any]


def check_concurrency(concurrency: int) -> None:
    """Refuse less than one at a time."""
    if concurrency < 1:
        raise ConfigurationError("concurrency must be 1 or more.")


def run_many(
    client: RunComfy,
    inputs: Iterable[InputModel[OutputT]],
    concurrency: int,
    timeout: float | None,
) -> Iterator[tuple[int, Result[OutputT] | Exception]]:
    """Run the inputs, and yield index and result or error as each job ends."""
    check_concurrency(concurrency)
    return Crew(client, inputs, concurrency, timeout).outcomes()


class Crew:
    """The threads of one `run_many`. The condition guards every attribute."""

    def __init__(
        self,
        client: RunComfy,
        inputs: Iterable[InputModel[Any]],
        concurrency: int,
        timeout: float | None,
    ) -> None:
        self._client = client
        self._inputs = enumerate(inputs)
        self._concurrency = concurrency
        self._timeout = timeout
        self._perform: Callable[[Command], Any] = client._wire.perform
        self._condition = Condition()
        self._todo: SimpleQueue[Task | None] = SimpleQueue()
        self._asleep: list[Task] = []
        self._ended: deque[tuple[int, Any]] = deque()
        self._running: dict[int, str] = {}
        self._taken_on = 0
        self._exhausted = False
        self._stopped = False
        self._fault: Exception | None = None

    def outcomes(self) -> Iterator[tuple[int, Any]]:
        """Start, and yield until every job has ended."""
        workers = min(self._concurrency, MAX_THREADS)
        threads = [Thread(target=self._work, daemon=True) for _ in range(workers)]
        threads.append(Thread(target=self._dispatch, daemon=True))
        for thread in threads:
            thread.start()
        try:
            while (outcome := self._take()) is not None:
                yield outcome
            if self._fault is not None:
                raise self._fault
        except BaseException as error:
            if not isinstance(error, Exception | GeneratorExit):
                error.add_note("run_many was interrupted; its jobs go on.")
            raise
        finally:
            self._stop(threads)

    def _take(self) -> tuple[int, Any] | None:
        with self._condition:
            while not self._ended:
                if self._exhausted and not self._taken_on:
                    return None
                self._condition.wait(GLANCE)
            self._taken_on -= 1
            self._condition.notify_all()
            return self._ended.popleft()

    def _stop(self, threads: list[Thread]) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify_all()
        for thread in threads:
            thread.join()
        if self._running:
            left = ", ".join(self._running.values())
            log.warning("run_many stopped; these jobs were left running: %s", left)

    def _dispatch(self) -> None:
        with self._condition:
            while not self._stopped and not (self._exhausted and not self._taken_on):
                pause = self._hand_out()
                if pause is None or pause > 0:
                    self._condition.wait(pause)
            for _ in range(MAX_THREADS):
                self._todo.put(None)

    def _hand_out(self) -> float | None:
        """Hand one task out; return the seconds until there is another, if known."""
        if self._asleep and self._asleep[0].due <= monotonic():
            self._todo.put(heapq.heappop(self._asleep))
            return 0
        if not self._exhausted and self._taken_on < self._concurrency:
            self._take_on()
            return 0
        return max(0.0, self._asleep[0].due - monotonic()) if self._asleep else None

    def _take_on(self) -> None:
        try:
            index, model_input = next(self._inputs)
        except StopIteration:
            self._exhausted = True
            self._condition.notify_all()
            return
        except Exception as error:
            self._fault = error
            self._exhausted = True
            self._condition.notify_all()
            return
        self._taken_on += 1
        try:
            operation = self._operation(index, model_input)
        except Exception as error:
            self._end(index, error)
        else:
            self._todo.put(Task(0.0, index, operation))

    def _operation(self, index: int, model_input: InputModel[Any]) -> Operation[Any]:
        model_id, body, output_type = self._client._read_input(model_input)

        def make_job(request_id: str) -> Any:
            self._running[index] = request_id
            return self._client.job(request_id, output_type)

        return run(self._client._settings, model_id, body, make_job, self._timeout)

    def _work(self) -> None:
        while (task := self._todo.get()) is not None:
            try:
                pause = advance(task.operation, self._perform)
            except StopIteration as stop:
                with self._condition:
                    self._end(task.number, stop.value)
            except Exception as error:
                with self._condition:
                    self._end(task.number, error)
            else:
                with self._condition:
                    due = monotonic() + pause
                    heapq.heappush(self._asleep, Task(due, task.number, task.operation))
                    self._condition.notify_all()

    def _end(self, index: int, outcome: Any) -> None:
        self._running.pop(index, None)
        self._ended.append((index, outcome))
        self._condition.notify_all()
