"""Compare what two schemas of one type say of size, range and form."""

import json
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from runcomfy_codegen.diff.change import Difference, Effect
from runcomfy_codegen.diff.shapes import canonical
from runcomfy_codegen.ir import Schema

LOWEST = ("minLength", "minItems", "minProperties")
HIGHEST = ("maxLength", "maxItems", "maxProperties")


def limits(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield how the limits of two schemas differ."""
    for words, sign in (("minimum", 1), ("maximum", -1)):
        was, now = _edge(old, words, sign), _edge(new, words, sign)
        if was != now:
            effect = _effect(was, now)
            yield _changed(field, words, effect, _shown(was, sign), _shown(now, sign))
    for keyword in LOWEST:
        least, most = _count(old, keyword) or 0, _count(new, keyword) or 0
        if least != most:
            effect = "narrower" if most > least else "wider"
            yield _changed(field, keyword, effect, least or None, most or None)
    for keyword in HIGHEST:
        before, after = _count(old, keyword), _count(new, keyword)
        if before != after:
            limit = math.inf if before is None else before
            effect = (
                "narrower" if limit > (after or 0) and after is not None else "wider"
            )
            yield _changed(field, keyword, effect, before, after)
    yield from _forms(old, new, field)


def _edge(schema: Schema, keyword: str, sign: int) -> tuple[float, bool] | None:
    """Return the tighter of two limits as (value, exclusive), so that more is tighter."""
    inclusive = schema.get(keyword)
    exclusive = schema.get(f"exclusive{keyword.capitalize()}")
    edges = [
        (sign * value, is_exclusive)
        for value, is_exclusive in ((inclusive, False), (exclusive, True))
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    if not edges:
        return None
    value, is_exclusive = max(edges)
    if schema.get("type") != "integer" or math.isinf(value):
        return value, is_exclusive
    whole = math.floor(value) + 1 if is_exclusive else math.ceil(value)
    return whole, False


def _shown(edge: tuple[float, bool] | None, sign: int) -> Any:
    if edge is None:
        return None
    value = sign * edge[0]
    return {"exclusive": value} if edge[1] else value


def _effect(was: tuple[float, bool] | None, now: tuple[float, bool] | None) -> Effect:
    if was is None:
        return "narrower"
    return "wider" if now is None or now < was else "narrower"


def _forms(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    for keyword in ("pattern", "multipleOf"):
        before, after = old.get(keyword), new.get(keyword)
        if canonical(before) != canonical(after):
            effect = _presence(before, after)
            if keyword == "multipleOf" and effect == "different":
                effect = _step(before, after)
            yield _changed(field, keyword, effect, before, after)
    was, now = old.get("uniqueItems") is True, new.get("uniqueItems") is True
    if was != now:
        yield _changed(field, "uniqueItems", "narrower" if now else "wider", was, now)


def _presence(before: Any, after: Any) -> Effect:
    if before is None:
        return "narrower"
    return "wider" if after is None else "different"


def _step(before: Any, after: Any) -> Effect:
    """Return what a change of step does: each 4th is each 2nd, too."""
    was, now = Fraction(str(before)), Fraction(str(after))
    if now % was == 0:
        return "narrower"
    return "wider" if was % now == 0 else "different"


def _changed(
    field: str, kind: str, effect: Effect, before: Any, after: Any
) -> Difference:
    what = f"{kind} {_word(before)} -> {_word(after)}"
    return Difference(field, kind, effect, what, before, after)


def _word(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, dict) and value.keys() == {"exclusive"}:
        return f"{brief(value['exclusive'])} (exclusive)"
    return brief(value)


def brief(value: Any) -> str:
    """Return a value as short JSON on one line."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:60]} … {text[-12:]}"


def _count(schema: Schema, keyword: str) -> int | None:
    value = schema.get(keyword)
    return int(value) if isinstance(value, int | float) else None
