"""Keep a published example only if its own schema accepts it.

Before: `{"example": {"seed": "x"}}` with an integer `seed`.
After: no example, with a note. Docs and tests then make one.
"""

from dataclasses import replace

from runcomfy_codegen.ir import Model
from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.validator import SchemaJudge
from runcomfy_codegen.schema.visit import (
    as_typed,
    brief,
    is_too_large,
    report_on,
    with_report,
)


def check_example(model: Model) -> Model:
    """Return the model without an example that would be refused."""
    if model.example is None or model.problems:
        return model
    report = report_on(model)
    if is_too_large(model.example):
        why = "it is too large to show"
        report.note("/example", "a large value", "no example", why, "warning")
        return with_report(model, report, example=None)
    for error in SchemaJudge(model.input_schema).iter_errors(model.example):
        place = pointer_to(error.path)
        report.note(
            f"/example{place}",
            brief(error.message),
            "no example",
            "the schema refuses the published example",
            "warning",
        )
    model = with_report(model, report)
    if report.notes:
        return replace(model, example=None)
    return replace(model, example=as_typed(model.input_schema, model.example))
