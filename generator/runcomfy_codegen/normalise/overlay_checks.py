"""Check an overlay: that each key says something, and that what it hides stands still."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from runcomfy_codegen.ir import Json, Note, Problem, StoredModel
from runcomfy_codegen.normalise.overlay_record import RECORD, patch_of
from runcomfy_codegen.normalise.shown import brief
from runcomfy_codegen.schema.keywords import (
    HOLD_A_LIST,
    HOLD_A_MAP,
    HOLD_A_SCHEMA,
    SAMPLES,
    VALIDATING,
    WORDS,
)
from runcomfy_codegen.schema.patched_places import Place, patched_places
from runcomfy_codegen.schema.pointer import ABSENT, Absent, escape, value_at
from runcomfy_codegen.schema.values import is_same

SCHEMAS = ("input_schema", "output_schema")
ENTRY_KEYS = (
    "model_id",
    "display_name",
    "description",
    "kind",
    "categories",
    "base_price_usd",
    "price_unit",
    "pricing_note",
    "source_url",
    "model_url",
    "example",
    "deprecated",
    *SCHEMAS,
)
"""What an overlay may set of a stored model."""
SCHEMA_KEYS = (
    *VALIDATING,
    *WORDS,
    *SAMPLES,
    "$defs",
    "$id",
    "$schema",
    "definitions",
    "deprecated",
    "format",
    "nullable",
    "output",
    "readOnly",
    "validations",
    "writeOnly",
)
HOLD_NAMED = HOLD_A_MAP | {"definitions"}
HOLD_SCHEMAS = HOLD_A_SCHEMA | HOLD_A_LIST | {"output"}


def overlay_notes(stored: StoredModel, overlay: Mapping[str, Json]) -> Iterator[Note]:
    """Yield a warning for each place where the stored model has moved on."""

    def warn(code: str, pointer: str, before: Any, after: Any, why: str) -> Note:
        file = stored.overlay_path
        return Note(
            file, pointer, "warning", _brief(before), _brief(after), why, code=code
        )

    places = list(patched_places(stored.entry, patch_of(overlay)))
    for place in places:
        if _is_idle(place):
            why = "the stored model says the same now; delete it from the overlay"
            yield warn("overlay-idle", place.pointer, place.before, place.after, why)
    record = overlay.get(RECORD)
    if not isinstance(record, Mapping):
        return
    renew = "look at the overlay again, then run `runcomfy-codegen overlay "
    renew += f"{stored.entry['model_id']}`"
    for pointer, before in record.items():
        now = value_at(stored.entry, pointer)
        if isinstance(now, Absent):
            why = f"what it was written against is gone from the stored model; {renew}"
            yield warn("overlay-gone", pointer, before, now, why)
        elif not is_same(before, now):
            why = f"the stored model moved on beneath it; {renew}"
            yield warn("overlay-moved", pointer, before, now, why)
    for place in places:
        is_known = any(
            each == place.pointer or each.startswith(f"{place.pointer}/")
            for each in record
        )
        if not is_known and not isinstance(place.before, Absent):
            why = f"it was not there, or is not recorded; {renew}"
            yield warn("overlay-moved", place.pointer, ABSENT, place.before, why)


def _is_idle(place: Place) -> bool:
    """Whether a place is as the overlay would have it anyway."""
    if isinstance(place.before, Absent) or isinstance(place.after, Absent):
        return isinstance(place.before, Absent) and isinstance(place.after, Absent)
    return is_same(place.before, place.after)


def _brief(value: Json | Absent) -> str:
    return repr(value) if isinstance(value, Absent) else brief(value)


def overlay_problems(
    stored: StoredModel, overlay: Mapping[str, Json]
) -> Iterator[Problem]:
    """Yield a Problem for each key that says nothing, and for another model's id."""

    def unknown(pointer: str, key: str, keys: tuple[str, ...]) -> Problem:
        near = get_close_matches(key, keys, n=1)
        fix = f"did you mean `{near[0]}`?" if near else "delete it"
        what = f"an overlay has no key `{key}` here"
        return Problem(stored.overlay_path, f"{pointer}/{escape(key)}", what, fix)

    model_id = stored.entry["model_id"]
    if overlay.get("model_id", model_id) != model_id:
        what = f"it is the overlay of {model_id}, and not of another model"
        fix = "delete its model_id, or move it to that model's file"
        yield Problem(stored.overlay_path, "/model_id", what, fix)
    record = overlay.get(RECORD, {})
    if not isinstance(record, Mapping):
        fix = "delete it, and run `runcomfy-codegen overlay` on the model"
        yield Problem(stored.overlay_path, f"/{RECORD}", "it is not an object", fix)
    for key, value in patch_of(overlay).items():
        if key not in ENTRY_KEYS and key not in stored.entry:
            yield unknown("", key, (*ENTRY_KEYS, RECORD))
        elif key in SCHEMAS:
            for pointer, name in _unknown_keywords(
                value, stored.entry.get(key), f"/{key}"
            ):
                yield unknown(pointer, name, SCHEMA_KEYS)


def _unknown_keywords(
    patch: Json, schema: Json, pointer: str
) -> Iterator[tuple[str, str]]:
    """Yield each key of a patched schema that is not a keyword: where, and the key.

    One that the service publishes at the same place may be patched there.
    """
    match patch:
        case list():
            for index, each in enumerate(patch):
                yield from _unknown_keywords(each, None, f"{pointer}/{index}")
        case Mapping():
            known = schema if isinstance(schema, Mapping) else {}
            yield from _unknown_of_schema(patch, known, pointer)


def _unknown_of_schema(
    patch: Mapping[str, Json], known: Mapping[str, Json], pointer: str
) -> Iterator[tuple[str, str]]:
    """Yield the same of a patch of one schema, and of those inside of it."""
    for key, value in patch.items():
        below = f"{pointer}/{escape(key)}"
        is_known = key in SCHEMA_KEYS or key in known or key.startswith("x-")
        if key in HOLD_NAMED:
            yield from _unknown_of_named(value, known.get(key), below)
        elif key in HOLD_SCHEMAS:
            yield from _unknown_keywords(value, known.get(key), below)
        elif not is_known:
            yield pointer, key


def _unknown_of_named(
    patch: Json, published: Json, pointer: str
) -> Iterator[tuple[str, str]]:
    """Yield the same of each schema that a patch has by its name."""
    if not isinstance(patch, Mapping):
        return
    named = published if isinstance(published, Mapping) else {}
    for name, each in patch.items():
        yield from _unknown_keywords(each, named.get(name), f"{pointer}/{escape(name)}")
