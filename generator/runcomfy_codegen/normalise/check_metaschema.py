"""Make sure that what comes out is JSON Schema 2020-12.

Before: `{"type": "array", "maxItems": "three"}`. After: a Problem at `/maxItems`.
"""

from jsonschema import Draft202012Validator

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.walk import (
    Report,
    brief,
    escape,
    report_on,
    with_report,
)

_METASCHEMA = Draft202012Validator(Draft202012Validator.META_SCHEMA)


def check_metaschema(model: Model) -> Model:
    """Return the model, with a Problem for each place that is no JSON Schema."""
    report = report_on(model)
    known = {problem.pointer for problem in model.problems}
    _check(model.input_schema, "/input_schema", known, report)
    _check(model.output_schema, model.output_pointer, known, report)
    return with_report(model, report)


def _check(schema: Schema, root: str, known: set[str], report: Report) -> None:
    for error in _METASCHEMA.iter_errors(schema):
        pointer = root + "".join(f"/{escape(str(part))}" for part in error.path)
        if any(place.startswith(pointer) for place in known):
            continue
        report.problem(
            pointer,
            f"is no JSON Schema: {brief(error.message)}",
            "correct it in an overlay",
        )
