"""Keep a published example only if its own schema accepts it.

Before: `{"example": {"seed": "x"}}` with an integer `seed`.
After: no example, with a note. Docs and tests then make one.
"""

from dataclasses import replace

from runcomfy_codegen.ir import Model
from runcomfy_codegen.normalise.report import report_on, with_report
from runcomfy_codegen.normalise.shown import TOO_LARGE, brief, is_too_large
from runcomfy_codegen.normalise.typed_values import as_typed
from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.validator import SchemaJudge


def check_example(model: Model) -> Model:
    """Return the model without an example that would be refused."""
    if model.example is None or model.problems:
        return model
    report = report_on(model)
    if is_too_large(model.example):
        report.note("/example", "a large value", "no example", TOO_LARGE, "warning")
        return with_report(model, report, example=None)
    for error in SchemaJudge(model.input_schema).iter_errors(model.example):
        place = f"/example{pointer_to(error.path)}"
        why = "the schema refuses the published example"
        report.note(place, brief(error.message), "no example", why, "warning")
    if report.notes:
        return with_report(model, report, example=None)
    return replace(model, example=as_typed(model.input_schema, model.example))
