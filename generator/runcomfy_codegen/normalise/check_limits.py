"""Refuse limits and enums that no value, or no value of the type, can meet.

Before: `{"type": "integer", "minimum": 9, "maximum": 1, "enum": ["a"]}`.
After: two Problems. `{"enum": ["a", "a"]}` becomes `{"enum": ["a"]}`, with a note.
"""

import math
import re
from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.walk import Report, each_schema

PAIRS = (
    ("minimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "maximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
)
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}


def check_limits(model: Model) -> Model:
    """Return the model, with Problems for limits that cannot be met."""
    return each_schema(model, _check)


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    for low, high in PAIRS:
        least, most = schema.get(low), schema.get(high)
        if not (isinstance(least, int | float) and isinstance(most, int | float)):
            continue
        if least > most or (least == most and "exclusive" in low + high):
            report.problem(
                f"{pointer}/{low}",
                f"no value can meet {low} {least} and {high} {most}",
                "correct one of them in an overlay",
            )
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            report.problem(
                f"{pointer}/pattern",
                f"it is no regular expression: {error}",
                "correct it in an overlay",
            )
    return _check_enum(schema, pointer, report)


def _check_enum(schema: Schema, pointer: str, report: Report) -> Schema:
    values = schema.get("enum")
    if values is None and "enum" not in schema:
        return schema
    if not isinstance(values, list) or not values:
        report.problem(
            f"{pointer}/enum",
            "it lists no values",
            "list them in an overlay, or delete it there",
        )
        return schema
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    for index, value in enumerate(values):
        if not any(_is_of_type(value, name) for name in names):
            report.problem(
                f"{pointer}/enum/{index}",
                f"{value!r} is not of type {' or '.join(map(str, names))}",
                "correct the type or the value in an overlay",
            )
    unique = list(_unique(values))
    if len(unique) < len(values):
        report.note(f"{pointer}/enum", values, unique, "a value stood twice", "warning")
        return {**schema, "enum": unique}
    return schema


def _unique(values: list[Json]) -> Iterator[Json]:
    seen: set[str] = set()
    for value in values:
        key = f"{type(value).__name__} {value!r}"
        if key not in seen:
            seen.add(key)
            yield value


def _is_of_type(value: Json, name: Json) -> bool:
    if isinstance(value, bool):
        return bool(name == "boolean")
    if name == "integer" and isinstance(value, float):
        return math.isfinite(value) and value.is_integer()
    return isinstance(value, PYTHON_TYPES.get(str(name), (object,)))
