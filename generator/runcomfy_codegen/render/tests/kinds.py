"""Say in Python's words which types JSON has for a field: `str | list[int]`."""

from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.read import (
    branches_of,
    is_nullable,
    named_types,
    other_branches,
    values_of,
)

KINDS = {
    "array": "list",
    "boolean": "bool",
    "integer": "int",
    "null": "None",
    "number": "float",
    "object": "dict",
    "string": "str",
}
ANYTHING = "object"
WHOLE = {"dict": "dict[str, object]", "list": "list[object]"}
"""Inside another type, a type checker wants them whole."""
HELD_BY = {"list": "items", "dict": "additionalProperties"}


def json_kind(schema: Schema) -> str:
    """Return the types that a schema takes, null left out, as Python's."""
    kinds = dict.fromkeys(_kinds(schema))
    if ANYTHING in kinds or not kinds:
        return ANYTHING
    if "float" in kinds:
        kinds.pop("int", None)
    return " | ".join(kinds)


def _kinds(schema: Schema) -> Iterator[str]:
    """Yield the type of each value, branch or name of a type that a schema has."""
    if "$ref" in schema:
        yield WHOLE["dict"]
    elif values := values_of(schema):
        for value in values:
            if value is not None:
                yield _kind_of(value)
    elif branches_of(schema):
        for branch in other_branches(schema):
            yield from _kinds(branch)
    else:
        for name in named_types(schema):
            if name != "null":
                yield _with_inside(KINDS.get(name, ANYTHING), schema)


def _with_inside(kind: str, schema: Schema) -> str:
    """Return a type with that of what it holds."""
    inner = schema.get(HELD_BY.get(kind, ""))
    is_empty = 0 in (schema.get("maxItems"), schema.get("maxProperties"))
    if not isinstance(inner, dict) or is_empty:
        return WHOLE.get(kind, kind)
    inside = json_kind(inner)
    if inside == ANYTHING:
        return WHOLE[kind]
    inside += " | None" if is_nullable(inner) else ""
    return f"list[{inside}]" if kind == "list" else f"dict[str, {inside}]"


def _kind_of(value: Json) -> str:
    kind = type(value).__name__
    return WHOLE.get(kind, kind)
