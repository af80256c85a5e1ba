"""Take the output schema out of its wrapper, or put the service's generic one there.

Before: `{"output": {"type": "object", "properties": {"image": {…}}}}`, or nothing.
After: `{"type": "object", "properties": {"image": {…}}}`.
"""

from runcomfy_codegen.ir import MediaKind, Model, Schema
from runcomfy_codegen.normalise.report import report_on, with_report


def _url(kind: MediaKind) -> Schema:
    return {"type": "string", "format": "uri", "x-media": kind}


def _urls(kind: MediaKind) -> Schema:
    return {"type": "array", "items": _url(kind), "x-media": kind}


GENERIC_OUTPUT: Schema = {
    "type": "object",
    "properties": {
        "image": _url("image") | {"description": "single image URL"},
        "video": _url("video") | {"description": "single video URL"},
        "images": _urls("image") | {"description": "multiple image URLs"},
        "videos": _urls("video") | {"description": "multiple video URLs"},
    },
}
"""What every page prints that publishes no output schema of its own."""


def unwrap_output(model: Model) -> Model:
    """Return the model with an output schema whose root is the output itself."""
    report = report_on(model)
    schema, pointer = model.output_schema, "/output_schema"
    if not schema:
        report.note(
            pointer, "nothing", "the generic output", "the page publishes no output"
        )
        return with_report(model, report, output_schema=GENERIC_OUTPUT)
    inner = schema.get("output")
    if isinstance(inner, dict) and "type" not in schema and "properties" not in schema:
        report.note(
            pointer, '{"output": {…}}', "{…}", "the wrapper is no JSON Schema root"
        )
        schema, pointer = inner, f"{pointer}/output"
    if schema.get("type", "object") != "object" and "properties" not in schema:
        named = str(schema.get("type")).lower()
        if named != "object":
            report.note(
                pointer,
                schema,
                "an object that keeps whatever comes",
                "an output that is no object has no fields to name",
                "warning",
            )
            schema = {"type": "object", "properties": {}}
    return with_report(model, report, output_schema=schema, output_pointer=pointer)
