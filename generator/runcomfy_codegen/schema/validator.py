"""Judge a value by a schema, for samples, defaults and cases. jsonschema has the last word."""

from collections.abc import Hashable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.media import MEDIUM, is_url, medium_of
from runcomfy_codegen.schema.patterns import matches
from runcomfy_codegen.schema.values import identity

MOST_KEPT, MOST_LISTED = 100, 100
"""Enums that are remembered, and values that a message shows."""

_extend: Any = extend  # it has no types of its own


def _check_pattern(
    validator: Any, pattern: Json, instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Match a text as every engine does, and in linear time."""
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _check_multiple(
    validator: Any, step: Json, instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Divide by decimals, where jsonschema divides by binary fractions."""
    if not validator.is_type(instance, "number"):
        return
    if Fraction(str(instance)) % Fraction(str(step)):
        yield ValidationError(f"{instance!r} is not a multiple of {step!r}")


_listed: dict[int, tuple[list[Json], frozenset[Hashable]]] = {}
"""Enums that were looked at last, by their identity: a long one is tried with each value."""


def _check_enum(
    validator: Any, values: list[Json], instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Look a value up, where jsonschema compares it with each."""
    if identity(instance) in _identities(values):
        return
    count = len(values)
    shown = f"{count} values" if count > MOST_LISTED else repr(values)
    yield ValidationError(f"{instance!r} is not one of {shown}")


def _identities(values: list[Json]) -> frozenset[Hashable]:
    """Return the identities of an enum's values."""
    if id(values) not in _listed:
        if len(_listed) == MOST_KEPT:
            _listed.clear()
        _listed[id(values)] = values, frozenset(map(identity, values))
    return _listed[id(values)][1]


def _check_properties(
    validator: Any, properties: Mapping[str, Json], instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Look at what an object has, where jsonschema looks for all that it could have."""
    if not isinstance(instance, dict):
        return
    for name in filter(properties.__contains__, instance):
        child = properties[name]
        value = instance[name]
        yield from validator.descend(value, child, path=name, schema_path=name)


def _check_medium(
    validator: Any, kind: Json, instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Let a medium be a URL: a file's name is nothing that the service could open."""
    if isinstance(instance, str) and medium_of(schema) and not is_url(instance):
        yield ValidationError(f"{instance!r} is not an http(s) URL or a data: URI")


CHECKS = {
    "enum": _check_enum,
    "multipleOf": _check_multiple,
    "pattern": _check_pattern,
    "properties": _check_properties,
    MEDIUM: _check_medium,
}
SchemaJudge: Any = _extend(Draft202012Validator, CHECKS)
"""A jsonschema validator of 2020-12 that no pattern and no enum can keep busy.

Multiples go by decimals, as in an Input: to binary fractions 0.7 is not one of 0.1.
"""


def _is_integer(checker: Any, instance: Json) -> bool:
    return isinstance(instance, int) and not isinstance(instance, bool)


InputJudge: Any = _extend(
    SchemaJudge,
    {},
    type_checker=SchemaJudge.TYPE_CHECKER.redefine("integer", _is_integer),
)
"""The same, as an Input sees numbers: 1.0 is not an integer."""


def is_valid(schema: Schema, value: Json) -> bool:
    """Return whether a schema takes a value. A broken schema, which is a Problem, does."""
    try:
        return bool(SchemaJudge(schema).is_valid(value))
    except Exception:  # it fails in as many ways as a schema can be broken
        return True
