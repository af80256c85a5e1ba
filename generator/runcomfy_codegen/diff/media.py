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
from runcomfy_codegen.schema.values import is_number, is_same

RULE = re.compile(r"\s*(.*?)\s*(<=|>=|<|>)?\s*")
Limit: TypeAlias = tuple[str, str]
"""What a rule limits, and its side: `<`, `>`, or nothing for a rule without a sign."""


def media(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how the media of two schemas differ."""
    is_list = "array" in (old.get("type"), new.get("type"))  # its items say it too
    was, now = old.get("x-media"), new.get("x-media")
    if was != now and not is_list:
        what = f"medium {_word(was)} -> {_word(now)}"
        yield Difference(field, "x-media", presence(was, now), what, was, now)
    before, after = _rules(old), _rules(new)
    for limit in [*before, *(limit for limit in after if limit not in before)]:
        yield from _limit(limit, before.get(limit), after.get(limit), field)


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


def _edge(side: str, value: Json) -> Edge | None:
    """Return a limit so that a greater edge is tighter."""
    is_included = isinstance(value, dict)
    number = value["including"] if is_included else value
    return -number if side == "<" else number, not is_included


def _rules(schema: Schema) -> dict[Limit, Any]:
    """Return the value of each rule; of two of one kind the tighter one."""
    rules: dict[Limit, Any] = {}
    listed = schema.get("validations")
    for rule in listed if isinstance(listed, list) else ():
        if not isinstance(rule, Mapping):
            continue
        limit, value = _rule(rule)
        if limit in rules and limit[1]:
            value = max(rules[limit], value, key=lambda v: _edge(limit[1], v) or (0, 0))
        rules[limit] = value
    return rules


def _rule(rule: Mapping[str, Json]) -> tuple[Limit, Json]:
    """Return what a rule limits, and its value; one without a number has no side."""
    named, value = str(rule.get("validation_rule")), rule.get("validation_value")
    found = RULE.fullmatch(named)
    if found is None or found[2] is None or not is_number(value):
        return (named, ""), value
    side = found[2][0]
    return (found[1], side), {"including": value} if found[2].endswith("=") else value


def _word(value: Json) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict) and value.keys() == {"including"}:
        return f"{brief(value['including'])} (included)"
    return value if isinstance(value, str) else brief(value)
