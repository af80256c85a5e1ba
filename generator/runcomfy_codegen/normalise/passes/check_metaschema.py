"""Make sure that what comes out is JSON Schema 2020-12.

Before: `{"type": "array", "maxItems": "three"}`. After: a Problem at `/maxItems`.

Checking costs more than all other passes together, and most properties are alike: of
those that the metaschema cannot tell apart, one is checked.
"""

import json
from bisect import bisect_left
from typing import Any

from jsonschema import Draft202012Validator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, report_on, with_report
from runcomfy_codegen.normalise.shown import brief
from runcomfy_codegen.schema.keywords import HOLD_A_MAP, WORDS
from runcomfy_codegen.schema.pointer import escape, pointer_to

_METASCHEMA = Draft202012Validator(Draft202012Validator.META_SCHEMA)
_ANYTHING = ("const", "default", "examples")
_good: set[str] = set()
"""The likenesses that were found good last."""
MOST_KEPT = 5_000


def check_metaschema(model: Model) -> Model:
    """Return the model, with a Problem for each place that is no JSON Schema."""
    report = report_on(model)
    known = sorted(problem.pointer for problem in model.problems)
    _check_root(model.input_schema, "/input_schema", known, report)
    _check_root(model.output_schema, model.output_pointer, known, report)
    return with_report(model, report)


def _check_root(schema: Schema, pointer: str, known: list[str], report: Report) -> None:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        _check(schema, pointer, known, report)
        return
    _check({**schema, "properties": {}}, pointer, known, report)
    for name, child in properties.items():
        _check(child, f"{pointer}/properties/{escape(name)}", known, report)


def _check(schema: Json, place: str, known: list[str], report: Report) -> None:
    likeness = json.dumps(_likeness(schema), sort_keys=True)
    if likeness in _good:
        return
    errors = list(_METASCHEMA.iter_errors(schema))
    if not errors:
        _remember(likeness)
    for error in errors:
        pointer = place + pointer_to(error.path)
        at = bisect_left(known, pointer)
        if any(other.startswith(pointer) for other in known[at : at + 1]):
            continue
        report.problem(
            pointer,
            f"is no JSON Schema: {brief(error.message)}",
            "correct it in an overlay",
        )


def _remember(likeness: str) -> None:
    if len(_good) >= MOST_KEPT:
        _good.clear()
    _good.add(likeness)


def _likeness(schema: Json, keyword: str = "") -> Any:
    """Return what the metaschema can see of a schema: of a number, its type and sign."""
    if isinstance(schema, dict) and keyword in HOLD_A_MAP:
        return {name: _likeness(child) for name, child in schema.items()}
    if isinstance(schema, dict):
        kept = (key for key in schema if key not in _ANYTHING)
        return {key: _likeness(schema[key], key) for key in kept}
    if isinstance(schema, list):
        if keyword == "enum":
            return "list"
        return [_likeness(child) for child in schema]
    if isinstance(schema, str) and keyword in WORDS:
        return "text"
    if isinstance(schema, int | float) and not isinstance(schema, bool):
        return [
            type(schema).__name__,
            schema == int(schema),
            (schema > 0) - (schema < 0),
        ]
    return schema
