"""Write the parts of an `allOf` as one schema.

Before: `{"allOf": [{"minimum": 0}, {"type": "integer", "minimum": 2}]}`.
After: `{"type": "integer", "minimum": 2}`.
"""

from collections.abc import Callable

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.walk import Report, each_schema

STRICTER: dict[str, Callable[[Json, Json], Json]] = {
    **dict.fromkeys(
        ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max
    ),
    **dict.fromkeys(
        ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min
    ),
}
PROSE = ("title", "description", "default", "examples", "$comment")


def merge_all_of(model: Model) -> Model:
    """Return the model without `allOf`. Parts that contradict each other are a Problem."""
    return each_schema(model, _merge)


def _merge(schema: Schema, pointer: str, report: Report) -> Schema:
    parts = schema.get("allOf")
    if not isinstance(parts, list) or not all(isinstance(p, dict) for p in parts):
        return schema
    merged = {key: value for key, value in schema.items() if key != "allOf"}
    for index, part in enumerate(parts):
        part = _merge(part, f"{pointer}/allOf/{index}", report)
        for key, value in part.items():
            try:
                merged[key] = _both(key, merged[key], value) if key in merged else value
            except (TypeError, ValueError):
                report.problem(
                    f"{pointer}/allOf/{index}/{key}",
                    f"another part of the allOf has a different {key}",
                    "write the schema out in an overlay",
                )
    report.note(f"{pointer}/allOf", "allOf", "one schema", "its parts were merged")
    return merged


def _both(key: str, one: Json, other: Json) -> Json:
    """Return what satisfies both values of a keyword. Raises ValueError if nothing does."""
    if one == other and type(one) is type(other):
        return one
    if key in STRICTER:
        return STRICTER[key](one, other)
    if key == "required":
        return [*one, *(name for name in other if name not in one)]
    if key == "properties":
        return {
            **one,
            **{n: {"allOf": [one[n], s]} if n in one else s for n, s in other.items()},
        }
    if key == "enum":
        return [value for value in one if value in other]
    if key in PROSE:
        return one
    if key == "type" and {one, other} == {"integer", "number"}:
        return "integer"
    raise ValueError(key)
