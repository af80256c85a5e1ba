"""Tell of what a person saves, as it happens."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import watch

from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.resources import templates_folder

SETTLED = 100
"""Milliseconds without a change after which a save is taken as done."""
ROUND = 250
"""Milliseconds after which a round without changes ends."""


def saved_inputs(schemas: Path, templates: Path | None) -> Iterator[None]:
    """Yield once at first, and then whenever what is generated from was saved.

    Nothing that is saved between two rounds is missed. Raises UsageError for a folder
    that is not there.
    """
    overriding = [templates] if templates else []
    return saved([schemas, templates_folder(), *overriding])


def saved(folders: Sequence[Path]) -> Iterator[None]:
    """Yield once at first, and then whenever a file in some folders was saved."""
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(str(folder), "there is no such folder", "give another")
    rounds = watch(
        *folders,
        step=SETTLED,
        rust_timeout=ROUND,
        yield_on_timeout=True,
    )
    next(rounds)  # from here on nothing is missed, also while the first run lasts
    yield
    for changes in rounds:
        if changes:
            yield
