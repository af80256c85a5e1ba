"""A model with every kind of field, and a package of made models."""

import json
from pathlib import Path
from typing import Any

from tests.support.warm import run_codegen

LONGEST = 120
TEXT: dict[str, Any] = {"type": "string"}
PICTURE: dict[str, Any] = {"type": "string", "format": "image_uri"}
OBJECT = {
    "type": "object",
    "properties": {
        "width": {"type": "integer"},
        "deep": {"type": "object", "properties": {"a_b": TEXT}},
    },
}
LORAS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["path"],
        "properties": {"path": TEXT, "scale": {"type": "float"}},
    },
}
EVERYTHING: dict[str, Any] = {
    "model_id": "acme/everything",
    "input_schema": {
        "type": "object",
        "properties": {
            "text": {**TEXT, "description": "A text.\x1b[31m Red [bold]."},
            "whole": {"type": "integer", "minimum": -5, "maximum": 10**12},
            "share": {"type": "float"},
            "switch": {"type": "boolean"},
            "maybe": {"type": ["boolean", "null"]},
            "word": {"type": "string", "enum": ["a", "b c", "true"]},
            "steps": {"type": "integer", "enum": [4, 6, 8]},
            "mixed": {"enum": ["auto", 5, 1.5, None, True]},
            "texts": {"type": "array", "items": TEXT},
            "wholes": {"type": "array", "items": {"type": "integer"}},
            "switches": {"type": "array", "items": {"type": "boolean"}},
            "grid": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}},
            },
            "size": OBJECT,
            "loras": LORAS,
            "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            "choice": {"anyOf": [{"type": "string", "enum": ["auto"]}, OBJECT]},
            "nullable": {"type": ["string", "null"]},
            "number_or_null": {"type": ["number", "null"]},
            "free": {"type": "object", "additionalProperties": True},
            "names": {"type": "object", "additionalProperties": {"type": "integer"}},
            "picture": PICTURE,
            "pictures": {"type": "array", "format": "image_uris"},
            "33_video": TEXT,
            "camelCase": TEXT,
            "timeout": {"type": "integer"},
            "input": TEXT,
            "json": {"type": "boolean"},
            "no_wait": {"type": "boolean"},
            "help": TEXT,
            "a.b": TEXT,
            "with space": TEXT,
            "un=even": TEXT,
        },
    },
}


def packaged(folder: Path, entries: list[dict[str, Any]]) -> Path:
    """Generate a package of some models; return what to import it from."""
    (folder / "models.json").write_text(json.dumps(entries))
    for words in (["add", "models.json"], ["generate", "--out", "out"]):
        code, said = run_codegen([*words, "--schemas", "schemas"], folder, LONGEST)
        assert code == 0, said
    return folder / "out"
