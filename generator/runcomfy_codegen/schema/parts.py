"""Take parts of JSON values whose form nobody has checked."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from runcomfy_codegen.ir import Json, Schema


def list_of(value: Json) -> list[Any]:
    """Return a value that is a list, and an empty one for any other."""
    return value if isinstance(value, list) else []


def object_of(value: Json) -> dict[str, Any]:
    """Return a value that is an object, and an empty one for any other."""
    return value if isinstance(value, dict) else {}


def one_or_more(value: Json) -> list[Any]:
    """Return a list as it is, and any other value as a list of it alone."""
    return value if isinstance(value, list) else [value]


def without(schema: Mapping[str, Json], *keywords: str) -> Schema:
    """Return a schema without some keywords."""
    return {key: value for key, value in schema.items() if key not in keywords}


def only(schema: Mapping[str, Json], keywords: Set[str]) -> Schema:
    """Return what a schema says by some keywords alone."""
    return {key: value for key, value in schema.items() if key in keywords}


def picked(schema: Mapping[str, Json], keywords: Iterable[str]) -> Schema:
    """Return what a schema says by some keywords, in their order."""
    return {key: schema[key] for key in keywords if key in schema}


def is_list_of(value: Json, kind: type) -> bool:
    """Whether a value is a list, and each of its items of a Python type."""
    return isinstance(value, list) and all(isinstance(each, kind) for each in value)
