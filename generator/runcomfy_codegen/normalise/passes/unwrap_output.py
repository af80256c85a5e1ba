"""Take the output schema out of its wrapper, or put the service's generic one there.

Before: `{"output": {"type": "object", "properties": {"image": {…}}}}`, or nothing.
After: `{"type": "object", "properties": {"image": {…}}}`.
"""

from runcomfy_codegen.ir import MediaKind, Model, Schema
from runcomfy_codegen.normalise.report import Report, report_on, with_report
from runcomfy_codegen.schema.media import url_schema


def _urls(kind: MediaKind) -> Schema:
    return {"type": "array", "items": url_schema(kind), "x-media": kind}


GENERIC_OUTPUT: Schema = {
    "type": "object",
    "properties": {
        "image": url_schema("image") | {"description": "single image URL"},
        "video": url_schema("video") | {"description": "single video URL"},
        "images": _urls("image") | {"description": "multiple image URLs"},
        "videos": _urls("video") | {"description": "multiple video URLs"},
    },
}
"""What every page prints that publishes no output schema of its own."""


def unwrap_output(model: Model) -> Model:
    """Return the model with an output schema whose root is the output itself."""
    report = report_on(model)
    if not model.output_schema:
        why = "the page publishes no output"
        report.note("/output_schema", "nothing", "the generic output", why)
        return with_report(model, report, output_schema=GENERIC_OUTPUT)
    schema, pointer = _unwrapped(model.output_schema, report)
    schema = _as_object(schema, pointer, report)
    return with_report(model, report, output_schema=schema, output_pointer=pointer)


def _unwrapped(schema: Schema, report: Report) -> tuple[Schema, str]:
    """Return the root of an output, and where it is published."""
    pointer = "/output_schema"
    inner = schema.get("output")
    is_root = "type" in schema or "properties" in schema
    if is_root or not isinstance(inner, dict):
        return schema, pointer
    why = "the wrapper is not a JSON Schema root"
    report.note(pointer, '{"output": {…}}', "{…}", why)
    return inner, f"{pointer}/output"


def _as_object(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return an object in place of an output that has no fields to name."""
    named = str(schema.get("type", "object")).lower()
    if named == "object" or "properties" in schema:
        return schema
    after = "an object that keeps whatever comes"
    why = "an output that is not an object has no fields to name"
    report.note(pointer, schema, after, why, "warning")
    return {"type": "object", "properties": {}}
