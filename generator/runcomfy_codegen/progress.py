"""Say how far long work has come. The command line shows it on a terminal."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int | None], None]
"""Takes what is being done, how many are done, and how many there are, if known."""


def no_progress(doing: str, done: int, total: int | None) -> None:
    """Say nothing."""
