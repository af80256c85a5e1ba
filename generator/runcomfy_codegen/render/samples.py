"""Make sample values from a schema: what docs show, and what tests start from."""

import math
from typing import Any

from runcomfy_codegen.ir import Json, Model, Schema

MEDIA_SAMPLES = {
    "image": "https://example.com/image.png",
    "video": "https://example.com/video.mp4",
    "audio": "https://example.com/audio.wav",
}
PROSE = "A red fox in fresh snow, soft morning light"
PROSE_NAMES = ("prompt", "text", "description", "lyrics", "tags")


def example_body(model: Model) -> dict[str, Json]:
    """Return a request body: the published example, else one of what is required."""
    if model.example is not None:
        return dict(model.example)
    return _object(model.input_schema)


def sample(schema: Schema, name: str = "") -> Json:
    """Return a value that a schema accepts; `name` is that of its field."""
    if "const" in schema:
        return schema["const"]
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    if "default" in schema:
        return schema["default"]
    if schema.get("enum"):
        return schema["enum"][0]
    for keyword in ("anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            if isinstance(branch, dict) and branch.get("type") != "null":
                return sample(branch, name)
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    makers = {
        "array": _array,
        "boolean": lambda schema, name: True,
        "integer": lambda schema, name: int(_number(schema, 1)),
        "number": lambda schema, name: _number(schema, 0),
        "object": lambda schema, name: _object(schema),
        "string": _string,
    }
    maker = makers.get(str(next((n for n in names if n != "null"), "null")))
    return maker(schema, name) if maker else None


def _object(schema: Schema) -> dict[str, Json]:
    properties: dict[str, Any] = schema.get("properties", {})
    return {
        name: sample(properties[name], name)
        for name in schema.get("required", ())
        if isinstance(properties.get(name), dict)
    }


def _array(schema: Schema, name: str) -> list[Json]:
    items = schema.get("items")
    count = max(schema.get("minItems", 0), 1)
    if schema.get("maxItems") == 0 or not isinstance(items, dict):
        return []
    return [sample(items, name)] * count


def _string(schema: Schema, name: str) -> str:
    text = MEDIA_SAMPLES.get(str(schema.get("x-media")), "")
    if not text:
        text = PROSE if any(noun in name.lower() for noun in PROSE_NAMES) else "example"
    text = text.ljust(schema.get("minLength", 0), ".")
    return text[: schema.get("maxLength", len(text))]


def _number(schema: Schema, step: float) -> float:
    """Return a number within bounds, whole if the step is one."""
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    value: float = 1
    if low is not None and value < low:
        value = low
    if high is not None and value > high:
        value = high
    multiple = schema.get("multipleOf")
    if multiple:
        value = math.ceil((value if low is None else low) / multiple) * multiple
    return value


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
    if bound == 0:
        return direction * 1e-9
    return math.nextafter(bound, direction * math.inf)
