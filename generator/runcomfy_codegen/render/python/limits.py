"""Write what a schema demands of a value of its own type."""

from collections.abc import Iterator
from typing import Any

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.python.code import (
    MODELS,
    Code,
    Node,
    call,
    keyword,
    literal,
)
from runcomfy_codegen.schema.media import medium_of
from runcomfy_codegen.schema.patterns import engine_pattern
from runcomfy_codegen.schema.read import type_name, values_of

LIMITS = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "minLength": "min_length",
    "minItems": "min_length",
    "maxLength": "max_length",
    "maxItems": "max_length",
    "minProperties": "min_length",
    "maxProperties": "max_length",
    "pattern": "pattern",
}
"""Keywords of JSON Schema and of pydantic, in the order of writing."""

NOT_BOOL, NULLABLE, ONE_BRANCH, ONLY_BOOL, UNIQUE_ITEMS = (
    Code(name, MODELS)
    for name in ("NOT_BOOL", "NULLABLE", "ONE_BRANCH", "ONLY_BOOL", "UNIQUE_ITEMS")
)
COUNT_FIELDS, MULTIPLE_OF, ONE_OF, URL_TEXT = (
    Code(name, MODELS) for name in ("count_fields", "multiple_of", "one_of", "url_text")
)


def limits(schema: Schema) -> list[Node]:
    """Return what a schema demands of its own type: Field's keywords, then our checks."""
    if medium_of(schema):
        return list(_limits_of_url(schema))
    return [*_keywords(schema), *_checks(schema)]


def _limits_of_url(schema: Schema) -> Iterator[Node]:
    """Yield what is demanded of a URL, which a file in its place need not meet."""
    keywords = []
    for name in ("minLength", "maxLength", "pattern"):
        limit = schema.get(name)
        if name == "pattern" and limit is not None:
            limit = engine_pattern(limit)
        if limit:
            keywords.append(keyword(LIMITS[name], literal(limit)))
    if keywords:
        yield call(URL_TEXT, *keywords)


def _keywords(schema: Schema) -> Iterator[Node]:
    """Yield the limits that pydantic knows."""
    is_reference = "$ref" in schema
    if schema.get("additionalProperties") is False and not is_reference:
        schema = {**schema, "maxProperties": 0}
    for name, ours in LIMITS.items():
        if name not in schema or (is_reference and name.endswith("Properties")):
            continue
        limit: Any = schema[name]
        if ours == "pattern":
            limit = engine_pattern(limit)
        says_nothing = ours == "min_length" and limit <= 0
        if not says_nothing:
            yield keyword(ours, literal(limit))


def _checks(schema: Schema) -> Iterator[Node]:
    """Yield the limits that pydantic does not know, or not as JSON Schema means them."""
    step = schema.get("multipleOf")
    if isinstance(step, int) and type_name(schema) == "integer":
        yield keyword("multiple_of", literal(step))
    elif step is not None:
        yield call(MULTIPLE_OF, literal(step))
    counts = [schema.get("minProperties", 0), schema.get("maxProperties")]
    if counts != [0, None] and "$ref" in schema:
        yield call(COUNT_FIELDS, *map(literal, counts))
    if schema.get("uniqueItems") is True:
        yield UNIQUE_ITEMS
    values = values_of(schema)
    if not all(map(is_literal, values)):
        yield call(ONE_OF, *(literal(v) for v in values if v is not None))
    if "oneOf" in schema and _may_overlap(schema["oneOf"]):
        yield ONE_BRANCH


def _may_overlap(branches: list[Schema]) -> bool:
    """Whether a value could fit several branches: their types alone do not tell."""
    names = [type_name(branch) for branch in branches]
    known = "" not in names and len({*names}) == len(names)
    return not known or {"integer", "number"} <= {*names}


def is_literal(value: Json) -> bool:
    """Whether `Literal` can hold a value: to pydantic, an integer there has 64 bits."""
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return value is None or isinstance(value, str)
