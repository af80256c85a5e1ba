"""Refuse unknown fields in inputs; keep them in outputs.

Before: `{"type": "object", "properties": {…}}`.
After: `{"type": "object", "properties": {…}, "additionalProperties": false}` in an input.

A misspelt field would be paid for and ignored. An object without properties stays
open: it says nothing of its fields.
"""

from runcomfy_codegen.ir import Model, Schema, Severity
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.read import properties_of, types_of


def close_objects(model: Model) -> Model:
    """Return the model whose input objects take their own properties alone."""
    return each_schema(model, _close, ("input",), ("type",))


def _close(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return an object that takes its own fields alone."""
    if types_of(schema) != ("object",):
        return schema
    is_root = pointer == "/input_schema"
    says_fields = bool(properties_of(schema))
    says_rest = "additionalProperties" in schema
    if not is_root and (says_rest or not says_fields):
        return schema
    published = schema.get("additionalProperties", "open")
    if published is not False:
        severity: Severity = "warning" if says_rest else "info"
        after, why = "additionalProperties: false", "unknown fields are refused"
        report.note(pointer, published, after, why, severity)
    return {**schema, "additionalProperties": False}
