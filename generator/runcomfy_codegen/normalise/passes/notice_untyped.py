"""Notice where a schema leaves open what may be sent.

Before: `{"type": "array"}`, `{"type": "object"}`.
After: the same, and a note: `list[Any]`, `dict[str, Any]`.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.read import is_listed, types_of

FIX = "anything is taken; if its page says more, say so in an overlay"


def notice_untyped(model: Model) -> Model:
    """Return the model with a note for each list and object that says nothing of its content."""
    return each_schema(model, _notice, ("input",), ("type",))


def _notice(schema: Schema, pointer: str, report: Report) -> Schema:
    """Note of a schema, which comes out as it is, that it takes anything."""
    if is_listed(schema) or pointer == "/input_schema":
        return schema
    match types_of(schema):
        case ("array",) if _has_any_items(schema):
            report.note(pointer, "no items", "no items", FIX, "warning")
        case ("object",) if _has_any_fields(schema):
            report.note(pointer, "no properties", "no properties", FIX, "warning")
    return schema


def _has_any_items(schema: Schema) -> bool:
    return not schema.get("items") and schema.get("maxItems") != 0


def _has_any_fields(schema: Schema) -> bool:
    is_open = schema.get("additionalProperties") in (None, True, {})
    return is_open and not schema.get("properties")
