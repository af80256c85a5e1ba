"""Compare two normalised schemas, place by place."""

import json
import re
from collections.abc import Iterator

from runcomfy_codegen.diff.change import Difference, Effect
from runcomfy_codegen.diff.limits import limits
from runcomfy_codegen.diff.media import media
from runcomfy_codegen.diff.shapes import Shape, shape
from runcomfy_codegen.diff.values import listed, values
from runcomfy_codegen.diff.words import words
from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.keywords import NUMERIC
from runcomfy_codegen.schema.read import properties_of, required_of
from runcomfy_codegen.schema.values import identity, is_same

MAX_PAIRINGS = 2_500
"""Beyond so many pairs of branches, each is compared with its like alone."""


def differences(
    old: Json, new: Json, field: str = "", trial: bool = False
) -> Iterator[Difference]:
    """Yield how two schemas differ, each at its dotted field.

    In a `trial`, which only asks whether one allows what the other does, branches are
    not tried against each other again: that would cost exponential time.
    """
    if is_same(old, new):
        return
    if not trial:
        yield from words(old, new, field)
    was, now = shape(old), shape(new)
    yield from _null(was, now, field)
    yield from _branches(list(was.branches), list(now.branches), field, trial)


def _null(was: Shape, now: Shape, field: str) -> Iterator[Difference]:
    """Yield whether null came or went; what allows anything says nothing of it."""
    if {} in (*was.branches, *now.branches):
        return
    match was.nullable, now.nullable:
        case True, False:
            what = "null is no longer allowed"
            yield Difference(field, "null", "narrower", what)
        case False, True:
            what = "null is allowed too"
            yield Difference(field, "null", "wider", what)


def _branches(
    olds: list[Schema], news: list[Schema], field: str, trial: bool
) -> Iterator[Difference]:
    """Yield how branches differ, each from its successor, and which came and went."""
    left, right = _without_twins(olds, news)
    for branch in list(left):
        successor = _successor(branch, left, right)
        if successor is not None:
            left.remove(branch)
            right.remove(successor)
            yield from _branch(branch, successor, field, trial)
    if not trial and len(olds) * len(news) <= MAX_PAIRINGS:
        left = _uncovered(left, news)
        right = _uncovered(right, olds)
    for branch in left:
        what = f"{_called(branch)} is no longer allowed"
        yield Difference(field, "type", "narrower", what, _called(branch))
    for branch in right:
        what = f"{_called(branch)} is allowed too"
        yield Difference(field, "type", "wider", what, None, _called(branch))


def _uncovered(branches: list[Schema], others: list[Schema]) -> list[Schema]:
    """Return the branches that allow something which no other allows."""
    found = []
    for branch in branches:
        if not any(_covers(other, branch) for other in others):
            found.append(branch)
    return found


def _successor(
    branch: Schema, left: list[Schema], right: list[Schema]
) -> Schema | None:
    """Return the branch that took the place of one: of its type, or the only one left."""
    candidates = [each for each in right if _alike(branch, each)]
    if not candidates and len(left) == len(right) == 1:
        candidates = right
    return max(candidates, key=lambda each: _in_common(branch, each), default=None)


def _without_twins(
    olds: list[Schema], news: list[Schema]
) -> tuple[list[Schema], list[Schema]]:
    """Return the branches of each that the other has not got."""
    was, now = (set(map(identity, each)) for each in (olds, news))
    left = [branch for branch in olds if identity(branch) not in now]
    right = [branch for branch in news if identity(branch) not in was]
    return left, right


def _alike(one: Schema, other: Schema) -> bool:
    """Whether two branches are of one type, or both are numbers."""
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
        return listed(branch["enum"])
    return str(branch.get("type", "any value"))


def _branch(old: Schema, new: Schema, field: str, trial: bool) -> Iterator[Difference]:
    """Yield how two schemas differ that have one type each, or none."""
    if is_same(old, new):
        return
    effect = _type_effect(old, new)
    if effect:
        was, now = old.get("type"), new.get("type")
        what = f"type {was or 'any'} -> {now or 'any'}"
        yield Difference(field, "type", effect, what, was, now)
    if effect == "different":
        return
    yield from media(old, new, field)
    if "enum" in old or "enum" in new:
        yield from values(old, new, field)
        return
    yield from limits(old, new, field)
    was_items, items = old.get("items", True), new.get("items", True)
    yield from differences(was_items, items, f"{field}[]", trial)
    yield from _objects(old, new, field, trial)


def _type_effect(old: Schema, new: Schema) -> Effect | None:
    """Return what a change of type does; None where there is none, or values say it."""
    if "enum" in old and "enum" in new and _alike(old, new):
        return None
    match old.get("type"), new.get("type"):
        case was, now if was == now:
            return None
        case (None, _) | ("number", "integer"):
            return "narrower"
        case (_, None) | ("integer", "number"):
            return "wider"
        case _:
            return "different"


def _objects(old: Schema, new: Schema, field: str, trial: bool) -> Iterator[Difference]:
    """Yield how the fields of two objects differ."""
    was, now = properties_of(old), properties_of(new)
    needed, needs = set(required_of(old)), set(required_of(new))
    for name in was | now:
        place = place_of(field, name)
        is_required = name in needs
        if name not in now:
            yield Difference(place, "field-removed", "narrower", "removed", was[name])
        elif name not in was:
            yield _added(place, now[name], is_required)
        else:
            was_required = name in needed
            yield from _requirement(place, was_required, is_required)
            yield from differences(was[name], now[name], place, trial)
    yield from _additional(old, new, field, trial)


def _added(place: str, schema: Json, is_required: bool) -> Difference:
    """Return the difference that there is a new field."""
    kind = "field-added"
    if is_required:
        return Difference(place, kind, "narrower", "new, required", None, schema)
    return Difference(place, kind, "wider", "new, optional", None, schema)


def _requirement(place: str, was: bool, now: bool) -> Iterator[Difference]:
    """Yield that a field has to be given now, or may be left out now."""
    match was, now:
        case False, True:
            yield Difference(place, "required", "narrower", "now required")
        case True, False:
            yield Difference(place, "required", "wider", "now optional")


def _additional(
    old: Schema, new: Schema, field: str, trial: bool
) -> Iterator[Difference]:
    """Yield how the fields differ that have no name."""
    was = old.get("additionalProperties", True)
    now = new.get("additionalProperties", True)
    match was, now:
        case False, False:
            return
        case False, _:
            yield Difference(field, "opened", "wider", "other fields are allowed too")
        case _, False:
            what = "other fields are no longer allowed"
            yield Difference(field, "closed", "narrower", what)
        case _:
            yield from differences(was, now, place_of(field, "*"), trial)


def place_of(field: str, name: str) -> str:
    """Return the dotted place of a field, its name quoted where it would mislead."""
    plain = name == "*" or re.fullmatch(r"[\w-]+", name)
    shown = name if plain else json.dumps(name, ensure_ascii=False)
    return f"{field}.{shown}" if field else shown
