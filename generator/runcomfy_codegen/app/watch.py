"""Tell of what a person saves, as it happens."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.resources import templates_folder
from runcomfy_codegen.store.folder import HISTORY_NAME

SETTLED = 100
"""Milliseconds without a change after which a save is taken as done."""
ROUND = 250
"""Milliseconds after which a round without changes ends."""


class _Inputs(DefaultFilter):
    """Lets through what a person may save, and not what a run writes down itself."""

    def __init__(self, schemas: Path | None) -> None:
        super().__init__()
        self.schemas = schemas.resolve() if schemas else None

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change is worth a run."""
        file = Path(path)
        is_own = HISTORY_NAME in file.name and file.parent.resolve() == self.schemas
        return not is_own and super().__call__(change, path)


def saved_inputs(schemas: Path, templates: Path | None) -> Iterator[None]:
    """Yield once at first, and then whenever what is generated from was saved.

    Nothing that is saved between two rounds is missed. Raises UsageError for a folder
    that is not there.
    """
    overriding = [templates] if templates else []
    return saved([schemas, templates_folder(), *overriding], schemas)


def saved(folders: Sequence[Path], schemas: Path | None = None) -> Iterator[None]:
    """Yield once at first, and then whenever a file in some folders was saved."""
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(str(folder), "there is no such folder", "give another")
    rounds = watch(
        *folders,
        watch_filter=_Inputs(schemas),
        step=SETTLED,
        rust_timeout=ROUND,
        yield_on_timeout=True,
    )
    next(rounds)  # from here on nothing is missed, also while the first run lasts
    yield
    for changes in rounds:
        if changes:
            yield
