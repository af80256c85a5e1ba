"""Decide what a listing changes in a schema folder. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runcomfy_codegen.catalogue.listing import Listing
from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.ir import Json, Problem, StoredModel
from runcomfy_codegen.normalise import normalise
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.entries import (
    dump_json,
    merged_entry,
    parse_models,
    violations,
)
from runcomfy_codegen.store.folder import (
    Folder,
    in_order,
    is_model_id,
    overlay_path,
    path_of,
)
from runcomfy_codegen.store.listed import is_of_the_catalogue

AT_ITS_SOURCE = "correct it at its source"


@dataclass(slots=True)
class SyncPlan:
    """What to write and what to delete."""

    writes: dict[str, bytes] = field(default_factory=dict)
    """Stored models by path."""
    new: dict[str, str] = field(default_factory=dict)
    """Paths by model_id, here and below."""
    changed: dict[str, str] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    """Models that the catalogue had and no longer lists."""
    own: list[str] = field(default_factory=list)
    """Models that it never listed: a person added them."""
    listed: frozenset[str] = frozenset()
    """The models that are stored, and were ever listed."""
    unchanged: int = 0
    returned: list[str] = field(default_factory=list)
    """Retired models that are published again."""
    errors: list[CodegenError] = field(default_factory=list)
    """What is wrong with the entries that were skipped."""
    problems: list[Problem] = field(default_factory=list)
    """What stops skipped entries from being generated from."""


def plan_sync(
    folder: Folder, listing: Listing, listed_before: frozenset[str] | None
) -> SyncPlan:
    """Return what a listing changes in a schema folder as it stands.

    An entry that is broken, or that nothing could be generated from, is skipped:
    what is stored of it stays. `listed_before` are the models that were ever listed;
    where that is not known, an entry tells whether it came from the catalogue.
    """
    stored = {str(m.entry["model_id"]): m for m in parse_models(folder).models}
    made = SyncPlan(errors=list(listing.errors))
    for model_id, entry in listing.entries.items():
        try:
            _plan_one(made, folder, stored.get(model_id), model_id, entry)
        except CodegenError as error:
            made.errors.append(error)
    if listed_before is None:
        listed_before = _likely_listed(stored)
    if listing.is_complete and _names_every_model(listing, stored):
        _plan_missing(made, listing, stored, listed_before)
    is_stored = stored.keys() | made.new.keys()
    made.listed = frozenset(is_stored & (listed_before | listing.seen))
    written = {*made.new, *made.changed}
    made.returned = sorted(written & folder.retired.keys())
    return made


def _likely_listed(stored: Mapping[str, StoredModel]) -> frozenset[str]:
    """Return the models whose entries have what only the catalogue says."""
    likely = {i for i, model in stored.items() if is_of_the_catalogue(model.entry)}
    return frozenset(likely)


def _plan_missing(
    made: SyncPlan,
    listing: Listing,
    stored: Mapping[str, StoredModel],
    listed_before: frozenset[str],
) -> None:
    """Tell the models that are gone from those that the catalogue never had."""
    missing = stored.keys() - listing.seen
    made.own = sorted(missing - listed_before)
    for model_id in sorted(missing & listed_before):
        made.gone[model_id] = stored[model_id].path


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
    merged = merged_entry(stored.entry, entry) if stored else dict(entry)
    if stored and dict(stored.entry) == merged:
        made.unchanged += 1
        return
    _refuse_violations(model_id, merged)
    try:
        path = stored.path if stored else path_of(model_id)
    except ValueError as error:
        raise SourceError("catalogue", str(error), AT_ITS_SOURCE) from error
    problems = list(_problems(folder, path, merged))
    if problems:
        made.problems += problems
        return
    made.writes[path] = dump_json(merged)
    kind = made.changed if path in folder.files else made.new
    kind[model_id] = path


def _refuse_violations(model_id: str, entry: Mapping[str, Json]) -> None:
    """Raise SourceError for an entry that is not as stored models are."""
    wrong = [f"{p.pointer} {p.what}".strip() for p in violations("", entry)]
    if wrong:
        where, what = f"catalogue: {model_id}", "; ".join(wrong)
        raise SourceError(where, what, AT_ITS_SOURCE)


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


def folder_after(folder: Folder, made: SyncPlan, retiring: Collection[str]) -> Folder:
    """Return the folder as it is once the plan is applied, and some models are retired."""
    files = {**folder.files, **made.writes}
    retired: dict[str, Any] = dict(folder.retired)
    for model_id in made.returned:
        del retired[model_id]
    for model_id in retiring:
        retired.setdefault(model_id, "")
        files.pop(made.gone[model_id])
    return replace(folder, files=in_order(files), retired=retired, problems=())
