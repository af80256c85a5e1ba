"""Show on a terminal how far long work has come, and nothing anywhere else."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from runcomfy_codegen.cli._wording import printable
from runcomfy_codegen.progress import Progress, no_progress

PAUSE = 0.1
"""Seconds between two lines."""
CLEAR = "\r\033[K"


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Yield what shows counts, in one line that is gone in the end."""
    if not sys.stderr.isatty():
        yield no_progress
        return
    due = 0.0

    def show(doing: str, done: int, total: int | None) -> None:
        nonlocal due
        if (now := time.monotonic()) < due:
            return
        due = now + PAUSE
        of = f" of {total}" if total else ""
        click.echo(f"{CLEAR}{doing}: {done}{of}", nl=False, err=True)

    try:
        yield show
    finally:
        if due:
            click.echo(CLEAR, nl=False, err=True)


def say_line(line: str) -> None:
    """Say on a line of its own what is waited for, also in a pipe."""
    clear = CLEAR if sys.stderr.isatty() else ""
    click.echo(f"{clear}{printable(line)}", err=True)


def say_waiting() -> None:
    """Say that another run writes to the output folder, and is waited for."""
    click.echo("waiting for another run to end", err=True)
