"""Refuse limits that no value can meet, and write the others as their type counts.

Before: `{"type": "integer", "minimum": 0.5, "maximum": 9, "maxLength": 4}`.
After: `{"type": "integer", "minimum": 1, "maximum": 9, "maxLength": 4}`, with a note.
`{"minimum": 9, "maximum": 1}` is a Problem.
"""

import math
from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import CHOICES, COUNTS
from runcomfy_codegen.schema.parts import list_of, object_of
from runcomfy_codegen.schema.read import types_of
from runcomfy_codegen.schema.values import is_number

PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
INWARD = {
    "minimum": math.ceil,
    "exclusiveMinimum": math.floor,
    "maximum": math.floor,
    "exclusiveMaximum": math.ceil,
}
GREATEST_COUNTS = ("maxLength", "maxItems", "maxProperties")
EXACT = 10**15
"""Whole numbers below this are written without an exponent."""
MOST_COUNTED = 2**31
"""To pydantic, a count is a number of the machine."""
LARGEST = 1e308
LIMITS = (*COUNTS, *INWARD, "multipleOf")
READ = (*LIMITS, *CHOICES)
"""The keywords of a schema that this looks at."""
MOST_BRANCHES = 100
"""A union grows with each of its types, and a value is tried on all of them."""
CORRECT = "correct it in an overlay"


def check_limits(model: Model) -> Model:
    """Return the model with limits that can be met; others are Problems."""
    return each_schema(model, _check, having=READ)


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema whose limits are written as its type counts."""
    new = dict(schema)
    _drop_endless_counts(new, pointer, report)
    for name in LIMITS:
        if is_number(new.get(name)):
            _write_limit(new, name, f"{pointer}/{name}", report)
    _drop_items_of_none(new, pointer, report)
    _check_pairs(new, pointer, report)
    return _of_few_branches(new, pointer, report)


def _drop_endless_counts(new: Schema, pointer: str, report: Report) -> None:
    """Take greatest counts away, in place, that no value comes to."""
    for name in GREATEST_COUNTS:
        most = new.get(name)
        if is_number(most) and most > MOST_COUNTED:
            del new[name]
            why = "no value is as large as that"
            report.note(f"{pointer}/{name}", most, "nothing", why)


def _drop_items_of_none(new: Schema, pointer: str, report: Report) -> None:
    """Take the items of an input's array away, in place, that can have none."""
    if not pointer.startswith("/input_schema"):
        return
    if new.get("maxItems") == 0 and "items" in new:
        why = "no list that holds anything is taken"
        report.note(f"{pointer}/items", new.pop("items"), "nothing", why)


def _of_few_branches(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema as it is, unless it is a choice of too many."""
    for keyword in CHOICES:
        if _count(schema.get(keyword)) > MOST_BRANCHES:
            what = f"it is one of more than {MOST_BRANCHES} schemas"
            fix = "list its values as an enum, or simplify it in an overlay"
            report.problem(f"{pointer}/{keyword}", what, fix)
            return {"type": "object"}
    return schema


def _check_pairs(schema: Schema, pointer: str, report: Report) -> None:
    """Refuse two limits that no value is between."""
    for low, high in PAIRS:
        least, most = schema.get(low), schema.get(high)
        if not is_number(least) or not is_number(most):
            continue
        are_included = "exclusive" not in low + high
        is_possible = least <= most if are_included else least < most
        if not is_possible:
            what = f"no value can meet {low} {least} and {high} {most}"
            fix = "correct one of them in an overlay"
            report.problem(f"{pointer}/{low}", what, fix)


def _count(branches: Json) -> int:
    """Return how many types a choice comes to, with those of the choices inside it."""
    count = len(list_of(branches))
    for inner in _choices_in(list_of(branches)):
        count += _count(inner) - 1  # in the place of the branch that it stands in
    return count


def _choices_in(branches: list[Json]) -> Iterator[list[Json]]:
    """Yield the branches of each choice that is directly inside of another."""
    for branch in branches:
        for keyword in CHOICES:
            inner = object_of(branch).get(keyword)
            if isinstance(inner, list):
                yield inner


def _write_limit(new: Schema, name: str, place: str, report: Report) -> None:
    """Write a limit in place as the type of the schema counts."""
    limit = new[name]
    names = types_of(new)
    is_short = abs(limit) < EXACT or names == ("integer",)
    if is_short and isinstance(limit, float) and limit.is_integer():
        new[name] = int(limit)
        return
    match names:
        case ("integer",):
            _write_whole(new, name, place, report)
        case ("number",):
            _write_double(new, name, place, report)


def _write_whole(new: Schema, name: str, place: str, report: Report) -> None:
    """Write a limit of whole numbers as a whole number."""
    limit = new[name]
    if name in INWARD and isinstance(limit, float):
        new[name] = INWARD[name](limit)
        report.note(place, limit, new[name], "a bound of whole numbers")


def _write_double(new: Schema, name: str, place: str, report: Report) -> None:
    """Write a limit of any numbers as the double that it is rounded to."""
    limit = new[name]
    if abs(limit) > LARGEST:
        report.problem(place, f"{name} is larger than a number can be", CORRECT)
    elif float(limit) != limit:
        new[name] = float(limit)
