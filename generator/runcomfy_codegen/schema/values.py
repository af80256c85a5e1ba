"""JSON values: which two are the same, and which type one is of.

To JSON Schema 1 and 1.0 are one value, and true is not 1. Python takes all three for equal.
"""

from collections.abc import Hashable, Iterable
from typing import TypeGuard, cast

from runcomfy_codegen.ir import Json

NAMES = {
    bool: "boolean",
    dict: "object",
    float: "number",
    int: "integer",
    list: "array",
    str: "string",
    type(None): "null",
}


def identity(value: Json) -> Hashable:
    """Return what two JSON values share if they are the same, and only then."""
    match value:
        case bool():
            return "boolean", value
        case dict():
            fields = zip(value, map(identity, value.values()), strict=True)
            return "object", frozenset(fields)
        case list():
            return "array", *map(identity, value)
    return cast(Hashable, value)


def is_same(one: Json, other: Json) -> bool:
    """Whether two JSON values are the same."""
    return one is other or (one == other and identity(one) == identity(other))


def type_of(value: Json) -> str:
    """Return the name of the type that a value is of; 1.0 is a number."""
    return NAMES[type(value)]


def is_of_type(value: Json, name: Json) -> bool:
    """Whether a value is of the type with a name; 1.0 is an integer, too."""
    named = type_of(value)
    if name == "integer" and isinstance(value, float):
        return value.is_integer()
    return named == name or (named == "integer" and name == "number")


def is_number(value: Json) -> TypeGuard[int | float]:
    """Whether a value is a number; to Python true and false are."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_of_any_type(value: Json, names: Iterable[Json]) -> bool:
    """Whether a value is of one of the types with some names."""
    return any(is_of_type(value, name) for name in names)
