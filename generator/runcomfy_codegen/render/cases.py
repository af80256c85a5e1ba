"""Make the cases of a validation test from a schema: what is accepted, what refused.

Each rule of a field gives a value just inside and one just outside. A validator has
the last word on each, so that a case never contradicts the schema it came from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.samples import (
    beyond,
    lower_bound,
    sample,
    several,
    upper_bound,
)
from runcomfy_codegen.schema_validator import InputJudge, SchemaJudge, matches

LONGEST = 20_000
"""Limits beyond this many characters or items are not tried: a case stays small."""
PROSE = frozenset(("title", "description", "format", "x-media", "validations"))
LIMITS = frozenset(
    ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
)
PLAIN = PROSE | LIMITS | {"type", "enum", "items", "default", "examples"}
"""The keywords whose rules do not touch each other."""
WRONG_TYPES: dict[str, tuple[Json, ...]] = {
    "array": ("text", {}),
    "boolean": ("true", 1),
    "integer": ("1", 1.5, True),
    "number": ("1", True),
    "object": ("text", []),
    "string": (1, True, ["text"]),
}


@dataclass(frozen=True, slots=True)
class Repeat:
    """A value repeated, which is written as `value * count`."""

    value: Json
    count: int

    def whole(self) -> Json:
        """Return what it stands for."""
        return self.value * self.count


@dataclass(frozen=True, slots=True)
class Case:
    """One change to the example, and the rule that it tries."""

    rule: str
    field: str
    value: Json | Repeat
    accepted: bool


def field_cases(name: str, schema: Schema) -> Iterator[Case]:
    """Yield the cases of one property, each rule once."""
    judges = [] if _is_plain(schema) else [SchemaJudge(schema), InputJudge(schema)]
    seen: set[str] = set()
    for rule, value, accepted in _cases(schema, name):
        whole = value.whole() if isinstance(value, Repeat) else value
        key = f"{type(value).__name__} {value!r}"
        if key in seen or any(judge.is_valid(whole) != accepted for judge in judges):
            continue
        seen.add(key)
        yield Case(f"{name}: {rule}", name, value, accepted)


def _is_plain(schema: Schema) -> bool:
    """Whether each rule stands for itself, so that no case needs a judge."""
    if not PLAIN.issuperset(schema) or not isinstance(schema.get("type"), str):
        return False
    limits = LIMITS & schema.keys()
    if "enum" in schema and (limits or None in schema["enum"]):
        return False
    if not all(isinstance(schema[keyword], int) for keyword in limits):
        return bool(schema["type"] == "number")
    items = schema.get("items")
    return items is None or (isinstance(items, dict) and _is_plain(items))


def _cases(schema: Schema, name: str) -> Iterator[tuple[str, Json | Repeat, bool]]:
    branches = [
        branch
        for keyword in ("anyOf", "oneOf")
        for branch in schema.get(keyword, ())
        if isinstance(branch, dict)
    ]
    for branch in branches:
        yield from _cases(branch, name)
    if "const" in schema:
        yield "its only value", schema["const"], True
    is_listed = "const" in schema or isinstance(schema.get("enum"), list)
    if isinstance(schema.get("enum"), list):
        for value in schema["enum"]:
            yield f"enum {value}", value, value is not None
        yield "not in its enum", _stranger(schema["enum"]), False
    named = schema.get("type")
    for type_name in named if isinstance(named, list) else [named]:
        for value in _wrong_types(str(type_name), schema):
            yield f"{type(value).__name__} for {type_name}", value, False
        if not is_listed:
            yield from _type_cases(str(type_name), schema, name)


def _wrong_types(type_name: str, schema: Schema) -> Iterator[Json]:
    """Yield values of other types; a fraction is one within the bounds."""
    low, high = lower_bound(schema, 1), upper_bound(schema, 1)
    for value in WRONG_TYPES.get(type_name, ()):
        if isinstance(value, float) and low is not None:
            yield low + 0.5
        elif isinstance(value, float) and high is not None:
            yield high - 0.5
        else:
            yield value


def _type_cases(
    type_name: str, schema: Schema, name: str
) -> Iterator[tuple[str, Json | Repeat, bool]]:
    if type_name in ("integer", "number"):
        yield from _number_cases(schema, 1 if type_name == "integer" else 0)
    elif type_name == "string":
        yield from _string_cases(schema)
    elif type_name == "array":
        yield from _array_cases(schema, name)
    elif type_name == "object" and schema.get("properties"):
        yield from _object_cases(schema)
    elif type_name == "boolean":
        yield "true", True, True
        yield "false", False, True


def _number_cases(schema: Schema, step: int) -> Iterator[tuple[str, Json, bool]]:
    whole = int if step else float
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    if low is not None:
        yield f"at least {low}", whole(low), True
        yield f"below {low}", whole(beyond(low, step, -1)), False
    if high is not None:
        yield f"at most {high}", whole(high), True
        yield f"above {high}", whole(beyond(high, step, 1)), False
    if "multipleOf" in schema:
        middle = sample({k: v for k, v in schema.items() if k != "examples"})
        yield f"multiple of {schema['multipleOf']}", middle, True
        yield "between multiples", middle + schema["multipleOf"] / 2, False


def _string_cases(schema: Schema) -> Iterator[tuple[str, Json | Repeat, bool]]:
    if "pattern" in schema:
        text = sample({k: v for k, v in schema.items() if k != "examples"})
        if matches(schema["pattern"], text):
            yield "matching its pattern", text, True
        for stranger in ("", "-", "not what it matches", "0"):
            if matches(schema["pattern"], stranger) is False:
                yield "not matching its pattern", stranger, False
                break
        return
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if 0 < least <= LONGEST:
        yield f"{least} characters", Repeat("x", least), True
        yield f"fewer than {least} characters", Repeat("x", least - 1), False
    if most is not None and most <= LONGEST:
        yield f"{most} characters", Repeat("x", most), True
        yield f"more than {most} characters", Repeat("x", most + 1), False


def _array_cases(
    schema: Schema, name: str
) -> Iterator[tuple[str, Json | Repeat, bool]]:
    items = schema.get("items")
    items = items if isinstance(items, dict) else {}
    unique = schema.get("uniqueItems") is True

    def filled(count: int) -> Json | Repeat:
        if unique:
            return several(items, name, count)
        return Repeat(several(items, name, 1), count)

    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if least <= LONGEST:
        yield f"{least} items", filled(least), True
    if 0 < least <= LONGEST:
        yield f"fewer than {least} items", filled(least - 1), False
    if most is not None and most <= LONGEST:
        yield f"{most} items", filled(most), True
        yield f"more than {most} items", filled(most + 1), False
    if most == 0:
        return
    around = several(items, name, max(least - 1, 0), 2)
    if unique:
        yield "an item twice", [*several(items, name, 1) * 2, *around[1:]], False
    for rule, value, accepted in _cases(items, name):
        if not isinstance(value, Repeat):
            yield f"an item, {rule}", [value, *around], accepted


def _object_cases(schema: Schema) -> Iterator[tuple[str, Json | Repeat, bool]]:
    whole = sample(
        {k: v for k, v in schema.items() if k not in ("default", "examples")}
    )
    yield "whole", whole, True
    for name in schema.get("required", ()):
        rest = {key: value for key, value in whole.items() if key != name}
        yield f"without {name}", rest, False
    if schema.get("additionalProperties") is False:
        yield "an unknown field", {**whole, "unknown_field": 1}, False
    for name, child in schema["properties"].items():
        if isinstance(child, dict):
            for rule, value, accepted in _cases(child, name):
                if not isinstance(value, Repeat):
                    yield f"{name}, {rule}", {**whole, name: value}, accepted


def _stranger(values: list[Json]) -> Json:
    """Return a value of the type of an enum that is not in it."""
    numbers = [
        v for v in values if isinstance(v, int | float) and not isinstance(v, bool)
    ]
    if not numbers:
        return "not in the enum"
    return max(numbers) + max(1, abs(max(numbers)) // 2**52)
