"""Say in Python's words which types JSON has for a field: `str | list[int]`."""

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.python.limits import branches_of, is_nullable, values_of

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


def json_kind(schema: Schema) -> str:
    """Return the types that a schema takes, null left out, as Python's."""
    kinds = dict.fromkeys(_kinds(schema))
    if ANYTHING in kinds or not kinds:
        return ANYTHING
    if "float" in kinds:
        kinds.pop("int", None)
    return " | ".join(kinds)


def _kinds(schema: Schema) -> list[str]:
    if "$ref" in schema:
        return [WHOLE["dict"]]
    if values := values_of(schema):
        return [_kind_of(value) for value in values if value is not None]
    if branches := branches_of(schema):
        return [
            kind
            for branch in branches
            if branch.get("type") != "null"
            for kind in _kinds(branch)
        ]
    named = schema.get("type", ANYTHING)
    return [
        _with_inside(KINDS.get(name, ANYTHING), schema)
        for name in (named if isinstance(named, list) else [named])
        if name != "null"
    ]


def _with_inside(kind: str, schema: Schema) -> str:
    inner = schema.get({"list": "items", "dict": "additionalProperties"}.get(kind, ""))
    if not isinstance(inner, dict) or 0 in (
        schema.get("maxItems"),
        schema.get("maxProperties"),
    ):
        return WHOLE.get(kind, kind)
    inside = json_kind(inner)
    if inside == ANYTHING:
        return WHOLE[kind]
    inside += " | None" if is_nullable(inner) else ""
    return f"list[{inside}]" if kind == "list" else f"dict[str, {inside}]"


def _kind_of(value: Json) -> str:
    kind = type(value).__name__
    return WHOLE.get(kind, kind)
