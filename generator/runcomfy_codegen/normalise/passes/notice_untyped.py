"""Notice where a schema leaves open what may be sent.

Before: `{"type": "array"}`, `{"type": "object"}`.
After: the same, and a note: `list[Any]`, `dict[str, Any]`.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.schema.visit import Report, each_schema, types_of

FIX = "anything is taken; if its page says more, say so in an overlay"


def notice_untyped(model: Model) -> Model:
    """Return the model with a note for each list and object that says nothing of its content."""
    return each_schema(model, _notice, ("input",), ("type",))


def _notice(schema: Schema, pointer: str, report: Report) -> Schema:
    names, is_root = types_of(schema), pointer == "/input_schema"
    if "enum" in schema or "const" in schema or is_root:
        return schema
    if names == ("array",) and not schema.get("items") and schema.get("maxItems") != 0:
        report.note(pointer, "no items", "no items", FIX, "warning")
    others = schema.get("additionalProperties")
    if (
        names == ("object",)
        and not schema.get("properties")
        and others in (None, True, {})
    ):
        report.note(pointer, "no properties", "no properties", FIX, "warning")
    return schema
