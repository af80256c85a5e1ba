"""Do one thing to many items, in several processes."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import TypeVar

from runcomfy_codegen.progress import Progress, no_progress

Item = TypeVar("Item")
Result = TypeVar("Result")

WORTH_A_WORKER = 250
"""A worker for fewer models than this gains nothing: it has to be forked twice a run,
and copies what memory it touches."""
PARTS_A_WORKER = 8
MOST_PARTS = 256
"""As many as one byte can tell apart."""


def worthwhile_jobs(models: int) -> int:
    """Return how many processes pay for themselves."""
    return max(1, min(_cores(), models // WORTH_A_WORKER))


def _cores() -> int:
    """Return how many cores this process may use."""
    if sys.platform == "linux":  # a container often has fewer than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def parallel_map(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    jobs: int,
    doing: str = "",
    progress: Progress = no_progress,
) -> list[Result]:
    """Return what a function makes of each item, in the order of the items.

    `progress` is told how many are done of what `doing` says.
    Of `jobs` processes this is one. The others are forked, so that they have imported
    everything and nothing has to be sent to them; where a system cannot fork, this one
    does it all. It also does again what one of them fails at or dies over.
    """
    jobs = min(jobs, len(items), MOST_PARTS)
    if "fork" not in get_all_start_methods():
        jobs = 1
    count = min(jobs * PARTS_A_WORKER, MOST_PARTS) if jobs > 1 else len(items)
    size = -(-len(items) // max(1, count))
    parts = [items[start : start + size] for start in range(0, len(items), size or 1)]
    made: dict[int, list[Result]] = {}

    def make(part: int) -> None:
        made[part] = [function(item) for item in parts[part]]

    def tell(part: int) -> None:
        progress(doing, min((part + 1) * size, len(items)), len(items))

    if jobs > 1:
        _make_together(make, tell, made, len(parts), jobs - 1)
    for part in range(len(parts)):
        if part not in made:
            make(part)
            tell(part)
    return [result for part in range(len(parts)) for result in made[part]]


def _make_together(
    make: Callable[[int], None],
    tell: Callable[[int], None],
    made: dict[int, list[Result]],
    parts: int,
    helpers: int,
) -> None:
    """Make parts here and in `helpers` other processes, each taking the next one."""
    if sys.platform == "win32":  # it cannot fork
        return
    reading, writing = os.pipe()
    os.write(writing, bytes(range(parts)))
    os.close(writing)
    forked = get_context("fork")
    here = os.getpid()

    def help_out(receiver: Connection, sender: Connection) -> None:
        receiver.close()  # so that sending fails once the parent is gone
        with suppress(BaseException):
            for part in _taken(reading):
                make(part)
                if os.getppid() != here:
                    return
            sender.send(made)

    gc.freeze()  # else a helper's collector would touch, and so copy, all memory
    helping = []
    try:
        for _ in range(helpers):
            receiver, sender = forked.Pipe(duplex=False)
            process = forked.Process(target=help_out, args=(receiver, sender))
            process.start()
            sender.close()
            helping.append((process, receiver))
        for part in _taken(reading):
            make(part)
            tell(part)
        for _, receiver in helping:
            with suppress(EOFError):
                made |= receiver.recv()
    finally:
        os.close(reading)
        gc.unfreeze()
        for process, receiver in helping:
            receiver.close()
            process.terminate()
            process.join()


def _taken(queue: int) -> Iterator[int]:
    """Yield each part that no other process has taken: each byte is read once."""
    while part := os.read(queue, 1):
        yield part[0]
