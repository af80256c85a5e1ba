"""Write a value as its schema types it: 3 for 3.0 where an integer belongs."""

from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.read import branches_of, properties_of, types_of


def as_typed(schema: Json, value: Json) -> Json:
    """Return a value with 3 for 3.0 where an integer belongs, and doubles for numbers."""
    if not isinstance(schema, dict):
        return value
    if type(value) in (int, float):
        return _as_number(schema, value)
    for branch in branches_of(schema):
        value = as_typed(branch, value)
    if isinstance(value, list):
        return [as_typed(schema.get("items"), item) for item in value]
    if isinstance(value, dict):
        named, rest = properties_of(schema), schema.get("additionalProperties")
        return {k: as_typed(named.get(k, rest), v) for k, v in value.items()}
    return value


def _as_number(schema: Schema, value: int | float) -> int | float:
    names = set(_types_within(schema))
    if "number" in names:
        return float(value) if float(value) != value else value
    return int(value) if "integer" in names and value == int(value) else value


def _types_within(schema: Schema) -> Iterator[str]:
    """Yield the names of the types that a schema or one of its branches takes."""
    yield from types_of(schema)
    for branch in branches_of(schema):
        yield from _types_within(branch)
