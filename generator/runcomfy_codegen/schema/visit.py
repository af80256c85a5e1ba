"""Visit the subschemas of a schema. Knows where JSON Schema keeps them, and nothing more."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_
from typing import Any, TypeAlias

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
        rewritten = REWRITTEN.get((keyword, type(old)), _as_it_is)
        place = f"{pointer}/{keyword}"
        new = rewritten(old, place, rewrite)
        if new is not old:
            changed[keyword] = new
    if not changed:
        return schema
    return {**schema, **changed}


def _as_it_is(old: Json, place: str, rewrite: Rewrite) -> Json:
    return old


def _one(old: Schema, place: str, rewrite: Rewrite) -> Schema:
    return rewrite(old, place)


def _map(old: Mapping[str, Json], place: str, rewrite: Rewrite) -> Mapping[str, Json]:
    """Return a map of schemas, each rewritten; the old one if none changed."""
    new = {}
    for name, child in old.items():
        if isinstance(child, dict):
            child = rewrite(child, f"{place}/{escape(name)}")
        new[name] = child
    return old if all(map(is_, new.values(), old.values())) else new


def _list(old: list[Json], place: str, rewrite: Rewrite) -> list[Json]:
    """Return a list of schemas, each rewritten; the old one if none changed."""
    new = []
    for index, child in enumerate(old):
        if isinstance(child, dict):
            child = rewrite(child, f"{place}/{index}")
        new.append(child)
    return old if all(map(is_, new, old)) else new


REWRITTEN: dict[tuple[str, type], Callable[[Any, str, Rewrite], Json]] = {
    **{(keyword, dict): _one for keyword in HOLD_A_SCHEMA},
    **{(keyword, dict): _map for keyword in HOLD_A_MAP},
    **{(keyword, list): _list for keyword in HOLD_A_LIST},
}
"""How the schemas are rewritten that a keyword holds, by what its value is."""


def children(schema: Schema) -> Iterator[Json]:
    """Yield each direct subschema, true and false among them."""
    for keyword, value in schema.items():
        held = HELD.get((keyword, type(value)))
        if held is not None:
            yield from held(value)


def _alone(value: Json) -> Iterable[Json]:
    return (value,)


HELD: dict[tuple[str, type], Callable[[Any], Iterable[Json]]] = {
    **{(keyword, bool): _alone for keyword in HOLD_A_SCHEMA},
    **{(keyword, dict): _alone for keyword in HOLD_A_SCHEMA},
    **{(keyword, dict): dict.values for keyword in HOLD_A_MAP},
    **{(keyword, list): iter for keyword in HOLD_A_LIST},
}
"""The schemas that a keyword holds, by what its value is."""
