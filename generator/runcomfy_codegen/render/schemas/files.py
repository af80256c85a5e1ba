"""Make the JSON Schema files of a model: standard, by themselves, for any validator."""

from collections.abc import Mapping
from typing import Any

from runcomfy_codegen.ir import Json, Module

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def input_document(module: Module, example: Mapping[str, Json]) -> dict[str, Any]:
    """Return the schema of a request body, with an example that it accepts.

    `x-runcomfy` says what the form on the page needs to write the call in Python.
    """
    root = next(cls for cls in module.classes if cls.kind == "input")
    names = {f.wire_name: f.name for f in root.fields if f.wire_name != f.name}
    python = {"vendor": module.vendor, "module": module.name, "fields": names}
    about = {"model_id": module.model.model_id, "python": python}
    return _document(module, "input", module.model.input_schema) | {
        "examples": [dict(example)],
        "x-runcomfy": about,
    }


def output_document(module: Module) -> dict[str, Any]:
    """Return the schema of the value of `output`."""
    return _document(module, "output", module.model.output_schema)


def _document(module: Module, side: str, schema: Mapping[str, Json]) -> dict[str, Any]:
    title = f"{module.model.model_id}, {side}"
    return {"$schema": DIALECT, **schema, "title": title}
