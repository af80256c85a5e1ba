"""Make the answer that a page shows: what the service says once a job has ended."""

from typing import Any

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.render.about.inputs import medium_kind
from runcomfy_codegen.render.docs.openapi_service import REQUEST_ID
from runcomfy_codegen.render.sample_words import EXTENSIONS
from runcomfy_codegen.render.samples import sample

MADE = "https://media.example/made"
"""What the addresses of outputs begin with."""


def sample_answer(model: Model, makes: tuple[str, ...]) -> dict[str, Any]:
    """Return the answer to a finished job of a model."""
    return {
        "request_id": REQUEST_ID,
        "status": "succeeded",
        "output": _output(model.output_schema, makes),
        "created_at": "2026-01-01T00:00:00Z",
        "finished_at": "2026-01-01T00:00:09Z",
        "error": None,
    }


def _output(schema: Schema, makes: tuple[str, ...]) -> Json:
    """Return the fields of an output which hold what the model makes, and no medium else.

    The service publishes one block for all models; each fills in what it makes.
    """
    properties = schema.get("properties")
    if not isinstance(properties, dict) or not properties:
        return sample(schema)
    output: dict[str, Json] = {}
    shown: set[str] = set()
    for name, child in properties.items():
        kind = medium_kind(child) if isinstance(child, dict) else ""
        if kind and (kind in shown or kind not in makes):
            continue
        shown.add(kind)
        output[name] = _medium(child, kind) if kind else sample(child, name)
    return output


def _medium(schema: Schema, kind: str) -> Json:
    url = f"{MADE}.{EXTENSIONS[kind]}"
    return [url] if schema.get("type") == "array" else url
