"""Judge a value by a schema, for samples, defaults and cases.

jsonschema has the last word, but a stored model must not be able to keep the generator
busy: a pattern is matched by backtracking if that is surely quick, else in linear time,
and what only backtracking could match is taken as matched.
"""

import re
import warnings
from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from importlib import import_module
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from pydantic_core import SchemaError, SchemaValidator, core_schema

from runcomfy_codegen.ir import Json, Schema

MOST_CHOICES = 3
"""With more that backtracking could revise, a long text could keep it busy."""
MOST_KEPT, MOST_LISTED = 100, 100
"""Enums that are remembered, and values that a message shows."""
MOST_STEPS = 10**7
"""How often backtracking may try; a fraction of a second."""

_extend: Any = extend  # it has no types of its own
_parser: Any = import_module("re._parser")


@lru_cache(maxsize=512)
def _linear(pattern: str) -> SchemaValidator | None:
    """Return a matcher that needs no backtracking, if the pattern can have one."""
    text = core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")
    try:
        return SchemaValidator(text)
    except SchemaError:
        return None


def matches(pattern: str, text: str) -> bool | None:
    """Return whether a pattern is found in a text; None where nobody can say quickly."""
    choices, matcher = _choices_of(pattern), _linear(pattern)
    is_quick = choices is not None and (len(text) + 1) ** (choices + 1) <= MOST_STEPS
    if matcher and (is_explosive(pattern) or not is_quick):
        return matcher.isinstance_python(text)
    # The same engine as in an Input: they differ in what `\B` means.
    return _compiled(pattern).search(text) is not None if is_quick else None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings(action="ignore"):  # `check_limits` refuses these
        return re.compile(pattern)


def is_explosive(pattern: str) -> bool:
    """Return whether some text could keep backtracking busy for longer than one waits."""
    choices = _choices_of(pattern)
    return choices is None or choices > MOST_CHOICES


def is_linear(pattern: str) -> bool:
    """Return whether a pattern can be matched without backtracking."""
    return _linear(pattern) is not None


@lru_cache(maxsize=512)
def parsed(pattern: str) -> Any:
    """Return what Python reads a pattern as. Raises as `re.compile` does."""
    with warnings.catch_warnings(action="ignore"):  # `check_limits` refuses these
        return _parser.parse(pattern)


@lru_cache(maxsize=512)
def _choices_of(pattern: str) -> int | None:
    """Return how many choices backtracking could revise; None if one holds another."""
    try:
        return _choices(parsed(pattern))
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _choices(parsed: Iterable[Any]) -> int:
    total = 0
    for op, value in parsed:
        inner = sum(map(_choices, _inside(value)))
        if str(op).endswith("_REPEAT"):
            least, most, _ = value
            if inner and int(most) > 1:
                raise ValueError("a choice in a repetition")
            total += inner + (least != most)
        else:
            total += inner + (str(op) in ("BRANCH", "GROUPREF_EXISTS"))
    return total


def _inside(value: Any) -> Iterator[Any]:
    """Yield the patterns that one part of a parsed pattern holds."""
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _inside(part)


def _check_pattern(
    validator: Any, pattern: Json, instance: Json, schema: Json
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and matches(pattern, instance) is False:
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _check_multiple(
    validator: Any, step: Json, instance: Json, schema: Json
) -> Iterator[ValidationError]:
    is_number = validator.is_type(instance, "number")
    if is_number and Fraction(str(instance)) % Fraction(str(step)):
        yield ValidationError(f"{instance!r} is not a multiple of {step!r}")


_listed: dict[int, tuple[list[Json], frozenset[Hashable]]] = {}
"""Enums that were looked at, by their identity, with what their values are known by."""


def _check_enum(
    validator: Any, values: list[Json], instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Look a value up, where jsonschema compares it with each."""
    if id(values) not in _listed:
        if len(_listed) == MOST_KEPT:
            _listed.clear()
        _listed[id(values)] = values, frozenset(map(_key, values))
    if _key(instance) not in _listed[id(values)][1]:
        shown = f"{len(values)} values" if len(values) > MOST_LISTED else repr(values)
        yield ValidationError(f"{instance!r} is not one of {shown}")


def _key(value: Json) -> Hashable:
    """Return what two JSON values share if they are the same; true is not 1."""
    match value:
        case bool():
            return "boolean", value
        case dict():
            return "object", frozenset((k, _key(v)) for k, v in value.items())
        case list():
            return "array", *map(_key, value)
    return cast(Hashable, value)


def _check_properties(
    validator: Any, properties: Mapping[str, Json], instance: Json, schema: Json
) -> Iterator[ValidationError]:
    """Look at what an object has, where jsonschema looks for all that it could have."""
    if isinstance(instance, dict):
        for name in filter(properties.__contains__, instance):
            child = properties[name]
            yield from validator.descend(
                instance[name], child, path=name, schema_path=name
            )


CHECKS = {
    "enum": _check_enum,
    "multipleOf": _check_multiple,
    "pattern": _check_pattern,
    "properties": _check_properties,
}
SchemaJudge: Any = _extend(Draft202012Validator, CHECKS)
"""A jsonschema validator of 2020-12 that no pattern and no enum can keep busy.

Multiples go by decimals, as in an Input: to binary fractions 0.7 is none of 0.1.
"""


def _is_integer(checker: Any, instance: Json) -> bool:
    return isinstance(instance, int) and not isinstance(instance, bool)


InputJudge: Any = _extend(
    SchemaJudge,
    {},
    type_checker=SchemaJudge.TYPE_CHECKER.redefine("integer", _is_integer),
)
"""The same, as an Input sees numbers: 1.0 is no integer."""


def _check_pattern_strictly(
    validator: Any, pattern: Json, instance: Json, schema: Json
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} may not match {pattern!r}")


StrictJudge: Any = _extend(SchemaJudge, {"pattern": _check_pattern_strictly})
"""The same, for values of our own making: one that nobody can judge is refused."""


def is_valid(schema: Schema, value: Json) -> bool:
    """Return whether a schema takes a value. A broken schema, which is a Problem, does."""
    try:
        return bool(SchemaJudge(schema).is_valid(value))
    except Exception:  # it fails in as many ways as a schema can be broken
        return True
