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
    for words, sign in (("minimum", 1), ("maximum", -1)):
        was, now = _edge(old, words, sign), _edge(new, words, sign)
        if was != now:
            effect = edge_effect(was, now)
            yield changed(field, words, effect, _shown(was, sign), _shown(now, sign))
    for keyword in (*LOWEST, *HIGHEST):
        yield from _counts(old, new, keyword, field)
    yield from _forms(old, new, field)


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
    limits = [(schema.get(keyword), False)]
    limits.append((schema.get(f"exclusive{keyword.capitalize()}"), True))
    edges = [(sign * limit, is_out) for limit, is_out in limits if is_number(limit)]
    if not edges:
        return None
    value, is_exclusive = max(edges)
    if schema.get("type") != "integer" or math.isinf(value):
        return value, is_exclusive
    whole = math.floor(value) + 1 if is_exclusive else math.ceil(value)
    return whole, False


def _shown(edge: Edge | None, sign: int) -> Any:
    if edge is None:
        return None
    value = sign * edge[0]
    return {"exclusive": value} if edge[1] else value


def _counts(old: Schema, new: Schema, keyword: str, field: str) -> Iterator[Difference]:
    """Yield how the least or greatest count differs; a least one of none says nothing."""
    before, after = _count(old, keyword), _count(new, keyword)
    if keyword in LOWEST:
        before, after = before or None, after or None
    if before == after:
        return
    sign = 1 if keyword in LOWEST else -1
    was, now = (None if c is None else (sign * c, False) for c in (before, after))
    yield changed(field, keyword, edge_effect(was, now), before, after)


def _count(schema: Schema, keyword: str) -> int | None:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else None


def _forms(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how pattern, step and uniqueness differ."""
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        yield changed(field, "pattern", presence(before, after), before, after)
    are_whole = old.get("type") == new.get("type") == "integer"
    was, now = _step(old, are_whole), _step(new, are_whole)
    if was != now:
        before, after = old.get("multipleOf"), new.get("multipleOf")
        yield changed(field, "multipleOf", _step_effect(was, now), before, after)
    unique, uniques = (each.get("uniqueItems") is True for each in (old, new))
    if unique != uniques:
        effect: Effect = "narrower" if uniques else "wider"
        yield changed(field, "uniqueItems", effect, unique, uniques)


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
