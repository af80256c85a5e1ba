"""Read a schema as the alternatives that it allows, each of one type.

`{"anyOf": [{"type": "string"}, {"type": ["integer", "null"]}]}` allows a string, an
integer or null: two branches, nullable.
"""

import json
from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.ir import Json, Schema

NUMERIC = ("integer", "number")
COMBINING = ("anyOf", "oneOf")
KEYWORDS = """
    additionalProperties allOf anyOf const contains dependentRequired dependentSchemas
    else enum exclusiveMaximum exclusiveMinimum if items maxContains maxItems maxLength
    maxProperties maximum minContains minItems minLength minProperties minimum multipleOf
    not oneOf pattern patternProperties prefixItems properties propertyNames required
    then type unevaluatedItems unevaluatedProperties uniqueItems $ref
"""
VALIDATING = frozenset(KEYWORDS.split())
"""The keywords that say what is valid. All others are words about it."""


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
    for keyword in COMBINING:
        if isinstance(schema.get(keyword), list):
            rest = {key: schema[key] for key in validating(schema) if key != keyword}
            inner = [shape(_within(rest, branch)) for branch in schema[keyword]]
            return Shape(
                tuple(branch for each in inner for branch in each.branches),
                any(each.nullable for each in inner),
            )
    return _typed(validating(schema))


def _within(schema: Schema, branch: Json) -> Json:
    return {**schema, **validating(branch)} if isinstance(branch, dict) else branch


def _typed(schema: Schema) -> Shape:
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    null_named = "null" in names or named is None
    listed = values(schema)
    nullable = null_named and (listed is None or None in listed)
    if listed is not None:
        schema = {key: schema[key] for key in schema if key not in ("enum", "const")}
        listed = [value for value in listed if value is not None]
        if not listed:
            return Shape((), nullable)
        schema["enum"] = listed
    branches = []
    for name in names:
        if name != "null":
            branches.append({**schema, "type": name} if name else schema)
    return Shape(tuple(branches), nullable)


def validating(schema: Schema) -> Schema:
    """Return a schema without its words."""
    return {key: value for key, value in schema.items() if key in VALIDATING}


def values(schema: Schema) -> list[Any] | None:
    """Return the only values that a schema lists, if it lists them."""
    if "const" in schema:
        return [schema["const"]]
    listed = schema.get("enum")
    return list(listed) if isinstance(listed, list) else None


def canonical(value: Json) -> str:
    """Return a text that is the same for the same JSON value: 1 is 1.0, and not true."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
