"""Following a job to its end, and showing what it made."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .. import PROGRAM
from ..output import clean, complain, is_terminal, print_data, print_line

if TYPE_CHECKING:
    from ..._core.service_rules import JobStatus
    from ...client import RunComfy
    from ...jobs import Job
    from ...results import Result


def follow(job: Job[Any], timeout: float | None) -> Result[Any]:
    """Wait for a job, and show where it stands on a terminal.

    Ctrl-C leaves the job, and says how to pick it up.
    """
    try:
        with progress() as show:
            return job.wait(timeout, show)
    except KeyboardInterrupt as error:
        error.__notes__ = [
            f"Job {job.request_id} goes on; pick it up: {pick_up(job.request_id)}"
        ]
        raise


def pick_up(request_id: str) -> str:
    """Return the command that goes on with a job."""
    return f"{PROGRAM} wait {shlex.quote(request_id)}"


@contextmanager
def progress() -> Iterator[Callable[[JobStatus], None] | None]:
    """Show a job's state on the terminal, where stderr is one."""
    if not is_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    began = time.monotonic()
    console = Console(stderr=True)

    def line(state: str) -> Text:
        seconds = time.monotonic() - began
        return Text(f"{state}, {seconds:.0f} s", no_wrap=True, overflow="ellipsis")

    with console.status(line("submitted")) as status:
        yield lambda update: status.update(line(clean(update)))


def report(
    client: RunComfy,
    result: Result[Any],
    out: str | None,
    person: bool,
    model_id: str | None = None,
    index: int | None = None,
) -> None:
    """Show what a job made; with a folder, download it first.

    Where a download fails, what the job made is shown all the same. `index`: of several
    runs, which it was.
    """
    files: list[str] = []
    try:
        if out is not None:
            files = [str(path) for path in client.download(result, out)]
    except BaseException:
        complain(
            f"job {result.request_id} succeeded; download it again: {PROGRAM} download "
            f"{shlex.quote(result.request_id)} --out {shlex.quote(str(out))}"
        )
        _show(result, files, person, model_id, index)
        raise
    _show(result, files, person, model_id, index)


def _show(
    result: Result[Any],
    files: list[str],
    person: bool,
    model_id: str | None,
    index: int | None,
) -> None:
    """Print a result: files or URLs, cost and request_id; for a program, all of it."""
    if not person:
        number = {} if index is None else {"index": index}
        print_data({**number, **as_object(result, files, model_id)})
        return
    for place in files or result.media():
        print_line(clean(place))
    if not files and not result.media():
        print_line(clean(result.raw.get("output")))
    cost = "unknown" if result.cost is None else f"${result.cost}"
    print_line(f"cost: {cost}   request_id: {clean(result.request_id)}")


def as_object(
    result: Result[Any], files: list[str], model_id: str | None = None
) -> dict[str, Any]:
    """Return everything about a result, as JSON."""
    return {
        "model_id": model_id or result.raw.get("model_id"),
        "request_id": result.request_id,
        "state": "succeeded",
        "output": result.raw.get("output"),
        "media": result.media(),
        "files": files,
        "cost_usd": None if result.cost is None else float(result.cost),
        "created_at": result.raw.get("created_at"),
        "finished_at": result.raw.get("finished_at"),
    }
