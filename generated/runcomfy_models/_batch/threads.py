"""Running many jobs at once, on a few threads that jobs do not hold while they sleep.

Each job is one operation. A thread drives one until it sleeps, then the next that is
due. So 1,000 jobs in flight cost a few threads.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Collection, Generator, Iterable
from math import inf
from threading import Condition, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from .._core.effects import Operation
from .._core.log import log
from .._core.money import Budget
from .._core.settings import clean_timeout
from .._core.waiting import run
from .._http.sync_engine import advance
from ..errors import ConfigurationError

if TYPE_CHECKING:
    from .._core.effects import Command
    from .._models import InputModel, OutputModel
    from ..client import RunComfy
    from ..results import Result

OutputT = TypeVar("OutputT", bound="OutputModel")

MAX_THREADS = 32
GLANCE = 0.5
"""Seconds after which a waiting consumer looks up, so that Ctrl-C gets through."""


class Task(NamedTuple):
    """One job, and when it is due to be driven on."""

    due: float
    number: int
    operation: Operation[Any]


def check_options(concurrency: int, timeout: float | None) -> None:
    """Refuse less than one at a time, and what is no timeout."""
    if not concurrency >= 1:
        raise ConfigurationError("concurrency must be 1 or more.")
    clean_timeout(timeout)


def log_left(request_ids: Collection[str]) -> None:
    """Name the jobs whose outcome the consumer did not wait for."""
    if request_ids:
        log.warning(
            "run_many stopped before these jobs' outcomes were taken; "
            "they were left running, or have ended: %s",
            ", ".join(request_ids),
        )


def run_many(
    client: RunComfy,
    inputs: Iterable[InputModel[OutputT]],
    concurrency: int,
    timeout: float | None,
    budget: Budget,
) -> Generator[tuple[int, Result[OutputT] | Exception], None, None]:
    """Run the inputs, and yield index and result or error as each job ends."""
    check_options(concurrency, timeout)
    return Crew(client, inputs, concurrency, timeout, budget).outcomes()


class Crew:
    """The threads of one `run_many`. The lock guards every attribute."""

    def __init__(
        self,
        client: RunComfy,
        inputs: Iterable[InputModel[Any]],
        concurrency: int,
        timeout: float | None,
        budget: Budget,
    ) -> None:
        self._client = client
        self._inputs = enumerate(inputs)
        self._concurrency = concurrency
        self._timeout = timeout
        self._budget = budget
        self._perform: Callable[[Command], Any] = client._wire.perform
        lock = Lock()
        self._work_to_do = Condition(lock)
        self._news = Condition(lock)
        self._asleep: list[Task] = []
        self._alarm = inf
        self._ended: deque[tuple[int, Any]] = deque()
        self._submitted: dict[int, str] = {}
        self._taken_on = 0
        self._exhausted = False
        self._stopped = False
        self._fault: Exception | None = None

    def outcomes(self) -> Generator[tuple[int, Any], None, None]:
        """Start, and yield until every job has ended."""
        workers = min(self._concurrency, MAX_THREADS)
        threads = [Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in threads:
            thread.start()
        try:
            while (outcome := self._take()) is not None:
                yield outcome
            if self._fault is not None:
                raise self._fault
        finally:
            self._stop(threads)

    def _take(self) -> tuple[int, Any] | None:
        with self._news:
            while not self._ended:
                if self._exhausted and not self._taken_on:
                    return None
                self._news.wait(GLANCE)
            self._taken_on -= 1
            self._work_to_do.notify()
            number, outcome = self._ended.popleft()
            self._submitted.pop(number, None)
            return number, outcome

    def _stop(self, threads: list[Thread]) -> None:
        with self._work_to_do:
            self._stopped = True
            self._work_to_do.notify_all()
        for thread in threads:
            thread.join()
        log_left(self._submitted.values())

    def _work(self) -> None:
        while (task := self._next_task()) is not None:
            try:
                pause = advance(task.operation, self._perform)
            except StopIteration as stop:
                self._end(task.number, stop.value)
            except Exception as error:
                self._end(task.number, error)
            else:
                due = monotonic() + pause
                with self._work_to_do:
                    heapq.heappush(self._asleep, task._replace(due=due))

    def _next_task(self) -> Task | None:
        with self._work_to_do:
            while not self._stopped:
                task = self._due_task() or self._new_task()
                if task is not None:
                    self._share()
                    return task
                self._rest()
            return None

    def _share(self) -> None:
        """Wake a thread if there is more to do, or none watches the clock."""
        more = not self._exhausted and self._taken_on < self._concurrency
        if more or (self._asleep and self._asleep[0].due < self._alarm):
            self._work_to_do.notify()

    def _rest(self) -> None:
        """Wait for work; one thread keeps an eye on the clock for all of them."""
        due = self._asleep[0].due if self._asleep else inf
        if due >= self._alarm:
            self._work_to_do.wait()
            return
        self._alarm = due
        self._work_to_do.wait(max(0.0, due - monotonic()))
        if self._alarm == due:
            self._alarm = inf

    def _due_task(self) -> Task | None:
        if self._asleep and self._asleep[0].due <= monotonic():
            return heapq.heappop(self._asleep)
        return None

    def _new_task(self) -> Task | None:
        while not self._exhausted and self._taken_on < self._concurrency:
            try:
                number, model_input = next(self._inputs)
            except Exception as error:
                self._fault = None if isinstance(error, StopIteration) else error
                self._exhausted = True
                self._news.notify()
                break
            self._taken_on += 1
            try:
                return Task(0.0, number, self._operation(number, model_input))
            except Exception as error:
                self._ended.append((number, error))
                self._news.notify()
        return None

    def _operation(self, number: int, model_input: InputModel[Any]) -> Operation[Any]:
        model_id, body, output_type = self._client._read_input(model_input)

        def make_job(request_id: str) -> Any:
            self._submitted[number] = request_id
            return self._client.job(request_id, output_type)

        return run(
            self._client._settings,
            model_id,
            body,
            make_job,
            self._timeout,
            budget=self._budget,
        )

    def _end(self, number: int, outcome: Any) -> None:
        with self._news:
            self._ended.append((number, outcome))
            self._news.notify()
