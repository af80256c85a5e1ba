"""Running many jobs at once in one event loop, a task each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

from .._core.money import Budget
from .._core.pricing import submit_within
from .threads import check_options, log_left

if TYPE_CHECKING:
    from .._models import InputModel, OutputModel
    from ..async_client import AsyncRunComfy
    from ..results import Result

OutputT = TypeVar("OutputT", bound="OutputModel")


def run_many(
    client: AsyncRunComfy,
    inputs: Iterable[InputModel[OutputT]],
    concurrency: int,
    timeout: float | None,
    budget: Budget,
) -> AsyncGenerator[tuple[int, Result[OutputT] | Exception], None]:
    """Run the inputs, and yield index and result or error as each job ends."""
    check_options(concurrency, timeout)
    return _outcomes(client, inputs, concurrency, timeout, budget)


async def _outcomes(
    client: AsyncRunComfy,
    inputs: Iterable[InputModel[Any]],
    concurrency: int,
    timeout: float | None,
    budget: Budget,
) -> AsyncGenerator[tuple[int, Any], None]:
    ended: asyncio.Queue[tuple[int, Any]] = asyncio.Queue()
    tasks: dict[int, asyncio.Task[None]] = {}
    submitted: dict[int, str] = {}
    stopping = False

    async def run(index: int, model_input: InputModel[Any]) -> None:
        outcome: Any
        try:
            model_id, body, output_type = client._read_input(model_input)
            request_id, reserved = await client._run(
                submit_within, model_id, body, budget
            )
            submitted[index] = request_id
            if stopping:
                return
            outcome = await client.job(request_id, output_type).wait(timeout)
            if reserved is not None:
                budget.settle(reserved, outcome.cost)
        except Exception as error:
            outcome = error
        ended.put_nowait((index, outcome))

    waiting = enumerate(inputs)
    fault: Exception | None = None
    more = True
    try:
        while True:
            while more and len(tasks) < concurrency:
                try:
                    index, model_input = next(waiting)
                except StopIteration:
                    more = False
                except Exception as error:
                    more, fault = False, error
                else:
                    tasks[index] = asyncio.create_task(run(index, model_input))
            if not tasks:
                break
            index, outcome = await ended.get()
            del tasks[index]
            submitted.pop(index, None)
            yield index, outcome
        if fault is not None:
            raise fault
    finally:
        # A submit under way is let finish: cut short, its job would have no name.
        stopping = True
        for index in submitted:
            tasks[index].cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        log_left(submitted.values())
