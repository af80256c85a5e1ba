"""Spread work over processes."""

import gc
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import Any, TypeVar

from runcomfy_codegen.progress import Progress, untold

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTH_A_WORKER = 2000
"""Fewer models than this are done sooner by one process: a worker's memory has to be
copied as it is touched, which was measured to cost a quarter more."""

_work: tuple[Callable[[Any], Any], Sequence[Any]] = (lambda item: item, ())


def worthwhile_jobs(models: int) -> int:
    """Return how many workers pay for themselves."""
    return max(1, min(len(os.sched_getaffinity(0)), models // WORTH_A_WORKER))


def spread(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int,
    doing: str = "",
    progress: Progress = untold,
) -> list[Result]:
    """Return what a function makes of each item, in the order of the items.

    `progress` is told how many are done of what `doing` says.
    Workers are forked, so that they have imported everything and nothing has to be
    sent to them; where a system cannot fork, this process does it all.
    """
    global _work
    jobs = min(jobs, len(items))
    if jobs < 2 or "fork" not in get_all_start_methods():
        results = []
        for item in items:
            results.append(function(item))
            progress(doing, len(results), len(items))
        return results
    _work = (function, items)
    size = -(-len(items) // (jobs * 4))
    starts = range(0, len(items), size)
    gc.freeze()  # else the workers' collector would touch, and so copy, all memory
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        results = []
        for done in pool.map(_do, starts, [size] * len(starts)):
            results += done
            progress(doing, len(results), len(items))
        return results


def _do(start: int, size: int) -> list[Any]:
    function, items = _work
    return [function(item) for item in items[start : start + size]]
