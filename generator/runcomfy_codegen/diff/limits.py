"""Compare what two schemas of one type say of size, range and form."""

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, TypeAlias

from runcomfy_codegen.diff.change import Difference, Effect
from runcomfy_codegen.ir import Schema
from runcomfy_codegen.schema.values import is_number

LOWEST = ("minLength", "minItems", "minProperties")
HIGHEST = ("maxLength", "maxItems", "maxProperties")
Edge: TypeAlias = tuple[float, bool]
"""A limit and whether it is excluded itself, so that a greater edge is tighter."""


def limits(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how the limits of two schemas differ."""
    yield from _bound(old, new, field, "minimum", 1)
    yield from _bound(old, new, field, "maximum", -1)
    yield from _counts(old, new, field)
    yield from _pattern(old, new, field)
    yield from _multiple(old, new, field)
    yield from _uniqueness(old, new, field)


def _bound(
    old: Schema, new: Schema, field: str, keyword: str, sign: int
) -> Iterator[Difference]:
    """Yield how the bound of a number differs; `sign` is -1 for an upper one."""
    was = _edge(old, keyword, sign)
    now = _edge(new, keyword, sign)
    if was != now:
        effect = edge_effect(was, now)
        before, after = _shown(was, sign), _shown(now, sign)
        yield changed(field, keyword, effect, before, after)


def edge_effect(was: Edge | None, now: Edge | None) -> Effect:
    """Return what it does that one edge takes the place of another."""
    if was is None:
        return "narrower"
    return "wider" if now is None or now < was else "narrower"


def changed(
    field: str, kind: str, effect: Effect, before: Any, after: Any
) -> Difference:
    """Return the difference that a keyword has another value."""
    what = f"{kind} {_word(before)} -> {_word(after)}"
    return Difference(field, kind, effect, what, before, after)


def brief(value: Any) -> str:
    """Return a value as short JSON on one line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:60]} … {text[-12:]}"


def _edge(schema: Schema, keyword: str, sign: int) -> Edge | None:
    """Return the tighter of two limits; of whole numbers, one that is included."""
    included = schema.get(keyword)
    excluded = schema.get(f"exclusive{keyword.capitalize()}")
    edges = []
    if is_number(included):
        edges.append((sign * included, False))
    if is_number(excluded):
        edges.append((sign * excluded, True))
    tightest = max(edges, default=None)
    if tightest is None:
        return None
    return _of_whole(tightest) if schema.get("type") == "integer" else tightest


def _of_whole(edge: Edge) -> Edge:
    """Return an edge of whole numbers as the last of them that is inside of it."""
    value, is_exclusive = edge
    if math.isinf(value):
        return edge
    if is_exclusive:
        return math.floor(value) + 1, False
    return math.ceil(value), False


def _shown(edge: Edge | None, sign: int) -> Any:
    if edge is None:
        return None
    value = sign * edge[0]
    return {"exclusive": value} if edge[1] else value


def _counts(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how the least and the greatest counts differ."""
    for keyword in LOWEST:
        before = _count(old, keyword) or None  # to demand none says nothing
        after = _count(new, keyword) or None
        yield from _one_count(field, keyword, before, after, 1)
    for keyword in HIGHEST:
        before = _count(old, keyword)
        after = _count(new, keyword)
        yield from _one_count(field, keyword, before, after, -1)


def _one_count(
    field: str, keyword: str, before: int | None, after: int | None, sign: int
) -> Iterator[Difference]:
    """Yield how one count differs; `sign` is -1 for a greatest one."""
    if before != after:
        was = None if before is None else (sign * before, False)
        now = None if after is None else (sign * after, False)
        yield changed(field, keyword, edge_effect(was, now), before, after)


def _pattern(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        yield changed(field, "pattern", presence(before, after), before, after)


def _multiple(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how the step between the values of a number differs."""
    are_whole = old.get("type") == new.get("type") == "integer"
    was = _step(old, are_whole)
    now = _step(new, are_whole)
    if was != now:
        before, after = old.get("multipleOf"), new.get("multipleOf")
        yield changed(field, "multipleOf", _step_effect(was, now), before, after)


def _uniqueness(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield whether each item has to stand once in the one, and not in the other."""
    was = old.get("uniqueItems") is True
    now = new.get("uniqueItems") is True
    if was != now:
        effect: Effect = "narrower" if now else "wider"
        yield changed(field, "uniqueItems", effect, was, now)


def _count(schema: Schema, keyword: str) -> int | None:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else None


def presence(before: Any, after: Any) -> Effect:
    """Return what it does that a rule came, went, or became another."""
    if before is None:
        return "narrower"
    return "wider" if after is None else "different"


def _step(schema: Schema, is_whole: bool) -> Fraction | None:
    """Return the step between the values of a number: between whole ones 1, if not more."""
    multiple = schema.get("multipleOf")
    step = Fraction(str(multiple)) if is_number(multiple) and multiple > 0 else None
    if not is_whole:
        return step
    # The whole multiples of 3/2 are those of 3.
    return Fraction(1 if step is None else step.numerator)


def _step_effect(was: Fraction | None, now: Fraction | None) -> Effect:
    """Return what a change of step does: each 4th is each 2nd, too."""
    if was is None or now is None:
        return presence(was, now)
    if now % was == 0:
        return "narrower"
    return "wider" if was % now == 0 else "different"


def _word(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict) and value.keys() == {"exclusive"}:
        return f"{brief(value['exclusive'])} (exclusive)"
    return brief(value)
