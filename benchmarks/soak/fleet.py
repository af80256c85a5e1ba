"""The clients of a soak: one sync and one async, by single jobs, `run_many` and batches."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from benchmarks.soak.batched import run_batch
from benchmarks.soak.chaos import TOKEN
from benchmarks.soak.courses import Course, Outcome, at_once, input_of, way_of
from runcomfy_models import AsyncRunComfy, RunComfy, RunComfyError
from runcomfy_models._batch import tasks as _many_async
from runcomfy_models._batch import threads as _many
from runcomfy_models._core.timing import Timing

assert _many
assert _many_async  # two threads that both import it first have failed under pytest

AT_ONCE = 32
HURRIED = Timing(
    first_backoff=0.002,
    longest_backoff=0.05,
    longest_retry_after=0.05,
    shortest_call=0.05,
)
ClientT = TypeVar("ClientT", RunComfy, AsyncRunComfy)


class Fleet:
    """Runs jobs in five ways at once; keeps its clients from one batch to the next."""

    def __init__(self, url: str, seed: int, timeout: float) -> None:
        self._seed = seed
        self._options: dict[str, Any] = {
            "token": TOKEN,
            "base_url": url,
            "timeout": timeout,
            "poll_interval": 0.005,
        }
        self._runner = asyncio.Runner()
        self._sync = self._make_sync()
        self._async = self._make_async()
        self.idle_tasks = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sync.close()
        self._runner.run(self._async.close())
        self._runner.close()

    def _make_sync(self) -> RunComfy:
        return _hurried(RunComfy(**self._options))

    def _make_async(self) -> AsyncRunComfy:
        return _hurried(AsyncRunComfy(**self._options))

    def run(self, numbers: list[str]) -> dict[str, Outcome]:
        """Run a job for each number."""
        fifth = -(-len(numbers) // 5)
        shares = [numbers[n * fifth : (n + 1) * fifth] for n in range(5)]
        outcomes: dict[str, Outcome] = {}
        with ThreadPoolExecutor(3) as pool:
            others = [
                pool.submit(self._singly, shares[0]),
                pool.submit(self._many, shares[1]),
                pool.submit(run_batch, self._sync, shares[4]),
            ]
            outcomes |= self._runner.run(self._asynchronously(shares[2], shares[3]))
            for other in others:
                outcomes |= other.result()
        return outcomes

    def _singly(self, numbers: list[str]) -> dict[str, Outcome]:
        def run(number: str) -> Outcome:
            return at_once(self._course(number, self._sync, self._make_sync))

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return dict(zip(numbers, pool.map(run, numbers), strict=True))

    def _many(self, numbers: list[str]) -> dict[str, Outcome]:
        outcomes = {}
        inputs = map(input_of, numbers)
        for index, ended in self._sync.run_many(inputs, concurrency=AT_ONCE):
            led = _taken_over(ended, self._sync, self._make_sync)
            outcomes[numbers[index]] = at_once(led)
        return outcomes

    async def _asynchronously(
        self, singles: list[str], many: list[str]
    ) -> dict[str, Outcome]:
        tasks = asyncio.all_tasks()
        first, second = await asyncio.gather(
            self._async_singly(singles), self._async_many(many)
        )
        await asyncio.sleep(0)
        self.idle_tasks = len(asyncio.all_tasks() - tasks)
        return first | second

    async def _async_singly(self, numbers: list[str]) -> dict[str, Outcome]:
        places = asyncio.Semaphore(AT_ONCE)

        async def run(number: str) -> Outcome:
            async with places:
                return await self._course(number, self._async, self._make_async)

        outcomes = await asyncio.gather(*map(run, numbers))
        return dict(zip(numbers, outcomes, strict=True))

    async def _async_many(self, numbers: list[str]) -> dict[str, Outcome]:
        outcomes = {}
        inputs = map(input_of, numbers)
        async for index, ended in self._async.run_many(inputs, concurrency=AT_ONCE):
            led = _taken_over(ended, self._async, self._make_async)
            outcomes[numbers[index]] = await led
        return outcomes

    async def _course(self, number: str, client: Any, make_client: Any) -> Outcome:
        way = way_of(self._seed, number)
        return await Course(client, make_client, way).run(number)


def _hurried(client: ClientT) -> ClientT:
    """Shorten a client's pauses."""
    client._settings.timing = HURRIED
    return client


async def _taken_over(ended: object, client: Any, make_client: Any) -> Outcome:
    """Lead on what `run_many` gave up but named."""
    course = Course(client, make_client, "run_many")
    if isinstance(ended, RunComfyError) and ended.request_id:
        course.look_at(ended)
        return await course.lead(client.job(ended.request_id))
    course.request_id = getattr(ended, "request_id", None)
    return course.outcome(ended)
