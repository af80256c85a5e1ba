"""Sync: bring the stored models to what the live catalogue lists."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from runcomfy_codegen.app.build import naming_problems
from runcomfy_codegen.app.compare import Change, compare_folders
from runcomfy_codegen.app.sync_apply import apply_sync
from runcomfy_codegen.app.sync_plan import SyncPlan, folder_after, plan_sync
from runcomfy_codegen.catalogue.listing import Filter, list_catalogue
from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.http import BASE_URL_VARIABLE, DEFAULT_BASE_URL, Service
from runcomfy_codegen.ir import Problem
from runcomfy_codegen.reader import read_source
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.folder import Folder, read_folder

__all__ = ["BASE_URL_VARIABLE", "DEFAULT_BASE_URL", "Filter", "Synced", "sync"]


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
    """What is odd about the listing."""
    failure: SourceError | None = None
    """What ended the listing before its end."""

    @property
    def skipped(self) -> int:
        """How many entries were not stored."""
        return len(self.errors) + len({p.file for p in self.plan.problems})


def sync(
    schemas: Path,
    base_url: str | None,
    which: Filter,
    prune: bool,
    dry_run: bool,
    session: Session,
) -> Synced:
    """List the catalogue, and write what is new and changed.

    With `prune`, models that are gone are retired. A `dry_run` writes nothing. A listing
    that fails half-way is stored as far as it came. Raises CodegenError.
    """
    service = Service.of(base_url, os.environ)
    reserved = runtime_names(load_templates())
    folder = read_folder(schemas) if schemas.is_dir() else Folder({}, {}, {})
    listing = list_catalogue(service, which, _read_entries, session.progress)
    made = plan_sync(folder, listing)
    after = folder_after(folder, made, prune)
    # Before it is written: a comparison that fails leaves the folder as it was.
    changes = compare_folders(
        folder, _without_new(after, made), reserved, with_upstream=True
    ).changes
    problems = (*made.problems, *naming_problems(after, reserved))
    unwritten = [] if dry_run else apply_sync(schemas, made, prune)
    return Synced(
        made,
        changes,
        (*made.errors, *unwritten),
        problems,
        tuple(listing.remarks),
        listing.failure,
    )


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
