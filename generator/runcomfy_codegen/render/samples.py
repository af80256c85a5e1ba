"""Make sample values from a schema: what docs show, and what tests start from."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.render.pattern_samples import from_pattern
from runcomfy_codegen.render.python.limits import branches_of
from runcomfy_codegen.schema.validator import is_valid, matches

EXTENSIONS = {"image": "png", "video": "mp4", "audio": "wav"}
EXACT = 2**53
"""Doubles beyond this are not as exact as whole numbers."""
PROSE = "A red fox in fresh snow, soft morning light"
PROSE_NAMES = ("prompt", "text", "description", "lyrics", "tags")


def example_body(model: Model) -> dict[str, Json]:
    """Return a request body: the published example, else one of what is required."""
    if model.example is not None:
        return dict(model.example)
    return _object(model.input_schema)


def sample(schema: Schema, name: str = "", index: int = 0) -> Json:
    """Return a value that a schema accepts, of several the one with this index.

    `name` is that of its field.
    """
    if "const" in schema:
        return schema["const"]
    examples = schema.get("examples")
    if isinstance(examples, list) and index < len(examples):
        return examples[index]
    if "default" in schema and not index:
        return schema["default"]
    if schema.get("enum"):
        return schema["enum"][index % len(schema["enum"])]
    branches = branches_of(schema)
    if branches:
        made = [sample(b, name, index) for b in branches if b.get("type") != "null"]
        # One branch of a oneOf may take the whole numbers of another.
        made += [v + 0.5 for v in made if type(v) in (int, float)]
        return next((value for value in made if is_valid(schema, value)), None)
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    makers: dict[str, Callable[[Schema, str, int], Json]] = {
        "array": _array,
        "boolean": lambda schema, name, index: index % 2 == 0,
        "integer": lambda schema, name, index: int(_number(schema, 1, index)),
        "number": lambda schema, name, index: _number(schema, 0, index),
        "object": lambda schema, name, index: _object(schema, index),
        "string": _string,
    }
    maker = makers.get(str(next((n for n in names if n != "null"), "null")))
    return maker(schema, name, index) if maker else None


def full_sample(schema: Schema, name: str = "") -> Json:
    """Return a value that a schema accepts, with each field that it names."""
    properties = schema.get("properties")
    if isinstance(properties, dict) and properties:
        wanted = [key for key, child in properties.items() if isinstance(child, dict)]
        return {key: full_sample(properties[key], key) for key in wanted}
    items = schema.get("items")
    if isinstance(items, dict) and items.get("properties"):
        return [full_sample(items, name)] * max(schema.get("minItems", 0), 1)
    return sample(schema, name)


def _object(schema: Schema, index: int = 0) -> dict[str, Json]:
    properties: dict[str, Any] = schema.get("properties", {})
    least = schema.get("minProperties", 0)
    wanted = list(schema.get("required", ()))
    wanted += [name for name in properties if name not in wanted][
        : max(least - len(wanted), 0)
    ]
    body = {
        name: sample(properties[name], name, index)
        for name in wanted
        if isinstance(properties.get(name), dict)
    }
    others = schema.get("additionalProperties")
    for number in range(least - len(body) if others is not False else 0):
        body[f"key_{number + 1}"] = (
            sample(others, "", index) if isinstance(others, dict) else "value"
        )
    return body


def _array(schema: Schema, name: str, index: int) -> list[Json]:
    items = schema.get("items")
    count = max(schema.get("minItems", 0), 1)
    if schema.get("maxItems") == 0:
        return []
    return several(items if isinstance(items, dict) else {}, name, count, index)


def several(schema: Schema, name: str, count: int, first: int = 0) -> list[Json]:
    """Return values that a schema accepts, each another where it allows that."""
    if not schema:
        return [f"item {number + 1}" for number in range(count)]
    return [sample(schema, name, first + number) for number in range(count)]


def _string(schema: Schema, name: str, index: int) -> str:
    kind, number = str(schema.get("x-media")), f"-{index + 1}" if index else ""
    if kind in EXTENSIONS:
        text = f"https://example.com/{kind}{number}.{EXTENSIONS[kind]}"
    elif any(noun in name.lower() for noun in PROSE_NAMES):
        text = PROSE + number
    else:
        text = f"example{number}"
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is not None and len(text) > most:
        text = str(index + 1)[:most]
    text = text.ljust(least, ".")
    pattern = schema.get("pattern")
    if pattern is None or matches(pattern, text):
        return text
    made = (
        text
        for repeats in (index, least + index)
        for text in from_pattern(pattern, repeats)
    )
    return next((text for text in made if is_valid(schema, text)), text)


def _number(schema: Schema, step: float, index: int) -> float:
    """Return a number within bounds, whole if the step is one."""
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    multiple = schema.get("multipleOf")
    value: float = 1
    if low is not None and value < low:
        value = low
    if high is not None and value > high:
        value = high
    if multiple:
        first = math.ceil(Fraction(str(0 if low is None else low)) / _exact(multiple))
        times = max(first, 1 if high is None or multiple <= high else first) + index
        if high is not None and high < 0:
            times = min(times, math.floor(Fraction(str(high)) / _exact(multiple)))
        exact = times * _exact(multiple)
        is_whole = exact.denominator == 1 and (step or abs(exact) < EXACT)
        return int(exact) if is_whole else float(exact)
    if high is None or value + index <= high:
        return value + index
    below = value - (index if step else index / 1000)
    return below if low is None or below >= low else value


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def lower_bound(schema: Schema, step: float) -> float | None:
    """Return the least number that a schema accepts; a step of 0 is the next float."""
    return _bound(schema, "minimum", "exclusiveMinimum", step, 1)


def upper_bound(schema: Schema, step: float) -> float | None:
    """Return the greatest number that a schema accepts; a step of 0 is the next float."""
    return _bound(schema, "maximum", "exclusiveMaximum", step, -1)


def _bound(
    schema: Schema, closed: str, open_: str, step: float, inward: int
) -> float | None:
    bounds = [schema[closed]] if closed in schema else []
    if open_ in schema:
        bounds.append(beyond(schema[open_], step, inward))
    if not bounds:
        return None
    tightest: float = max(bounds) if inward > 0 else min(bounds)
    if step and tightest != int(tightest):
        return math.ceil(tightest) if inward > 0 else math.floor(tightest)
    return tightest


def beyond(bound: float, step: float, direction: int) -> float:
    """Return the next number after a bound."""
    if step:
        whole = math.floor(bound) if direction > 0 else math.ceil(bound)
        return whole + direction
    return math.nextafter(bound, direction * math.inf)
