"""Start an overlay over a stored model, or record anew what it is written against."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runcomfy_codegen.atomic import write_file
from runcomfy_codegen.errors import ProblemsError, UsageError
from runcomfy_codegen.ir import Json, StoredModel
from runcomfy_codegen.normalise.overlay_record import RECORD, patch_of, record_of
from runcomfy_codegen.normalise.shown import brief
from runcomfy_codegen.schema.patched_places import Place, patched_places
from runcomfy_codegen.schema.pointer import Absent, unescape, value_at
from runcomfy_codegen.store.entries import dump_json, parse_models
from runcomfy_codegen.store.folder import read_folder


@dataclass(frozen=True, slots=True)
class Started:
    """An overlay, and what it covers."""

    path: str
    is_new: bool
    places: tuple[Place, ...]
    """Each place that it sets: what the stored model has, and what it puts there."""


def start_overlay(schemas: Path, model_id: str, pointers: Sequence[str]) -> Started:
    """Write an overlay of a model, with what it covers recorded.

    `pointers` are JSON pointers into the stored file: what stands there is copied into
    the overlay, to be changed. What the overlay already sets stays as it is. Raises
    UsageError for a model or a place that is not there.
    """
    stored = _stored(schemas, model_id)
    patch: dict[str, Any] = patch_of(stored.overlay or {})
    for pointer in pointers:
        value = value_at(stored.entry, pointer)
        if isinstance(value, Absent) or not pointer.startswith("/"):
            what = f"{model_id} has nothing there"
            raise UsageError(
                pointer, what, "give a JSON pointer, such as /input_schema"
            )
        _put(patch, pointer, value)
    overlay = {**patch, RECORD: record_of(stored.entry, patch)}
    write_file(schemas, stored.overlay_path, dump_json(overlay))
    places = tuple(patched_places(stored.entry, patch))
    return Started(stored.overlay_path, stored.overlay is None, places)


def _stored(schemas: Path, model_id: str) -> StoredModel:
    """Return a stored model by its id."""
    folder = read_folder(schemas)
    store = parse_models(folder)
    for stored in store.models:
        if stored.entry["model_id"] == model_id:
            return stored
    if store.problems:
        raise ProblemsError(store.problems)
    fix = "see `runcomfy-codegen list`"
    raise UsageError(model_id, "there is no such stored model", fix)


def _put(patch: dict[str, Any], pointer: str, value: Json) -> None:
    """Put a value into a patch at a pointer, unless the patch says something there."""
    *parents, last = map(unescape, pointer.split("/")[1:])
    place = patch
    for part in parents:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            return
    place.setdefault(last, value)


def words(place: Place) -> tuple[str, str]:
    """Return what stood at a place and what an overlay puts there, in short."""
    before, after = (
        repr(value) if isinstance(value, Absent) else brief(value)
        for value in (place.before, place.after)
    )
    return before, after
