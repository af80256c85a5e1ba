"""Reads JSON: a catalogue entry, a list of entries, or the catalogue's response."""

import re
from itertools import islice
from typing import Any

from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.reader.json_text import Broken, Fault, decode, faults, pointer
from runcomfy_codegen.reader.source import SourceText

_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*["{\[\]])')
MAX_ENTRIES = MAX_FAULTS = 10_000
MAX_ERRORS = 100
"""After so many broken entries the others are counted alone."""
_SAVE_AGAIN = "save the catalogue's answer again, unedited"


def is_json(text: str) -> bool:
    """Tell whether a text is meant as JSON, though it may be broken."""
    return bool(_JSON.match(text))


def read_document(
    source: SourceText, source_url: str | None
) -> tuple[list[dict[str, Any]], list[SourceError]]:
    """Read the entries of a JSON text, in order, and the errors of the broken ones."""
    value, found = _decode(source)
    values, path = _entries(source, value)
    if path is None:
        entry = _checked(source, values[0], None, next(iter(found), None))
        return [{"source_url": source_url, **entry} if source_url else entry], []
    first = {_index(fault, path): fault for fault in reversed(found)}
    if None in first:
        raise _located(source, first[None], None)
    return _read_list(source, values, first)


def _read_list(
    source: SourceText, values: list[Any], first: dict[int | None, Fault]
) -> tuple[list[dict[str, Any]], list[SourceError]]:
    """Read a list of entries; `first` is the first fault of each that has one."""
    entries: list[dict[str, Any]] = []
    errors: list[SourceError] = []
    for index, item in enumerate(values):
        try:
            entries.append(_checked(source, item, index, first.get(index)))
        except SourceError as error:
            errors.append(error)
    more = len(errors) - MAX_ERRORS
    if more > 0:
        what = f"{more} more entries are broken"
        errors[MAX_ERRORS:] = [SourceError(source.origin, what, _SAVE_AGAIN)]
    return entries, errors


def _decode(source: SourceText) -> tuple[Any, list[Fault]]:
    """Return the JSON value of a text, and what strict JSON forbids in it."""
    text = source.text
    start = len(text) - len(text.lstrip())
    result = decode(text, start)
    if isinstance(result, Broken):
        raise source.error(result.at, f"broken JSON: {result.what}", _SAVE_AGAIN)
    value, end = result
    rest = text[end:].lstrip()
    if rest:
        fix = 'put several entries into one list, "[…, …]"'
        what = "broken JSON: more text after its end"
        raise source.error(len(text) - len(rest), what, fix)
    found = list(islice(faults(text, start, end), MAX_FAULTS + 1))
    if len(found) > MAX_FAULTS:
        what = f"more than {MAX_FAULTS} places are not JSON as it should be"
        raise source.error(found[0].at, what, _SAVE_AGAIN)
    return value, found


def _entries(
    source: SourceText, value: Any
) -> tuple[list[Any], tuple[str | int, ...] | None]:
    """Find the entries, and the path of their list; no path for an entry by itself."""
    match value:
        case {"model_id": _}:
            return [value], None
        case {"models": list() as entries}:
            path: tuple[str | int, ...] = ("models",)
        case {"models": _}:
            raise SourceError(source.origin, '"models" is not a list', _SAVE_AGAIN)
        case dict():
            return [value], None
        case _:
            entries, path = value, ()
    if len(entries) > MAX_ENTRIES:
        what = f"a catalogue of {len(entries)} entries, of which {MAX_ENTRIES} are read"
        raise SourceError(source.origin, what, "save a part of it")
    if not entries:
        fix = "save a list with at least one entry"
        raise SourceError(source.origin, "a catalogue with no model in it", fix)
    return entries, path


def _index(fault: Fault, path: tuple[str | int, ...]) -> int | None:
    inside = fault.path[: len(path)] == path and len(fault.path) > len(path)
    index = fault.path[len(path)] if inside else None
    return index if isinstance(index, int) else None


def _checked(
    source: SourceText, entry: Any, index: int | None, fault: Fault | None
) -> dict[str, Any]:
    """Return an entry that has what every stored model needs. Raises SourceError."""
    origin = source.origin if index is None else f"{source.origin}[{index}]"
    if not isinstance(entry, dict):
        what = f"{type(entry).__name__} instead of a catalogue entry (an object)"
        raise SourceError(origin, what, _SAVE_AGAIN)
    if fault:
        raise _located(source, fault, index)
    model_id = entry.get("model_id")
    if not isinstance(model_id, str) or not model_id.strip():
        what = 'a catalogue entry with no "model_id"'
        fix = 'add "model_id", the part of the submit URL after /v1/models/'
        raise SourceError(origin, what, fix)
    if not isinstance(entry.get("input_schema"), dict):
        missing = "is not an object" if "input_schema" in entry else "is missing"
        what = f'{model_id!r}: "input_schema" {missing}'
        fix = "save the entry again, from the catalogue with ?include_schema=true"
        raise SourceError(origin, what, fix)
    return entry


def _located(source: SourceText, fault: Fault, index: int | None) -> SourceError:
    what = f"{fault.what}, at {pointer(fault.path)}"
    return source.error(fault.at, what, "correct the JSON there", index)
