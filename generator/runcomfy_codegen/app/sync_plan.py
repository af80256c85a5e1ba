"""Decide what a listing changes in a schema folder. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runcomfy_codegen.catalogue.listing import Listing
from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.ir import Json, Problem, StoredModel
from runcomfy_codegen.normalise import normalise
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.entries import dump_json, parse_models, violations
from runcomfy_codegen.store.folder import (
    Folder,
    in_order,
    is_model_id,
    overlay_path,
    path_of,
)

EMPTY: tuple[Json, ...] = (None, "", [], {})


@dataclass(slots=True)
class SyncPlan:
    """What to write and what to delete."""

    writes: dict[str, bytes] = field(default_factory=dict)
    """Stored models by path."""
    new: dict[str, str] = field(default_factory=dict)
    """Paths by model_id, here and below."""
    changed: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    unchanged: int = 0
    returned: list[str] = field(default_factory=list)
    """Retired models that are published again."""
    errors: list[CodegenError] = field(default_factory=list)
    """What is wrong with the entries that were skipped."""
    problems: list[Problem] = field(default_factory=list)
    """What stops skipped entries from being generated from."""


def plan_sync(folder: Folder, listing: Listing) -> SyncPlan:
    """Return what a listing changes in a schema folder as it stands.

    An entry that is broken, or that nothing could be generated from, is skipped:
    what is stored of it stays.
    """
    stored = {str(m.entry["model_id"]): m for m in parse_models(folder).models}
    made = SyncPlan(errors=list(listing.errors))
    for model_id, entry in listing.entries.items():
        try:
            _plan_one(made, folder, stored.get(model_id), model_id, entry)
        except CodegenError as error:
            made.errors.append(error)
    if listing.is_complete and _names_every_model(listing, stored):
        gone = {i: model.path for i, model in stored.items() if i not in listing.seen}
        made.gone.update(gone)
    listed = {*made.new, *made.changed}
    made.returned = sorted(listed & folder.retired.keys())
    return made


def _names_every_model(listing: Listing, stored: Collection[str]) -> bool:
    """Whether each entry says which model it is, and remark if one does not.

    One that does not may be any model, and so no model is surely gone.
    """
    for key in listing.seen:
        if key not in stored and not is_model_id(key):
            what = "an entry has no model_id that can be read"
            listing.remarks.append(f"{what}, so nothing is taken as gone")
            return False
    return True


def _plan_one(
    made: SyncPlan,
    folder: Folder,
    stored: StoredModel | None,
    model_id: str,
    entry: Mapping[str, Json],
) -> None:
    """Plan what one entry changes. Raises SourceError for one that is broken."""
    merged = merge(stored.entry, entry) if stored else dict(entry)
    if stored and dict(stored.entry) == merged:
        made.unchanged += 1
        return
    wrong = [f"{p.pointer} {p.what}".strip() for p in violations("", merged)]
    fix = "correct it at its source"
    if wrong:
        raise SourceError(f"catalogue: {model_id}", "; ".join(wrong), fix)
    try:
        path = stored.path if stored else path_of(model_id)
    except ValueError as error:
        raise SourceError("catalogue", str(error), fix) from error
    problems = list(_problems(folder, path, merged))
    if problems:
        made.problems += problems
        return
    made.writes[path] = dump_json(merged)
    kind = made.changed if path in folder.files else made.new
    kind[model_id] = path


def merge(stored: Mapping[str, Json], listed: Mapping[str, Json]) -> dict[str, Json]:
    """Return a stored entry with what the catalogue lists.

    What is listed wins, unless it says nothing: a page may have said more. Keys that
    are not listed are kept.
    """
    merged = dict(stored)
    for key, value in listed.items():
        if key not in stored or value not in EMPTY:
            merged[key] = value
    return merged


def _problems(
    folder: Folder, path: str, entry: Mapping[str, Json]
) -> Iterator[Problem]:
    """Yield what stops an entry, with its overlay, from being generated from."""
    place = overlay_path(path)
    overlay = None
    if place in folder.files:
        try:
            overlay = parse_json(folder.files[place])
        except (ValueError, RecursionError):
            return  # that is a Problem of the folder, and not of the entry
    if overlay is None or isinstance(overlay, dict):
        yield from normalise(StoredModel(path, entry, overlay, place)).problems


def folder_after(folder: Folder, made: SyncPlan, prune: bool) -> Folder:
    """Return the folder as it is once the plan is applied."""
    files = {**folder.files, **made.writes}
    retired: dict[str, Any] = dict(folder.retired)
    for model_id in made.returned:
        del retired[model_id]
    for model_id, path in made.gone.items() if prune else ():
        retired.setdefault(model_id, "")
        files.pop(path)
        files.pop(overlay_path(path), None)
    return replace(folder, files=in_order(files), retired=retired, problems=())
