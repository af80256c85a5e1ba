"""Make sure that each value of an enum can be sent.

Before: `{"type": "integer", "enum": [4, 6.0, 6, 8], "maximum": 6}`, `{"const": 4.0}`.
After: `{"type": "integer", "enum": [4, 6]}`, with a warning for each value that went;
the limits go, since the values say it all. A value of another type is a Problem.
"""

import json
from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.normalise.shown import brief
from runcomfy_codegen.schema.keywords import TYPES
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.read import named_types, values_of
from runcomfy_codegen.schema.validator import is_valid
from runcomfy_codegen.schema.values import identity, is_of_any_type

LIMITS = frozenset(
    (
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "multipleOf",
        "pattern",
        "uniqueItems",
    )
)
SAYING_NOTHING = {"type", "title", "description", "examples", "format", "x-media"}
"""Keywords that refuse no value that is of the type."""


def check_enums(model: Model) -> Model:
    """Return the model whose enums hold values of their type, each once."""
    return each_schema(model, _check, having=("const", "enum"))


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema that lists the values alone that can be sent."""
    keyword = "const" if "const" in schema else "enum"
    place = f"{pointer}/{keyword}"
    values = values_of(schema)
    if not values:
        fix = "list them in an overlay, or delete it there"
        report.problem(place, "it lists no values", fix)
        return schema
    if not _check_types(schema, values, place, report):
        return schema
    as_sent = _whole if _is_integer(schema) else _double
    values = list(map(as_sent, values))
    kept = list(_kept(schema, values, place, report))
    if not kept:
        what = "no value of it meets the other keywords"
        report.problem(place, what, "correct one in an overlay")
        return schema
    return _listing(schema, keyword, kept)


def _check_types(
    schema: Schema, values: list[Json], pointer: str, report: Report
) -> bool:
    """Return whether each value is of one of the types; one that is not is a Problem."""
    names = named_types(schema)
    if not all(name in TYPES for name in names):
        return True  # an unknown type is a Problem of its own
    fine = True
    for index, value in enumerate(values):
        if is_of_any_type(value, names):
            continue
        fine = False
        place = pointer if "const" in schema else f"{pointer}/{index}"
        shown = brief(json.dumps(value, sort_keys=True))
        what = f"{shown} is not of type {' or '.join(map(str, names))}"
        report.problem(place, what, "correct the type or the value in an overlay")
    return fine


def _kept(
    schema: Schema, values: list[Json], pointer: str, report: Report
) -> Iterator[Json]:
    """Yield each value once, but for those that the schema's other keywords refuse."""
    rest = without(schema, "enum", "default")
    is_limited = not rest.keys() <= SAYING_NOTHING
    seen = set()
    for value in values:
        known_by = identity(value)
        if known_by in seen:
            report.note(pointer, value, "once", "the value stands twice", "warning")
        elif is_limited and not is_valid(rest, value):
            why = "the schema's other keywords refuse this value"
            report.note(pointer, value, "nothing", why, "warning")
        else:
            seen.add(known_by)
            yield value


def _listing(schema: Schema, keyword: str, values: list[Json]) -> Schema:
    """Return a schema that says by its values alone what it takes."""
    new = without(schema, *LIMITS)
    if keyword == "const":
        new.pop("enum", None)
        new["const"] = values[0]
    else:
        new["enum"] = values
    if isinstance(new.get("type"), list):
        new["type"] = _narrowed(new["type"], values)
    return new


def _narrowed(names: list[str], values: list[Json]) -> Json:
    """Return types without null where no value is null, and null where all are."""
    if values == [None]:
        return "null"
    kept = [name for name in names if name != "null" or None in values]
    return kept if len(kept) > 1 else kept[0]


def _is_integer(schema: Schema) -> bool:
    return schema.get("type") in ("integer", ["integer", "null"])


def _whole(value: Json) -> Json:
    return int(value) if isinstance(value, float) else value


def _double(value: Json) -> Json:
    """Return a whole number that a double would round as that double."""
    is_rounded = type(value) is int and float(value) != value
    return float(value) if is_rounded else value
