"""Refuse limits that no value can meet, and write the others as their type counts.

Before: `{"type": "integer", "minimum": 0.5, "maximum": 9, "maxLength": 4}`.
After: `{"type": "integer", "minimum": 1, "maximum": 9, "maxLength": 4}`, with a note.
`{"minimum": 9, "maximum": 1}` and `{"pattern": "("}` are Problems.
"""

import math
import re
import warnings
from importlib import import_module
from typing import Any, TypeGuard

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.schema.validator import is_explosive, is_linear
from runcomfy_codegen.schema.visit import Report, each_schema, types_of

_compiler: Any = import_module("re._compiler")
"""`re.compile` warns no more of what it has compiled before."""

PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
COUNTS = tuple(name for pair in PAIRS[4:] for name in pair)
INWARD = {
    "minimum": math.ceil,
    "exclusiveMinimum": math.floor,
    "maximum": math.floor,
    "exclusiveMaximum": math.ceil,
}
EXACT = 10**15
"""Whole numbers below this are written without an exponent."""
MOST_COUNTED = 2**31
"""To pydantic, a count is a number of the machine."""
CHOICES = ("anyOf", "oneOf")
SAYING = (*COUNTS, *INWARD, *CHOICES, "multipleOf", "pattern")
"""The keywords of a schema that this looks at."""
MOST_BRANCHES = 100
"""A union grows with each of its types, and a value is tried on all of them."""
LONGEST_PATTERN = 10_000
"""It is read some times for each text that is tried on it."""
CORRECT = "correct it in an overlay"


def check_limits(model: Model) -> Model:
    """Return the model with limits that can be met; others are Problems."""
    return each_schema(model, _check, having=SAYING)


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    new = _whole_limits(schema, pointer, report)
    if (
        new.get("maxItems") == 0
        and "items" in new
        and pointer.startswith("/input_schema")
    ):
        why = "no list that holds anything is taken"
        report.note(f"{pointer}/items", new.pop("items"), "nothing", why)
    for low, high in PAIRS:
        least, most = new.get(low), new.get(high)
        if not (_is_number(least) and _is_number(most)):
            continue
        if least > most or (least == most and "exclusive" in low + high):
            report.problem(
                f"{pointer}/{low}",
                f"no value can meet {low} {least} and {high} {most}",
                "correct one of them in an overlay",
            )
    for keyword in CHOICES:
        branches = new.get(keyword)
        if isinstance(branches, list) and _count(branches) > MOST_BRANCHES:
            what = f"it is one of more than {MOST_BRANCHES} schemas"
            fix = "list its values as an enum, or simplify it in an overlay"
            report.problem(f"{pointer}/{keyword}", what, fix)
            return {"type": "object"}
    return _check_pattern(new, pointer, report)


def _count(branches: list[Json]) -> int:
    """Return how many types a choice comes to, with those of the choices inside it."""
    inner = [branch[key] for branch in branches for key in _choices_in(branch)]
    return len(branches) + sum(_count(found) - 1 for found in inner)


def _choices_in(branch: Json) -> list[str]:
    keys = CHOICES if isinstance(branch, dict) else ()
    return [key for key in keys if isinstance(branch.get(key), list)]


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _whole_limits(schema: Schema, pointer: str, report: Report) -> Schema:
    new = dict(schema)
    names = types_of(schema)
    for name in (*COUNTS, *INWARD, "multipleOf"):
        limit = new.get(name)
        if not _is_number(limit):
            continue
        if name in COUNTS and name.startswith("max") and limit > MOST_COUNTED:
            why = "no value is as large as that"
            report.note(f"{pointer}/{name}", new.pop(name), "nothing", why)
            continue
        if (
            isinstance(limit, float)
            and limit.is_integer()
            and (abs(limit) < EXACT or names == ("integer",))
        ):
            new[name] = int(limit)
        elif name in INWARD and names == ("integer",) and isinstance(limit, float):
            new[name] = INWARD[name](limit)
            why = "a bound of whole numbers"
            report.note(f"{pointer}/{name}", limit, new[name], why)
        elif names == ("number",) and abs(limit) > 1e308:
            what = f"{name} is larger than a number can be"
            report.problem(f"{pointer}/{name}", what, CORRECT)
        elif names == ("number",) and float(limit) != limit:
            new[name] = float(limit)  # what a double rounds it to
    return new


def _check_pattern(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema whose pattern can be matched, and in a time that one waits."""
    pattern = schema.get("pattern")
    if not isinstance(pattern, str):
        return schema
    if len(pattern) > LONGEST_PATTERN:
        what = f"it is longer than {LONGEST_PATTERN} characters"
        report.problem(f"{pointer}/pattern", what, "shorten or delete it in an overlay")
        return schema
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _compiler.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning) as error:
        what = f"Python cannot read this regular expression: {error}"
        report.problem(f"{pointer}/pattern", what, CORRECT)
        return schema
    if not is_explosive(pattern) or is_linear(pattern):
        return schema
    why = "some text would take for ever to match: the service alone checks it"
    report.note(f"{pointer}/pattern", pattern, "nothing", why, "warning")
    return {key: value for key, value in schema.items() if key != "pattern"}
