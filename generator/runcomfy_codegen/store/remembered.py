"""Reduce a schema folder to what a comparison with it needs.

Words are left out: titles, descriptions, examples, and keys that no stage reads. What is
left gives the same types, limits and names. So what is remembered of a folder is small,
and a change of words alone is not a change.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from runcomfy_codegen.ir import Json
from runcomfy_codegen.store.folder import Folder

KEPT = (
    "model_id",
    "kind",
    "categories",
    "base_price_usd",
    "price_unit",
    "pricing_note",
    "deprecated",
)
SCHEMAS = ("input_schema", "output_schema")
WORDS = ("title", "description", "examples", "$comment", "validation_error")
VALUES = ("default", "enum", "const", "required", "type")
"""Keywords that hold values, in which a key is not a keyword."""
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""Keywords that hold schemas by name, in which a key is not a keyword either."""


def remembered(folder: Folder) -> Folder:
    """Return a folder without words. What cannot be read as JSON stays as it is."""
    files = {path: _remembered_file(text) for path, text in folder.files.items()}
    return replace(folder, files=files, problems=(), history=b"")


def _remembered_file(content: bytes) -> bytes:
    try:
        entry = json.loads(content)
        if not isinstance(entry, dict):
            return content
        kept = {key: entry[key] for key in KEPT if key in entry}
        for key in SCHEMAS:
            if key in entry:
                kept[key] = _without_words(entry[key])
    except (ValueError, RecursionError):
        return content
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _without_words(schema: Json) -> Json:
    """Return a schema, or a patch of one, without what is only said of it."""
    if isinstance(schema, list):
        return [_without_words(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in NAMED and isinstance(value, Mapping):
            kept[key] = {name: _without_words(each) for name, each in value.items()}
        elif key in VALUES:
            kept[key] = value
        elif key not in WORDS:
            kept[key] = _without_words(value)
    return kept
