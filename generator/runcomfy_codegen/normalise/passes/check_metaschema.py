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
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.pointer import escape, pointer_to
from runcomfy_codegen.schema.values import is_number

_METASCHEMA = Draft202012Validator(Draft202012Validator.META_SCHEMA)
_ANYTHING = ("const", "default", "examples")
_good: set[str] = set()
"""The likenesses that were found good last."""
MOST_KEPT = 5_000


def check_metaschema(model: Model) -> Model:
    """Return the model, with a Problem for each place that is not JSON Schema."""
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
    """Report what the metaschema refuses, where nothing else was said of it."""
    likeness = json.dumps(_likeness(schema), sort_keys=True)
    if likeness in _good:
        return
    errors = list(_METASCHEMA.iter_errors(schema))
    if not errors:
        _remember(likeness)
    for error in errors:
        pointer = place + pointer_to(error.path)
        if not _is_known(pointer, known):
            what = f"is not JSON Schema: {brief(error.message)}"
            report.problem(pointer, what, "correct it in an overlay")


def _is_known(pointer: str, known: list[str]) -> bool:
    """Whether one of some sorted pointers leads to a place, or into it."""
    at = bisect_left(known, pointer)
    nearest = known[at : at + 1]
    return bool(nearest) and nearest[0].startswith(pointer)


def _remember(likeness: str) -> None:
    if len(_good) >= MOST_KEPT:
        _good.clear()
    _good.add(likeness)


def _likeness(schema: Json, keyword: str = "") -> Any:
    """Return what the metaschema can see of a schema: of a number, its type and sign."""
    match schema:
        case dict() if keyword in HOLD_A_MAP:
            return {name: _likeness(child) for name, child in schema.items()}
        case dict():
            telling = without(schema, *_ANYTHING)
            return {key: _likeness(child, key) for key, child in telling.items()}
        case list() if keyword == "enum":
            return "list"
        case list():
            return list(map(_likeness, schema))
        case str() if keyword in WORDS:
            return "text"
        case int() | float() if is_number(schema):
            sign = (schema > 0) - (schema < 0)
            return [type(schema).__name__, schema == int(schema), sign]
        case _:
            return schema
