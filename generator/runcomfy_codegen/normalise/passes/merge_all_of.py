"""Write the parts of an `allOf` as one schema.

Before: `{"allOf": [{"minimum": 0}, {"type": "integer", "minimum": 2}]}`.
After: `{"type": "integer", "minimum": 2}`.
"""

from collections.abc import Callable
from typing import TypeAlias

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import PROSE
from runcomfy_codegen.schema.parts import is_list_of, one_or_more, without
from runcomfy_codegen.schema.values import identity, is_same

MOST_PARTS = 1_000
"""With each, all that was merged before is looked at again."""
Merge: TypeAlias = Callable[[Json, Json], Json]
"""Takes what two schemas say of one keyword; returns what satisfies both.

Raises what it raises where nothing does: both are as they were published.
"""


def merge_all_of(model: Model) -> Model:
    """Return the model without `allOf`. Parts that contradict each other are a Problem."""
    return each_schema(model, merged, having=("allOf",))


def merged(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with its own `allOf` written into it."""
    parts: Json = schema.get("allOf")
    if not is_list_of(parts, dict):
        return schema
    whole = without(schema, "allOf")
    if len(parts) > MOST_PARTS:
        what = f"it is all of more than {MOST_PARTS} schemas"
        fix = "write them as one schema in an overlay"
        report.problem(f"{pointer}/allOf", what, fix)
        return {"type": "object", **whole}
    for index, part in enumerate(parts):
        place = f"{pointer}/allOf/{index}"
        inner = merged(part, place, report)
        whole = both(whole, inner, place, report)
    report.note(f"{pointer}/allOf", "allOf", "one schema", "its parts were merged")
    return whole


def both(one: Schema, other: Schema, pointer: str, report: Report) -> Schema:
    """Return the schema of what satisfies both; a contradiction is a Problem."""
    merged = dict(one)
    for key, value in other.items():
        if key not in one:
            merged[key] = value
            continue
        try:
            merged[key] = _stricter(key, one[key], value)
        except (TypeError, ValueError, AttributeError):
            what = f"it stands beside a different {key}, and both must hold"
            fix = "write the schema out in an overlay"
            report.problem(f"{pointer}/{key}", what, fix)
    return merged


def _stricter(key: str, one: Json, other: Json) -> Json:
    """Return what satisfies both values of a keyword. Raises ValueError if nothing does."""
    if key in PROSE or is_same(one, other):
        return one
    if key not in MERGES:
        raise ValueError(key)
    return MERGES[key](one, other)


def _all_names(one: Json, other: Json) -> Json:
    return [*one, *(name for name in other if name not in one)]


def _all_properties(one: Json, other: Json) -> Json:
    """Return the fields of both; what both name has to satisfy both."""
    fields = {**one, **other}
    for name in fields:
        if name in one and name in other:
            fields[name] = _all_of(one[name], other[name])
    return fields


def _all_of(one: Json, other: Json) -> Schema:
    """Return the schema of what satisfies both, as flat as it can be."""
    parts = one["allOf"] if isinstance(one, dict) and one.keys() == {"allOf"} else None
    if isinstance(parts, list):
        return {"allOf": [*parts, other]}
    return {"allOf": [one, other]}


def _common_values(one: Json, other: Json) -> Json:
    known = set(map(identity, other))
    return [value for value in one if identity(value) in known]


def _common_types(one: Json, other: Json) -> Json:
    """Return the types that both name; an integer is a number."""
    names, offered = one_or_more(one), one_or_more(other)
    common = []
    for name in (*names, *offered):
        is_of_both = _is_among(name, names) and _is_among(name, offered)
        if is_of_both and name not in common:
            common.append(name)
    if not common:
        raise ValueError("type")
    return common if len(common) > 1 else common[0]


def _is_among(name: Json, names: list[Json]) -> bool:
    """Whether all values of a type are of one of some types."""
    return name in names or (name == "integer" and "number" in names)


def _tightest(one: Json, other: Json) -> Json:
    """Return what fields that have no name may hold, by the stricter of both."""
    if isinstance(one, bool):
        return other if one else False
    if isinstance(other, bool):
        return one if other else False
    raise ValueError("additionalProperties")


MERGES: dict[str, Merge] = {
    "minimum": max,
    "exclusiveMinimum": max,
    "minLength": max,
    "minItems": max,
    "minProperties": max,
    "maximum": min,
    "exclusiveMaximum": min,
    "maxLength": min,
    "maxItems": min,
    "maxProperties": min,
    "uniqueItems": max,
    "required": _all_names,
    "properties": _all_properties,
    "nullable": lambda one, other: False,
    "items": _all_of,
    "enum": _common_values,
    "type": _common_types,
    "additionalProperties": _tightest,
}
"""How what two schemas say of a keyword becomes one; of any other nothing satisfies both."""
