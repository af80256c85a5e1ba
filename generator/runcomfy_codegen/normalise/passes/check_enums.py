"""Make sure that each value of an enum can be sent.

Before: `{"type": "integer", "enum": [4, 6.0, 6, 8], "maximum": 6}`, `{"const": 4.0}`.
After: `{"type": "integer", "enum": [4, 6]}`, with a warning for each value that went;
the limits go, since the values say it all. A value of another type is a Problem.
"""

import math
from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.schema.validator import is_valid
from runcomfy_codegen.schema.visit import Report, brief, each_schema, fingerprint

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
LIMITS = (
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

SAYING_NOTHING = {"type", "title", "description", "examples", "format", "x-media"}
"""Keywords that refuse no value that is of the type."""


def check_enums(model: Model) -> Model:
    """Return the model whose enums hold values of their type, each once."""
    return each_schema(model, _check, having=("const", "enum"))


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    keyword = "const" if "const" in schema else "enum"
    if keyword not in schema:
        return schema
    values = [schema["const"]] if keyword == "const" else schema["enum"]
    if not isinstance(values, list) or not values:
        fix = "list them in an overlay, or delete it there"
        report.problem(f"{pointer}/enum", "it lists no values", fix)
        return schema
    if not _check_types(schema, values, f"{pointer}/{keyword}", report):
        return schema
    as_sent = _whole if _is_integer(schema) else _double
    values = list(map(as_sent, values))
    kept = list(_kept(schema, values, f"{pointer}/{keyword}", report))
    if not kept:
        what = "no value of it meets the other keywords"
        report.problem(f"{pointer}/{keyword}", what, "correct one in an overlay")
        return schema
    new = {**schema, keyword: kept[0] if keyword == "const" else kept}
    if "type" in new:
        new["type"] = _type_of(new["type"], kept)
    beside = (*LIMITS, "enum") if keyword == "const" else LIMITS
    return {k: v for k, v in new.items() if k not in beside}


def _type_of(named: Json, values: list[Json]) -> Json:
    """Return a type without null where no value is null, and the other way round."""
    if not isinstance(named, list):
        return named
    if values == [None]:
        return "null"
    names = [name for name in named if name != "null" or None in values]
    return names if len(names) > 1 else names[0]


def _check_types(
    schema: Schema, values: list[Json], pointer: str, report: Report
) -> bool:
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    fine = True
    for index, value in enumerate(values):
        if not any(_is_of_type(value, name) for name in names):
            fine = False
            report.problem(
                pointer if "const" in schema else f"{pointer}/{index}",
                f"{brief(fingerprint(value))} is not of type "
                f"{' or '.join(map(str, names))}",
                "correct the type or the value in an overlay",
            )
    return fine


def _kept(
    schema: Schema, values: list[Json], pointer: str, report: Report
) -> Iterator[Json]:
    rest = {k: v for k, v in schema.items() if k not in ("enum", "default")}
    is_limited = not rest.keys() <= SAYING_NOTHING
    seen: set[str] = set()
    for value in values:
        if fingerprint(value) in seen:
            report.note(pointer, value, "once", "the value stands twice", "warning")
        elif is_limited and not is_valid(rest, value):
            why = "the schema's other keywords refuse this value"
            report.note(pointer, value, "nothing", why, "warning")
        else:
            seen.add(fingerprint(value))
            yield value


def _is_integer(schema: Schema) -> bool:
    return schema.get("type") in ("integer", ["integer", "null"])


def _whole(value: Json) -> Json:
    return int(value) if isinstance(value, float) else value


def _double(value: Json) -> Json:
    """Return a whole number that a double would round as that double."""
    is_rounded = type(value) is int and float(value) != value
    return float(value) if is_rounded else value


def _is_of_type(value: Json, name: Json) -> bool:
    if isinstance(value, bool):
        return bool(name == "boolean")
    if name == "integer" and isinstance(value, float):
        return math.isfinite(value) and value.is_integer()
    return isinstance(value, PYTHON_TYPES.get(str(name), (object,)))
