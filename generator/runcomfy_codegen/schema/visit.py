"""Visit the subschemas of a schema. Knows where JSON Schema keeps them, and nothing more."""

from collections.abc import Callable, Iterator, Mapping
from operator import is_
from typing import TypeAlias

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.keywords import (
    CONTAINERS,
    HOLD_A_LIST,
    HOLD_A_MAP,
    HOLD_A_SCHEMA,
)
from runcomfy_codegen.schema.pointer import escape

MAX_DEPTH = 24
"""Nesting beyond this is refused: no real input has it, and recursion must end."""

Rewrite: TypeAlias = Callable[[Schema, str], Schema]
"""Takes a subschema and its pointer; returns the schema to put in its place."""


def with_children(schema: Schema, pointer: str, rewrite: Rewrite) -> Schema:
    """Return a schema with each direct subschema that is an object rewritten.

    What `rewrite` leaves as it is costs no copy.
    """
    if CONTAINERS.isdisjoint(schema):
        return schema
    changed = {}
    for keyword, old in schema.items():
        new = _rewritten(keyword, old, f"{pointer}/{keyword}", rewrite)
        if new is not old:
            changed[keyword] = new
    return {**schema, **changed} if changed else schema


def _rewritten(keyword: str, value: Json, place: str, rewrite: Rewrite) -> Json:
    """Return the value of a keyword with each schema in it rewritten."""
    if isinstance(value, dict):
        if keyword in HOLD_A_SCHEMA:
            return rewrite(value, place)
        if keyword in HOLD_A_MAP:
            return _map(value, place, rewrite)
    elif isinstance(value, list) and keyword in HOLD_A_LIST:
        return _list(value, place, rewrite)
    return value


def _map(old: Mapping[str, Json], place: str, rewrite: Rewrite) -> Mapping[str, Json]:
    new = {}
    for name, child in old.items():
        if isinstance(child, dict):
            child = rewrite(child, f"{place}/{escape(name)}")
        new[name] = child
    return old if all(map(is_, new.values(), old.values())) else new


def _list(old: list[Json], place: str, rewrite: Rewrite) -> list[Json]:
    new = []
    for index, child in enumerate(old):
        if isinstance(child, dict):
            child = rewrite(child, f"{place}/{index}")
        new.append(child)
    return old if all(map(is_, new, old)) else new


def children(schema: Schema) -> Iterator[Json]:
    """Yield each direct subschema, true and false among them."""
    for keyword, value in schema.items():
        if keyword in HOLD_A_LIST and isinstance(value, list):
            yield from value
        elif keyword in HOLD_A_MAP and isinstance(value, dict):
            yield from value.values()
        elif keyword in HOLD_A_SCHEMA:
            yield value
