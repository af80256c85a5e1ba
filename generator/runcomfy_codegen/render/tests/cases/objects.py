"""Try objects: with and without each field, with fields that have no name, and each rule."""

from collections.abc import Callable
from typing import Any, TypeAlias

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.samples import sample
from runcomfy_codegen.render.tests.cases.case import (
    MOST_WRITTEN,
    CaseKind,
    Trial,
    Trials,
)
from runcomfy_codegen.schema.read import properties_of, required_of
from runcomfy_codegen.schema.validator import is_valid

SEVERAL = 8
"""Fields that an object names none of, so many are tried."""
OF_OTHER_TYPES: tuple[Json, ...] = (1, "text", [], {})
ANYTHING = {"any": [1, None]}
Inner: TypeAlias = Callable[[Schema, str], Trials]


def object_trials(schema: Schema, trials: Inner) -> Trials:
    """Yield the trials of an object that names its fields."""
    body = sample({k: v for k, v in schema.items() if k not in ("default", "examples")})
    yield Trial(CaseKind.SHAPE, "whole", body, True)
    for name in required_of(schema):
        rest = {key: value for key, value in body.items() if key != name}
        yield Trial(CaseKind.SHAPE, f"without {name}", rest, False)
    yield from _additional_trials(schema, body, trials)
    yield from _count_trials(schema, body)
    for name, child in properties_of(schema).items():
        if isinstance(child, dict):
            for trial in trials(child, name):
                yield trial.inside(name, {**body, name: trial.value})


def map_trials(schema: Schema, trials: Inner) -> Trials:
    """Yield the trials of an object that names no fields."""
    yield from _count_trials(schema, {})
    additional = schema.get("additionalProperties")
    if additional is False:
        return
    least = max(schema.get("minProperties", 0) - 1, 0)
    body = dict.fromkeys(_keys(least), _any_of(additional))
    for trial in _any_trials(additional, trials):
        yield trial.inside("a field", {**body, "another": trial.value})


def _additional_trials(schema: Schema, body: Any, trials: Inner) -> Trials:
    """Yield objects with a field that has no name, and one with a named one of another type."""
    additional = schema.get("additionalProperties")
    if additional is False:
        unknown = {**body, "unknown_field": 1}
        yield Trial(CaseKind.SHAPE, "an unknown field", unknown, False)
        return
    yield from _of_another_type(schema, body)
    for trial in _any_trials(additional, trials):
        yield trial.inside("another field", {**body, "another": trial.value})


def _of_another_type(schema: Schema, body: Any) -> Trials:
    """Yield an object whose first field that can be is of another type."""
    for name, child in properties_of(schema).items():
        for value in OF_OTHER_TYPES:
            if not is_valid(child, value):
                rule = f"{name}, {type(value).__name__}"
                yield Trial(CaseKind.SHAPE, rule, {**body, name: value}, False)
                return


def _any_trials(additional: Json, trials: Inner) -> Trials:
    """Yield the trials of a field that the schema does not name."""
    if not isinstance(additional, dict) or not additional:
        yield Trial(CaseKind.TYPE, "anything", ANYTHING, True)
        return
    yield from trials(additional, "")
    for value in (1.5, True, *OF_OTHER_TYPES):
        rule = f"{type(value).__name__} for {additional.get('type')}"
        yield Trial(CaseKind.SHAPE, rule, value, False)


def _count_trials(schema: Schema, body: dict[str, Json]) -> Trials:
    """Yield objects with as many fields as there may be, and one more or fewer."""
    fields = _every_field(schema, body)
    some = list(fields.items())
    is_open = schema.get("additionalProperties") is not False
    most = len(properties_of(schema)) + (SEVERAL if is_open else 0)
    has_least, has_most = "minProperties" in schema, "maxProperties" in schema
    if not has_most:
        rule = "many fields" if has_least else "each field"
        yield _trial(rule, dict(some[:most]), True)
    if not has_least:
        yield _trial("no other field", body, True)
    for keyword, by in (("minProperties", -1), ("maxProperties", 1)):
        count = schema.get(keyword, MOST_WRITTEN)
        if count >= min(MOST_WRITTEN, len(fields) + (by < 0)):
            continue
        if count + by >= 0:
            yield _trial(f"{count + by} fields", dict(some[: count + by]), False)
        yield _trial(f"{count} fields", dict(some[:count]), True)


def _trial(rule: str, value: Json, accepted: bool) -> Trial:
    return Trial(CaseKind.COUNT, rule, value, accepted)


def _every_field(schema: Schema, body: dict[str, Json]) -> dict[str, Json]:
    """Return a body with every field that is named, and many that are not if they may be."""
    fields = dict(body)
    for name, child in properties_of(schema).items():
        if name not in fields and isinstance(child, dict):
            fields[name] = sample(child, name)
    additional = schema.get("additionalProperties")
    if additional is not False:
        fields |= dict.fromkeys(_keys(MOST_WRITTEN - 1), _any_of(additional))
    return fields


def _keys(count: int) -> list[str]:
    return [f"key_{number}" for number in range(1, count + 1)]


def _any_of(additional: Json) -> Json:
    """Return a value of a field that has no name."""
    is_limited = isinstance(additional, dict) and additional
    return sample(additional) if is_limited else "value"
