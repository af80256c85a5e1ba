"""Sync: bring the stored models to what the live catalogue lists."""

import os
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from runcomfy_codegen.app.build import naming_problems
from runcomfy_codegen.app.compare import Change, compare_folders
from runcomfy_codegen.app.shown import record_shown
from runcomfy_codegen.app.sync_apply import apply_sync
from runcomfy_codegen.app.sync_plan import SyncPlan, folder_after, plan_sync
from runcomfy_codegen.catalogue.asking import LIMIT, Questions, Say, say_nothing
from runcomfy_codegen.catalogue.confirming import Confirmed, confirm_gone
from runcomfy_codegen.catalogue.listing import Filter, list_catalogue
from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.http import BASE_URL_VARIABLE, DEFAULT_BASE_URL, Service
from runcomfy_codegen.ir import Problem
from runcomfy_codegen.reader import read_source
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.folder import Folder, read_folder
from runcomfy_codegen.store.listed import read_listed

__all__ = [
    "BASE_URL_VARIABLE",
    "DEFAULT_BASE_URL",
    "LIMIT",
    "SHARE",
    "Filter",
    "Synced",
    "Wish",
    "sync",
]


SHARE = 10
"""The part of the models, one in so many, that may be retired at once."""


@dataclass(frozen=True, slots=True)
class Synced:
    """What a sync planned, and what became of it."""

    plan: SyncPlan
    changes: tuple[Change, ...]
    """What changed in the models that were stored before."""
    errors: tuple[CodegenError, ...]
    """What is wrong with the entries that were skipped, and what was not written."""
    problems: tuple[Problem, ...]
    """What stops entries from being generated from, or from having each a name."""
    remarks: tuple[str, ...] = ()
    """What is to be known about the listing."""
    failure: SourceError | None = None
    """What ended the listing before its end."""
    confirmed: Confirmed = field(default_factory=Confirmed)
    """What the service says of the models that it did not list, if that was asked."""
    refused: int = 0
    """How many models are gone, and too many to be retired without being told to."""

    @property
    def skipped(self) -> int:
        """How many entries were not stored."""
        return len(self.errors) + len({p.file for p in self.plan.problems})


@dataclass(frozen=True, slots=True)
class Wish:
    """What a sync is asked for."""

    which: Filter
    prune: bool = False
    """Whether models that the service says are gone are retired."""
    force: bool = False
    """Whether that may be any number of them."""
    dry_run: bool = False
    """Whether nothing is written."""
    limit: float = LIMIT
    """Seconds in which each answer has to come."""


def sync(
    schemas: Path,
    base_url: str | None,
    wish: Wish,
    session: Session,
    say: Say = say_nothing,
) -> Synced:
    """List the catalogue, and write what is new and changed.

    A listing that fails half-way is stored as far as it came. `say` is told what is
    waited for. Raises CodegenError.
    """
    questions = Questions(Service.of(base_url, os.environ), say, wish.limit)
    reserved = runtime_names(load_templates())
    folder = read_folder(schemas) if schemas.is_dir() else Folder({}, {}, {})
    listing = list_catalogue(questions, wish.which, _read_entries, session.progress)
    made = plan_sync(folder, listing, read_listed(schemas))
    confirmed = Confirmed()
    if wish.prune:
        confirmed = confirm_gone(
            questions, made.gone, listing.entries, session.progress
        )
    retiring, refused = _allowed(confirmed.gone, made, wish)
    after = folder_after(folder, made, retiring)
    # Before it is written: a comparison that fails leaves the folder as it was.
    changes = compare_folders(
        folder, _without_new(after, made), reserved, with_upstream=True
    ).changes
    problems = (*made.problems, *naming_problems(after, reserved))
    unwritten = []
    if not wish.dry_run:
        unwritten = apply_sync(schemas, made, retiring)
        record_shown(schemas, folder, after)
    return Synced(
        made,
        changes,
        (*made.errors, *unwritten),
        problems,
        tuple(listing.remarks),
        listing.failure,
        confirmed,
        refused,
    )


def _allowed(
    gone: Collection[str], made: SyncPlan, wish: Wish
) -> tuple[list[str], int]:
    """Return the models to retire; if they are too many, none, and their number.

    One may always go: a folder of a few models has no tenth.
    """
    most = max(1, len(made.listed) // SHARE)
    if len(gone) > most and not wish.force:
        return [], len(gone)
    return sorted(gone), 0


def _read_entries(
    text: str, origin: str
) -> tuple[list[dict[str, object]], tuple[SourceError, ...]]:
    read = read_source(text, origin)
    return read.entries, read.errors


def _without_new(after: Folder, made: SyncPlan) -> Folder:
    """Return a folder without the models that were not stored before."""
    new = set(made.new.values())
    files = {path: after.files[path] for path in after.files if path not in new}
    return replace(after, files=files)
