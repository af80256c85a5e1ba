"""Read a schema as the alternatives that it allows, each of one type.

`{"anyOf": [{"type": "string"}, {"type": ["integer", "null"]}]}` allows a string, an
integer or null: two branches, nullable.
"""

from dataclasses import dataclass

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.keywords import CHOICES, VALIDATING, VALUES
from runcomfy_codegen.schema.parts import only, without
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
        branches = schema.get(keyword)
        if isinstance(branches, list):
            beside = without(meant(schema), keyword)
            return _shape_of_choice(branches, beside)
    return _typed(meant(schema))


def _shape_of_choice(branches: list[Json], beside: Schema) -> Shape:
    """Return the alternatives of all branches, each with what stands beside the choice."""
    found: list[Schema] = []
    nullable = False
    for branch in branches:
        if isinstance(branch, dict):
            branch = {**beside, **meant(branch)}
        inner = shape(branch)
        found += inner.branches
        nullable = nullable or inner.nullable
    return Shape(tuple(found), nullable)


def _typed(schema: Schema) -> Shape:
    """Return the alternatives of a schema without branches: one for each of its types."""
    names = named_types(schema)
    nullable = "null" in names or "type" not in schema
    if is_listed(schema):
        return _listing(schema, names, nullable)
    return Shape(_by_type(schema, names), nullable)


def _listing(schema: Schema, names: list[Json], nullable: bool) -> Shape:
    """Return the alternatives of a schema that lists its values, null apart."""
    listed = values_of(schema)
    values = [value for value in listed if value is not None]
    takes_null = nullable and None in listed
    if not values:
        return Shape((), takes_null)
    new = without(schema, *VALUES) | {"enum": values}
    return Shape(_by_type(new, names), takes_null)


def _by_type(schema: Schema, names: list[Json]) -> tuple[Schema, ...]:
    """Return a schema once for each type but null."""
    branches = []
    for name in names:
        if name is None:
            branches.append(schema)
        elif name != "null":
            branches.append({**schema, "type": name})
    return tuple(branches)


def meant(schema: Schema) -> Schema:
    """Return a schema without its words."""
    return only(schema, MEANT)
