"""Refuse unknown fields in inputs; keep them in outputs.

Before: `{"type": "object", "properties": {…}}`.
After: `{"type": "object", "properties": {…}, "additionalProperties": false}` in an input.

A misspelt field would be paid for and ignored. An object without properties stays
open: it says nothing of its fields.
"""

from runcomfy_codegen.ir import Model, Schema, Severity
from runcomfy_codegen.schema.visit import Report, each_schema, types_of


def close_objects(model: Model) -> Model:
    """Return the model whose input objects take their own properties alone."""
    return each_schema(model, _close, ("input",), ("type",))


def _close(schema: Schema, pointer: str, report: Report) -> Schema:
    is_root = pointer == "/input_schema"
    described = isinstance(schema.get("properties"), dict) and schema["properties"]
    if types_of(schema) != ("object",) or not (described or is_root):
        return schema
    if "additionalProperties" in schema and not is_root:
        return schema
    published = schema.get("additionalProperties", "open")
    if published is not False:
        severity: Severity = "info" if published == "open" else "warning"
        report.note(
            pointer,
            published,
            "additionalProperties: false",
            "unknown fields are refused",
            severity,
        )
    return {**schema, "additionalProperties": False}
