"""Running many jobs at once in one event loop, a task each.

The feeder, a task too, takes the inputs as there are places for them, so that outcomes
are delivered while an async iterable is waited for. A plain one is taken in the loop,
and holds it up for as long as it blocks.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from typing import TYPE_CHECKING, Any

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
    from .._http.async_engine import AsyncEngine

Inputs = Iterable[object] | AsyncIterable[object]


def run_many(
    engine: AsyncEngine, options: Options, inputs: Inputs
) -> AsyncGenerator[Outcome, None]:
    """Run the inputs, and yield index and result or error as each job ends."""
    options.check()
    return TaskScheduler(engine, options, inputs).outcomes()


class TaskScheduler:
    """The tasks of one `run_many`."""

    def __init__(self, engine: AsyncEngine, options: Plan, inputs: Inputs) -> None:
        self._engine = engine
        self._options = options
        self._inputs = inputs
        self._in_flight = InFlight()
        self._tasks: set[asyncio.Task[None]] = set()

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Start, and yield until every job has ended."""
        self._places = asyncio.Semaphore(self._options.concurrency)
        self._ended: asyncio.Queue[Outcome | Exhausted] = asyncio.Queue()
        try:
            self._start(self._feed())
            collected = self._collect()
            async for outcome in collected:
                try:
                    yield outcome
                except GeneratorExit:
                    self._in_flight.delivered(outcome[0])
                    raise
                self._in_flight.delivered(outcome[0])
        except BaseException as error:
            try:
                await self._stop()
            except BaseException as second:
                self._in_flight.tell(second)
                raise
            finally:
                self._in_flight.tell(error)
            raise

    async def _collect(self) -> AsyncGenerator[Outcome, None]:
        """Yield outcomes until all inputs had theirs, or raise what ended the inputs."""
        delivered = 0
        exhausted: Exhausted | None = None
        seconds: float | None = None
        while exhausted is None or delivered < exhausted.taken:
            try:
                async with asyncio.timeout(seconds):
                    found = await self._ended.get()
            except TimeoutError:
                break
            if isinstance(found, Exhausted):
                exhausted = found
                if found.error is not None:
                    seconds = LAST_OUTCOMES
                if not isinstance(found.error, Exception | None):
                    break
                continue
            if isinstance(found[1], CallerError):
                raise found[1].error
            delivered += 1
            self._places.release()
            yield found
        if exhausted is not None and exhausted.error is not None:
            raise exhausted.error

    async def _stop(self) -> None:
        """End the tasks; a submit under way is waited for a moment by its own."""
        self._in_flight.abandon()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            grace = self._options.settings.timing.grace
            await asyncio.wait(self._tasks, timeout=grace + 0.2)

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _feed(self) -> None:
        """Take inputs as there are places for them."""
        count = 0
        error: BaseException | None = None
        try:
            items = _iterate(self._inputs)
            while True:
                await self._places.acquire()
                item = await anext(items)
                submission = self._in_flight.begin(count)
                self._start(self._follow(count, item, submission))
                count += 1
        except StopAsyncIteration:
            pass
        except BaseException as fault:
            error = fault
        self._ended.put_nowait(Exhausted(count, error))

    async def _follow(self, index: int, item: object, submission: Submission) -> None:
        """Run one job to its end."""
        outcome: Any
        try:
            operation = self._options.course(index, item, submission)
            outcome = await self._engine.run(operation)
        except Exception as error:
            outcome = error
        except BaseException as error:
            # A cancellation, too, unless it is ours: a caller's function may raise one.
            outcome = CallerError(error)
        self._ended.put_nowait((index, outcome))


async def _iterate(inputs: Inputs) -> AsyncIterator[object]:
    """Take inputs of either kind."""
    if isinstance(inputs, AsyncIterable):
        async for item in inputs:
            yield item
    else:
        for item in inputs:
            yield item
