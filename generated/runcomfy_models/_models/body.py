"""What goes over the wire: of an input, what the caller set, under the wire's names.

There is one truth: an input holds its values as attributes, and its body is made of
them each time it is asked for. None in an optional field means "left out"; defaults are
the service's to fill in.
"""

from collections.abc import Hashable, Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from .._media.given import is_file

ADDITIONAL = "__pydantic_extra__"
"""Where pydantic keeps the fields that a class doesn't name; where they are typed, it
stands also among the attributes."""

SCALARS = frozenset([str, int, float, bool, type(None)])

NULLABLE = "nullable"
"""Marks an optional field for which null is a value of its own, and is sent."""


def wire_body(model_input: BaseModel) -> dict[str, Any]:
    """Return the JSON object to send, with files in it as they were given.

    It is checked once more, for an input may have been changed: pydantic's
    ValidationError is raised where a list was mutated, a copy was updated, or an
    instance was built past its checks. What is unchecked is returned as it is.
    """
    body = _wire_fields(model_input)
    if not is_unchecked(model_input):
        type(model_input).__pydantic_validator__.validate_python(body)
    return body


def wire_value(value: Any) -> Any:
    """Return a value with each object in it as the fields that were set."""
    if type(value) in SCALARS:
        return value
    if isinstance(value, BaseModel):
        return _wire_fields(value)
    if isinstance(value, dict):
        return {key: wire_value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [wire_value(item) for item in value]
    return value if is_file(value) else to_jsonable_python(value)


def is_unchecked(instance: BaseModel) -> bool:
    """Whether an object keeps fields that its class, which is closed, doesn't name.

    Only `InputModel.unchecked` makes such an object.
    """
    is_closed = instance.model_config.get("extra") == "forbid"
    return is_closed and instance.__pydantic_extra__ is not None


def fields_set(instance: BaseModel) -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each field that the caller set.

    A default that was changed in place, such as a list, counts as set. So does what a
    copy was updated with, also where no field is called so.
    """
    fields, names = type(instance).__pydantic_fields__, instance.__pydantic_fields_set__
    for name, value in vars(instance).items():
        if name == ADDITIONAL:
            continue
        is_set = name in names or name not in fields
        if is_set or _is_changed(value, fields[name]):
            yield name, value
    yield from (instance.__pydantic_extra__ or {}).items()


def _is_changed(value: Any, field: FieldInfo) -> bool:
    """Whether a default was changed in place, as a list can be."""
    return type(value) not in SCALARS and bool(value != field.get_default())


def _wire_fields(instance: BaseModel) -> dict[str, Any]:
    """Return what was set of an object, by the wire's names."""
    fields, sends_none = type(instance).__pydantic_fields__, is_unchecked(instance)
    body = {}
    for name, value in fields_set(instance):
        field = fields.get(name)
        if field is None:
            body[name] = wire_value(value)
        elif value is not None or sends_none or _takes_null(field):
            body[name if field.alias is None else field.alias] = wire_value(value)
    return body


def _takes_null(field: FieldInfo) -> bool:
    return field.is_required() or NULLABLE in field.metadata


def json_key(value: object) -> Hashable:
    """Return what two JSON values share if they are the same; true is not 1."""
    match value:
        case bool():
            return "boolean", value
        case dict():
            return "object", frozenset((k, json_key(v)) for k, v in value.items())
        case list():
            return "array", *map(json_key, value)
    return value if isinstance(value, Hashable) else repr(value)
