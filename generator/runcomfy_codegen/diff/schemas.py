"""Compare two normalised schemas, place by place."""

import json
import re
from collections.abc import Iterator

from runcomfy_codegen.diff.change import Difference, Effect
from runcomfy_codegen.diff.limits import brief, limits
from runcomfy_codegen.diff.shapes import (
    NUMERIC,
    VALIDATING,
    canonical,
    shape,
    validating,
)
from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.validator import SchemaJudge

MAX_PAIRINGS = 2_500
"""Beyond so many pairs of branches, each is compared with its like alone."""


def differences(
    old: Json, new: Json, field: str = "", trial: bool = False
) -> Iterator[Difference]:
    """Yield how two schemas differ, each at its dotted field.

    In a `trial`, which only asks whether one allows what the other does, branches are
    not tried against each other again: that would cost exponential time.
    """
    if _same(old, new):
        return
    yield from _words(old, new, field)
    was, now = shape(old), shape(new)
    if {} not in was.branches and {} not in now.branches:
        if was.nullable and not now.nullable:
            yield Difference(field, "null", "narrower", "null is no longer allowed")
        if now.nullable and not was.nullable:
            yield Difference(field, "null", "wider", "null is allowed too")
    yield from _branches(list(was.branches), list(now.branches), field, trial)


def _same(old: Json, new: Json) -> bool:
    # Python takes 1 and true for equal.
    return old is new or (
        old == new
        and json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True)
    )


def _words(old: Json, new: Json, field: str) -> Iterator[Difference]:
    """Yield what changed that does not say what is valid: text, samples, the default."""
    was, now = ({} if isinstance(s, bool) else s for s in (old, new))
    for key in sorted((was.keys() | now.keys()) - VALIDATING):
        before, after = was.get(key), now.get(key)
        if canonical(before) != canonical(after):
            yield Difference(
                field, key, "neutral", _reworded(key, before, after), before, after
            )


def _reworded(key: str, before: Json, after: Json) -> str:
    if key == "x-media":
        key = "medium"
    elif key != "default":
        return f"{key} changed"
    shown = ("none" if value is None else brief(value) for value in (before, after))
    return f"{key} {' -> '.join(shown)}"


def _branches(
    olds: list[Schema], news: list[Schema], field: str, trial: bool
) -> Iterator[Difference]:
    left, right = _without_twins(olds, news)
    for branch in list(left):
        like = [other for other in right if _alike(branch, other)]
        if like or (len(left) == len(right) == 1):
            other = max(like or right, key=lambda other: _in_common(branch, other))
            left.remove(branch)
            right.remove(other)
            yield from _branch(branch, other, field, trial)
    alone = trial or len(olds) * len(news) > MAX_PAIRINGS
    for branch in left:
        if alone or not any(_covers(other, branch) for other in news):
            what = f"{_called(branch)} is no longer allowed"
            yield Difference(field, "type", "narrower", what, _called(branch))
    for branch in right:
        if alone or not any(_covers(other, branch) for other in olds):
            what = f"{_called(branch)} is allowed too"
            yield Difference(field, "type", "wider", what, None, _called(branch))


def _without_twins(
    olds: list[Schema], news: list[Schema]
) -> tuple[list[Schema], list[Schema]]:
    """Return the branches of each that the other has not got."""
    was, now = ([canonical(branch) for branch in each] for each in (olds, news))
    left = [branch for branch, key in zip(olds, was, strict=True) if key not in now]
    right = [branch for branch, key in zip(news, now, strict=True) if key not in was]
    return left, right


def _alike(one: Schema, other: Schema) -> bool:
    types = one.get("type"), other.get("type")
    return types[0] == types[1] or set(types) == set(NUMERIC)


def _in_common(one: Schema, other: Schema) -> int:
    """Return how much two branches share, to pair each with its successor."""
    shared = len(one.get("properties", {}).keys() & other.get("properties", {}).keys())
    return 2 * shared + (("enum" in one) == ("enum" in other))


def _covers(schema: Schema, branch: Schema) -> bool:
    """Whether all that a branch allows, a schema allows too."""
    return not any(
        found.effect in ("narrower", "different")
        for found in _branch(branch, schema, "", trial=True)
    )


def _called(branch: Schema) -> str:
    if "enum" in branch:
        return _listed(branch["enum"])
    return str(branch.get("type", "any value"))


def _listed(values: list[Json]) -> str:
    shown = ", ".join(brief(value) for value in values[:6])
    return shown if len(values) <= 6 else f"{shown}, … ({len(values)} values)"


def _branch(old: Schema, new: Schema, field: str, trial: bool) -> Iterator[Difference]:
    if _same(old, new):
        return
    listed = [schema["enum"] for schema in (old, new) if "enum" in schema]
    effect = _type_effect(old.get("type"), new.get("type"))
    if effect and not (len(listed) == 2 and _alike(old, new)):
        was, now = old.get("type"), new.get("type")
        what = f"type {was or 'any'} -> {now or 'any'}"
        yield Difference(field, "type", effect, what, was, now)
        if effect == "different":
            return
    if listed:
        yield from _values(old, new, field)
        return
    yield from limits(old, new, field)
    was_items, items = (schema.get("items", True) for schema in (old, new))
    yield from differences(was_items, items, f"{field}[]", trial)
    yield from _objects(old, new, field, trial)


def _type_effect(old: Json, new: Json) -> Effect | None:
    if old == new:
        return None
    if old is None or (old, new) == ("number", "integer"):
        return "narrower"
    if new is None or (old, new) == ("integer", "number"):
        return "wider"
    return "different"


def _values(old: Schema, new: Schema, field: str) -> Iterator[Difference]:
    """Yield which listed values came and went; a type in their place is judged by them."""
    before, after = old.get("enum"), new.get("enum")
    gone = _refused(before or [], new)
    come = _refused(after or [], old)
    if after is None:
        yield Difference(
            field, "enum", "wider", f"not only {_listed(before or [])}", before
        )
        come = []
    if before is None:
        what = f"only {_listed(after or [])}"
        yield Difference(field, "enum", "narrower", what, None, after)
        gone = []
    if gone:
        what = f"{_listed(gone)} is no longer allowed"
        yield Difference(field, "enum", "narrower", what, before, after)
    if come:
        what = f"{_listed(come)} is allowed too"
        yield Difference(field, "enum", "wider", what, before, after)


def _refused(values: list[Json], schema: Schema) -> list[Json]:
    """Return those of the values that a schema does not allow."""
    if "enum" in schema:
        allowed = {canonical(value) for value in schema["enum"]}
        return [value for value in values if canonical(value) not in allowed]
    judge = SchemaJudge(validating(schema))
    return [value for value in values if not judge.is_valid(value)]


def _objects(old: Schema, new: Schema, field: str, trial: bool) -> Iterator[Difference]:
    was, now = old.get("properties", {}), new.get("properties", {})
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in [*was, *(name for name in now if name not in was)]:
        place = place_of(field, name)
        if name not in now:
            yield Difference(place, "field-removed", "narrower", "removed", was[name])
            continue
        if name not in was:
            effect: Effect = "narrower" if name in needs else "wider"
            what = "new, required" if name in needs else "new, optional"
            yield Difference(place, "field-added", effect, what, None, now[name])
            continue
        if (name in needs) != (name in needed):
            effect = "narrower" if name in needs else "wider"
            what = "required" if name in needs else "optional"
            yield Difference(place, "required", effect, f"now {what}")
        yield from differences(was[name], now[name], place, trial)
    yield from _others(old, new, field, trial)


def _others(old: Schema, new: Schema, field: str, trial: bool) -> Iterator[Difference]:
    was, now = (s.get("additionalProperties", True) for s in (old, new))
    if was is False and now is not False:
        yield Difference(field, "opened", "wider", "other fields are allowed too")
    elif now is False and was is not False:
        yield Difference(
            field, "closed", "narrower", "other fields are no longer allowed"
        )
    else:
        yield from differences(was, now, place_of(field, "*"), trial)


def place_of(field: str, name: str) -> str:
    """Return the dotted place of a field, its name quoted where it would mislead."""
    plain = name == "*" or re.fullmatch(r"[\w-]+", name)
    shown = name if plain else json.dumps(name, ensure_ascii=False)
    return f"{field}.{shown}" if field else shown
