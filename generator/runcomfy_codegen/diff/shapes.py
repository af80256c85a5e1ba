"""Read a schema as the alternatives that it allows, each of one type.

`{"anyOf": [{"type": "string"}, {"type": ["integer", "null"]}]}` allows a string, an
integer or null: two branches, nullable.
"""

from dataclasses import dataclass

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.keywords import CHOICES, VALIDATING, VALUES
from runcomfy_codegen.schema.read import is_listed, named_types, values_of

MEANT = VALIDATING | {"x-media", "validations"}
"""The keywords that say what is valid, those about media among them."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The alternatives of a schema."""

    branches: tuple[Schema, ...]
    """Each has one type or none; none at all allows everything that is not null."""
    nullable: bool


def shape(schema: Json) -> Shape:
    """Return what a schema, which may be true or false, allows."""
    if schema is False:
        return Shape((), False)
    if not isinstance(schema, dict):
        return Shape(({},), True)
    for keyword in CHOICES:
        if isinstance(schema.get(keyword), list):
            return _shape_of_choice(schema, keyword)
    return _typed(meant(schema))


def _shape_of_choice(schema: Schema, keyword: str) -> Shape:
    """Return the alternatives of all branches, each with what stands beside the choice."""
    beside = {key: value for key, value in meant(schema).items() if key != keyword}
    branches: list[Schema] = []
    nullable = False
    for branch in schema[keyword]:
        whole = {**beside, **meant(branch)} if isinstance(branch, dict) else branch
        inner = shape(whole)
        branches += inner.branches
        nullable = nullable or inner.nullable
    return Shape(tuple(branches), nullable)


def _typed(schema: Schema) -> Shape:
    """Return the alternatives of a schema without branches: one for each of its types."""
    names = named_types(schema)
    nullable = "null" in names or "type" not in schema
    if is_listed(schema):
        values = values_of(schema)
        nullable = nullable and None in values
        schema = {key: schema[key] for key in schema if key not in VALUES}
        schema["enum"] = [value for value in values if value is not None]
        if not schema["enum"]:
            return Shape((), nullable)
    branches = []
    for name in names:
        if name != "null":
            branches.append({**schema, "type": name} if name else schema)
    return Shape(tuple(branches), nullable)


def meant(schema: Schema) -> Schema:
    """Return a schema without its words."""
    return {key: value for key, value in schema.items() if key in MEANT}
