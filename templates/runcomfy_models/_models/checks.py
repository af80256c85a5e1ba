"""The checks that pydantic's own constraints don't make, as annotations of fields.

JSON tells apart what Python does not: true from 1, and numbers by how they are written.
Nothing here does I/O.
"""

from collections.abc import Hashable
from fractions import Fraction
from typing import Any, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    GetCoreSchemaHandler,
    ValidationError,
    create_model,
)
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from .bases import InputObject
from .body import json_key, wire_value


def _refuse_bool(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("should be a number, not true or false")  # noqa: TRY004
    return value


def _require_bool(value: object) -> object:
    if value is not None and not isinstance(value, bool):
        raise ValueError("should be true or false")
    return value


NOT_BOOL = BeforeValidator(_refuse_bool)
"""Refuses true and false, which Python takes for 1 and 0, in a `Literal` of numbers."""

ONLY_BOOL = BeforeValidator(_require_bool)
"""Refuses 1 and 0, which Python takes for true and false, in a `Literal` of those."""


def _check_unique(items: list[Any] | None) -> list[Any] | None:
    seen: set[Hashable] = set()
    for index, item in enumerate(items or ()):
        key = json_key(wire_value(item))
        if key in seen:
            raise ValueError(f"item {index} stands in the list twice")
        seen.add(key)
    return items


UNIQUE_ITEMS = AfterValidator(_check_unique)
"""Refuses a list that holds an item twice."""


def one_of(*values: object) -> AfterValidator:
    """Refuse all but these values, where `Literal` cannot hold them."""
    keys = {json_key(value) for value in values}

    def check(value: object) -> object:
        if value is not None and json_key(wire_value(value)) not in keys:
            raise ValueError(f"should be one of {', '.join(map(repr, values))}")
        return value

    return AfterValidator(check)


def multiple_of(step: float) -> AfterValidator:
    """Refuse what is not a multiple of a step, as its decimals are written."""
    exact = Fraction(str(step))

    def check(value: float | None) -> float | None:
        if value is not None and Fraction(str(value)) % exact:
            raise ValueError(f"should be a multiple of {step}")
        return value

    return AfterValidator(check)


def url_text(
    min_length: int = 0, max_length: int | None = None, pattern: str | None = None
) -> AfterValidator:
    """Refuse a URL of another length, or without a match; a file is not a text."""
    rust = {"pattern": pattern, "regex_engine": "rust-regex"} if pattern else {}
    text = core_schema.str_schema(
        min_length=min_length, max_length=max_length, **rust  # type: ignore[arg-type]
    )
    validator = SchemaValidator(text)

    def check(value: object) -> object:
        return validator.validate_python(value) if isinstance(value, str) else value

    return AfterValidator(check)


def count_fields(least: int, most: int | None) -> AfterValidator:
    """Refuse an object with fewer or more fields set than these."""

    def check(value: object) -> object:
        count = least if value is None else len(wire_value(value))
        if count < least or (most is not None and count > most):
            raise ValueError(f"should have {least} to {most or 'any number of'} fields")
        return value

    return AfterValidator(check)


class _OneBranch:
    """Refuses what fits several types of a union. It tries each type by itself."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check a value before the union does; build the types when one is checked."""
        branches: list[type[BaseModel]] = []

        def check(value: object) -> object:
            if not branches:
                members = [m for m in get_args(source) if m is not type(None)]
                branches.extend(map(_branch, members))
            if value is not None and sum(_fits(b, value) for b in branches) > 1:
                raise ValueError("should fit one of several types, and fits more")
            return value

        return core_schema.no_info_before_validator_function(check, handler(source))


def _branch(member: Any) -> type[BaseModel]:
    return create_model("Branch", __base__=InputObject, value=(member, ...))


def _fits(branch: type[BaseModel], value: object) -> bool:
    try:
        branch(value=wire_value(value))
    except ValidationError:
        return False
    return True


ONE_BRANCH = _OneBranch()
"""Refuses what fits several types of a union."""
