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
from runcomfy_codegen.schema.parts import is_list_of, without


def check_required(model: Model) -> Model:
    """Return the model requiring properties that exist, each once."""
    model = each_schema(model, _check, having=("required",))
    report = report_on(model)
    known = {problem.pointer for problem in model.problems}
    roots = {
        "/input_schema": model.input_schema,
        model.output_pointer: model.output_schema,
    }
    for pointer, schema in roots.items():
        if schema.get("type") != "object" and pointer not in known:
            what = f"the root is of type {schema.get('type', 'any')}"
            fix = "it must be an object with properties; correct it in an overlay"
            report.problem(pointer, what, fix)
    return with_report(model, report)


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema that requires what it has, and each field once."""
    required, properties = schema["required"], schema.get("properties", {})
    if not is_list_of(required, str) or not isinstance(properties, dict):
        return schema  # the metaschema says what is wrong with it
    kept = []
    for index, name in enumerate(required):
        if name in properties:
            kept.append(name)
        else:
            place, why = f"{pointer}/required/{index}", "there is no such property"
            report.note(place, name, "not required", why, "warning")
    if not kept:
        return without(schema, "required")
    if len(set(kept)) == len(required):
        return schema
    return {**schema, "required": list(dict.fromkeys(kept))}
