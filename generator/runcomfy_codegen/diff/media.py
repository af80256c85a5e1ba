"""Compare what two schemas say of a medium: which it is, how large and of what shape.

The service writes limits of files as `validations`: a rule such as `file_size_mb<` or
`width_pixels>`, and its value. What a rule limits is not known here, and need not be: its
sign says on which side of the value a file has to be.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from runcomfy_codegen.diff.change import Difference
from runcomfy_codegen.diff.limits import Edge, brief, edge_effect, presence
from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.parts import list_of
from runcomfy_codegen.schema.values import is_number, is_same

RULE = re.compile(r"\s*(.*?)\s*(<=|>=|<|>)?\s*")
Limit: TypeAlias = tuple[str, str]
"""What a rule limits, and its side: `<`, `>`, or nothing for a rule without a sign."""


def media(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how the media of two schemas differ."""
    yield from _kind(old, new, field)
    before, after = _rules(old), _rules(new)
    for limit in before | after:
        yield from _limit(limit, before.get(limit), after.get(limit), field)


def _kind(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield which kind of medium became which; of a list, its items say it."""
    if "array" in (old.get("type"), new.get("type")):
        return
    was, now = old.get("x-media"), new.get("x-media")
    if was != now:
        what = f"medium {_word(was)} -> {_word(now)}"
        yield Difference(field, "x-media", presence(was, now), what, was, now)


def _limit(limit: Limit, before: Json, after: Json, field: str) -> Iterator[Difference]:
    """Yield how one limit of a file differs."""
    if is_same(before, after):
        return
    name, side = limit
    effect = presence(before, after)
    if side and effect == "different":
        effect = edge_effect(_edge(side, before), _edge(side, after))
    what = f"{name} {side} {_word(before)} -> {_word(after)}".replace("  ", " ")
    yield Difference(field, "validations", effect, what, before, after)


def _edge(side: str, value: Json) -> Edge:
    """Return a limit so that a greater edge is tighter."""
    is_included = isinstance(value, dict)
    number = value["including"] if is_included else value
    return -number if side == "<" else number, not is_included


def _rules(schema: Schema) -> dict[Limit, Any]:
    """Return the value of each rule; of two of one kind the tighter one."""
    rules: dict[Limit, Any] = {}
    for rule in list_of(schema.get("validations")):
        if isinstance(rule, Mapping):
            limit, value = _rule(rule)
            known = rules.get(limit, value)
            rules[limit] = _tighter(limit, known, value)
    return rules


def _tighter(limit: Limit, one: Json, other: Json) -> Json:
    """Return the tighter of two values of a limit; the later one of what has no side."""
    _, side = limit
    if not side:
        return other
    return max(one, other, key=lambda value: _edge(side, value))


def _rule(rule: Mapping[str, Json]) -> tuple[Limit, Json]:
    """Return what a rule limits, and its value; one without a number has no side."""
    named, value = str(rule.get("validation_rule")), rule.get("validation_value")
    found = RULE.fullmatch(named)
    sign = found[2] if found else None
    if found is None or sign is None or not is_number(value):
        return (named, ""), value
    limit = found[1], sign[0]
    return limit, {"including": value} if sign.endswith("=") else value


def _word(value: Json) -> str:
    """Return a value as the words about a change show it."""
    match value:
        case None:
            return "none"
        case {"including": limit, **rest} if not rest:
            return f"{brief(limit)} (included)"
        case str():
            return value
        case _:
            return brief(value)
