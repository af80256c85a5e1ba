"""Require only what there is.

Before: `{"required": ["prompt", "gone", "prompt"], "properties": {"prompt": {…}}}`.
After: `{"required": ["prompt"], "properties": {"prompt": {…}}}`.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import (
    Report,
    each_schema,
    report_on,
    with_report,
)


def check_required(model: Model) -> Model:
    """Return the model requiring properties that exist, each once."""
    model = each_schema(model, _check, having=("required",))
    report = report_on(model)
    known = {problem.pointer for problem in model.problems}
    for schema, pointer in (
        (model.input_schema, "/input_schema"),
        (model.output_schema, model.output_pointer),
    ):
        if schema.get("type") != "object" and pointer not in known:
            what = f"the root is of type {schema.get('type', 'any')}"
            fix = "it must be an object with properties; correct it in an overlay"
            report.problem(pointer, what, fix)
    return with_report(model, report)


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    required, properties = schema["required"], schema.get("properties", {})
    if not isinstance(required, list) or not isinstance(properties, dict):
        return schema  # the metaschema says what is wrong with it
    if not all(isinstance(name, str) for name in required):
        return schema
    for index, name in enumerate(required):
        if name not in properties:
            place, why = f"{pointer}/required/{index}", "there is no such property"
            report.note(place, name, "not required", why, "warning")
    kept = [name for name in dict.fromkeys(required) if name in properties]
    if kept == required and kept:
        return schema
    new = {**schema, "required": kept}
    if not kept:
        del new["required"]
    return new
