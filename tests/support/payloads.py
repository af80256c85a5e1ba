"""Make payloads from a schema: on each side of each limit, of each type, and random ones.

Nothing here knows how the generator makes types or cases.
"""

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from runcomfy_codegen.render.pattern_samples import from_pattern

Schema = dict[str, Any]

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 1.0, 1.5, 0.1 + 0.2, "", "x", "1", "x\n", "é漢😀",
    [], [None], [1, True], [1, 1.0], {}, {"x": 1}, 10**30, -(10**30), 10**400, 1e300,
)  # fmt: skip
MEDIA = ("https://a.test/x", "HTTP://a.test", "data:image/png;base64,AA", "a.png", "/x")
LONGEST = 5_000
LONGEST_TEXT = 1_000_000


def _is_multiple(
    validator: Any, step: Any, instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    is_number = validator.is_type(instance, "number")
    if is_number and Fraction(str(instance)) % Fraction(str(step)):
        yield ValidationError("no multiple")


def _is_medium(
    validator: Any, kind: Any, instance: Any, schema: Schema
) -> Iterator[ValidationError]:
    is_text = isinstance(instance, str) and schema.get("type") != "array"
    is_listed = "enum" in schema or "const" in schema
    if is_text and not is_listed and not re.match("(?i)(https?://|data:)", instance):
        yield ValidationError("no URL")


Judge = extend(
    Draft202012Validator, {"multipleOf": _is_multiple, "x-media": _is_medium}
)
"""jsonschema, with multiples by decimals, as binary fractions round, or overflow; a medium
is a URL."""


def payloads(schema: Schema) -> Iterator[dict[str, Any]]:
    """Yield bodies for an object schema: a valid one, and it with one thing changed."""
    body = valid(schema)
    yield body
    yield from _object_values(schema, body)


def valid(schema: Schema) -> Any:
    """Return a value that a schema takes."""
    validator = Judge(schema)
    for value in values(schema):
        if validator.is_valid(value):
            return value
    raise AssertionError(f"no value found for {schema}")


def values(schema: Schema) -> Iterator[Any]:
    """Yield values on both sides of all that a schema says."""
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        yield from values(branch)
    yield from schema.get("examples", ())
    if "const" in schema:
        yield schema["const"]
    for value in schema.get("enum", ()):
        yield value
        if isinstance(value, int) and not isinstance(value, bool):
            yield from (value + 1, float(value), str(value))
        elif isinstance(value, str):
            yield from (value.upper(), value.lower(), f"{value} ", f"{value}\n")
    named = schema.get("type")
    for name in named if isinstance(named, list) else [named]:
        yield from _of_type(str(name), schema)
    yield from ODD


def _of_type(name: str, schema: Schema) -> Iterator[Any]:
    if name in ("integer", "number"):
        yield from (x for x in _numbers(schema) if abs(x) != math.inf)  # no JSON
    elif name == "string":
        yield from _texts(schema)
    elif name == "array":
        yield from _lists(schema)
    elif name == "object":
        yield from _object_values(schema, _smallest(schema))


def _numbers(schema: Schema) -> Iterator[Any]:
    step = schema.get("multipleOf", 1)
    for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
        if keyword in schema:
            bound = schema[keyword]
            yield from (bound, bound + 1, bound - 1, float(bound), bound + step)
            yield math.nextafter(bound, math.inf)
            yield math.nextafter(bound, -math.inf)
            first = math.ceil(bound / step) if abs(bound) < 1e15 else 0
            yield from (first * step, (first + 1) * step, (first + 2) * step)
    if "multipleOf" in schema:
        yield from (times * step for times in (-3, 0, 1, 2, 3, 7, 10, 100))
        yield from (step / 2, 3.0 * step, step * 3 + step / 7)


def _texts(schema: Schema) -> Iterator[str]:
    if "x-media" in schema:
        yield from MEDIA
    for keyword in ("minLength", "maxLength"):
        if schema.get(keyword, LONGEST_TEXT) < LONGEST_TEXT:
            length = schema[keyword]
            yield from ("x" * max(length + by, 0) for by in (-1, 0, 1))
            yield "😀" * length
    if "pattern" in schema:
        for repeats in range(8):
            for text in from_pattern(schema["pattern"], repeats):
                yield from (
                    text,
                    f"{text}\n",
                    f" {text}",
                    text[:-1],
                    text.upper(),
                    text * 5,
                )


def _lists(schema: Schema) -> Iterator[list[Any]]:
    items = schema.get("items", {})
    some = list(values(items))
    validator = Judge(items)
    good = [value for value in some if validator.is_valid(value)] or [None]
    least, most = schema.get("minItems", 0), schema.get("maxItems", 2)
    for length in {0, least, least - 1, least + 1, most, most + 1}:
        if 0 <= length < LONGEST:
            yield [good[0]] * length
            yield _different(good, length)
    for value in some:
        yield [*_different(good, max(least, 1))[1:], value]
    yield [good[-1], good[0], good[-1]]


def _different(good: list[Any], length: int) -> list[Any]:
    found: list[Any] = []
    for value in good:
        if not any(repr(value) == repr(other) for other in found):
            found.append(value)
    return (found * (length // max(len(found), 1) + 1))[:length]


def _smallest(schema: Schema) -> dict[str, Any]:
    properties = schema.get("properties", {})
    return {name: valid(properties[name]) for name in schema.get("required", ())}


def _object_values(schema: Schema, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    properties, others = schema.get("properties", {}), schema.get(
        "additionalProperties"
    )
    yield body
    for name in schema.get("required", ()):
        yield {key: value for key, value in body.items() if key != name}
    full = {name: valid(child) for name, child in properties.items()}
    yield full
    yield {**full, **body}
    for name, child in properties.items():
        yield from ({**body, name: value} for value in values(child))
    for value in values(others) if isinstance(others, dict) else ("x", 1):
        yield {**body, "no_such_field": value}
    for count in {schema.get("minProperties", 0), schema.get("maxProperties", 1) + 1}:
        filler = valid(others) if isinstance(others, dict) else 1
        yield {**body, **{f"key_{number}": filler for number in range(count)}}


def random_payloads(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of bodies for an object schema, mostly valid field by field."""
    properties = schema.get("properties", {})
    required = {name: _field(properties[name]) for name in schema.get("required", ())}
    optional = {n: _field(s) for n, s in properties.items() if n not in required}
    whole = st.fixed_dictionaries(required, optional=optional)
    fewer = st.fixed_dictionaries({}, optional={**required, **optional})
    return st.one_of(whole, whole, whole, fewer)


def _field(schema: Schema) -> st.SearchStrategy[Any]:
    some = st.sampled_from(list(values(schema)))
    return st.one_of(_like(schema), _like(schema), some, _anything())


def _anything() -> st.SearchStrategy[Any]:
    plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
    plain |= st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
        max_leaves=4,
    )


def _like(schema: Schema) -> st.SearchStrategy[Any]:
    """Return a strategy of values of a schema's type, limits mostly met."""
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if branches:
        return st.one_of([_like(branch) for branch in branches])
    if "const" in schema or "enum" in schema:
        return st.sampled_from(
            [schema["const"]] if "const" in schema else schema["enum"]
        )
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    return st.one_of([_like_type(str(name), schema) for name in names])


def _like_type(name: str, schema: Schema) -> st.SearchStrategy[Any]:
    if name in ("integer", "number"):
        low = schema.get("minimum", schema.get("exclusiveMinimum", -1000))
        high = schema.get("maximum", schema.get("exclusiveMaximum", low + 2000))
        whole = st.integers(math.ceil(low), max(math.ceil(low), math.floor(high)))
        if name == "integer":
            return whole
        return whole | st.floats(float(low), float(high))
    if name == "string":
        return st.text(max_size=min(schema.get("maxLength", 20), 100))
    if name == "array":
        items = _field(schema["items"]) if schema.get("items") else _anything()
        least = min(schema.get("minItems", 0), 20)
        most = min(schema.get("maxItems", least + 3), least + 3)
        return st.lists(items, min_size=least, max_size=max(least, most))
    if name == "object":
        whole = random_payloads(schema)
        others = schema.get("additionalProperties")
        if others is False:
            return whole
        filler = _field(others) if isinstance(others, dict) else _anything()
        more = st.dictionaries(st.text(max_size=3), filler, max_size=2)
        return st.builds(lambda one, other: {**other, **one}, whole, more)
    simple = {"boolean": st.booleans(), "null": st.none()}
    return simple.get(name, _anything())
