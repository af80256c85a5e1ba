"""Write the parts of an `allOf` as one schema.

Before: `{"allOf": [{"minimum": 0}, {"type": "integer", "minimum": 2}]}`.
After: `{"type": "integer", "minimum": 2}`.
"""

from collections.abc import Callable

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.schema.visit import Report, each_schema, fingerprint

STRICTER: dict[str, Callable[[Json, Json], Json]] = {
    **dict.fromkeys(
        (
            *("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"),
            "uniqueItems",
        ),
        max,
    ),
    **dict.fromkeys(
        ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min
    ),
}
MOST_PARTS = 1_000
"""With each, all that was merged before is looked at again."""
PROSE = ("title", "description", "default", "examples", "example", "$comment")


def merge_all_of(model: Model) -> Model:
    """Return the model without `allOf`. Parts that contradict each other are a Problem."""
    return each_schema(model, merged, having=("allOf",))


def merged(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with its own `allOf` written into it."""
    parts = schema.get("allOf")
    if not isinstance(parts, list) or not all(isinstance(p, dict) for p in parts):
        return schema
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    if len(parts) > MOST_PARTS:
        what = f"it is all of more than {MOST_PARTS} schemas"
        fix = "write them as one schema in an overlay"
        report.problem(f"{pointer}/allOf", what, fix)
        return {"type": "object", **whole}
    for index, part in enumerate(parts):
        place = f"{pointer}/allOf/{index}"
        whole = both(whole, merged(part, place, report), place, report)
    report.note(f"{pointer}/allOf", "allOf", "one schema", "its parts were merged")
    return whole


def both(one: Schema, other: Schema, pointer: str, report: Report) -> Schema:
    """Return the schema of what satisfies both; a contradiction is a Problem."""
    merged = dict(one)
    for key, value in other.items():
        try:
            merged[key] = _stricter(key, one[key], value) if key in one else value
        except (TypeError, ValueError, AttributeError):
            report.problem(
                f"{pointer}/{key}",
                f"it stands beside a different {key}, and both must hold",
                "write the schema out in an overlay",
            )
    return merged


def _stricter(key: str, one: Json, other: Json) -> Json:
    """Return what satisfies both values of a keyword. Raises ValueError if nothing does."""
    if fingerprint(one) == fingerprint(other) or key in PROSE:
        return one
    if key in STRICTER:
        return STRICTER[key](one, other)
    if key == "required":
        return [*one, *(name for name in other if name not in one)]
    if key == "properties":
        shared = {n: _all_of(one[n], s) for n, s in other.items() if n in one}
        return {**one, **other, **shared}
    if key == "nullable":
        return False
    if key == "items":
        return _all_of(one, other)
    if key == "enum":
        known = set(map(fingerprint, other))
        return [value for value in one if fingerprint(value) in known]
    if key == "type":
        return _common_types(one, other)
    if key == "additionalProperties" and isinstance(one, bool):
        return other if one else False
    if key == "additionalProperties" and isinstance(other, bool):
        return one if other else False
    raise ValueError(key)


def _all_of(one: Json, other: Json) -> Schema:
    """Return the schema of what satisfies both, as flat as it can be."""
    parts = one["allOf"] if isinstance(one, dict) and one.keys() == {"allOf"} else None
    if isinstance(parts, list):
        return {"allOf": [*parts, other]}
    return {"allOf": [one, other]}


def _common_types(one: Json, other: Json) -> Json:
    names = one if isinstance(one, list) else [one]
    others = other if isinstance(other, list) else [other]
    common = [
        n for n in names if n in others or (n == "integer" and "number" in others)
    ]
    common += ["integer"] if "number" in names and "integer" in others else []
    if not common:
        raise ValueError("type")
    return common if len(common) > 1 else common[0]
