"""Compare the Python names that callers write: of modules, fields and classes."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

from runcomfy_codegen.diff.change import Change, Side
from runcomfy_codegen.diff.schemas import place_of
from runcomfy_codegen.ir import Class, Json, Module
from runcomfy_codegen.schema.keywords import CHOICES

REFERENCE = "#/$defs/"
Place: TypeAlias = tuple[Side, str, str]
Named: TypeAlias = dict[str, frozenset[str]]
"""The Python names at a place, each with the fields of what it names."""


def renamed(old: Module, new: Module) -> Iterator[Change]:
    """Yield what has another Python name, at places that both modules have."""
    model_id = new.model.model_id
    was, now = f"{old.vendor}.{old.name}", f"{new.vendor}.{new.name}"
    if was != now:
        what = f"module {was} -> {now}"
        yield Change(model_id, "model", "", "module", "breaking", what, was, now)
    if old.classes and new.classes:  # a model with Problems has none
        yield from _renamed_inside(model_id, _names(old), _names(new))


def _renamed_inside(
    model_id: str, before: dict[Place, Named], after: dict[Place, Named]
) -> Iterator[Change]:
    """Yield which fields and classes have another name."""
    for place in sorted(before.keys() & after.keys()):
        side, field, thing = place
        for was, now in _pairs(before[place], after[place]):
            if was == now:
                continue
            kind = f"{thing}-renamed"
            what = f"{thing} {was} -> {now} in Python"
            yield Change(model_id, side, field, kind, "breaking", what, was, now)


def _pairs(before: Named, after: Named) -> Iterator[tuple[str, str]]:
    """Yield what each name became: what has the most fields in common, or stands alone."""
    likeness: dict[tuple[str, str], float] = {}
    for pair in product(sorted(before), sorted(after)):
        was, now = pair
        likeness[pair] = _likeness(before[was], after[now])
    if len(before) == len(after) == 1:
        yield from likeness
        return
    left, right = set(before), set(after)
    for was, now in sorted(likeness, key=lambda pair: _rank(pair, likeness[pair])):
        is_free = was in left and now in right
        if is_free and likeness[was, now]:
            left.remove(was)
            right.remove(now)
            yield was, now


def _likeness(was: frozenset[str], now: frozenset[str]) -> float:
    """Return which part of all the fields of two classes both have."""
    return len(was & now) / (len(was | now) or 1)


def _rank(pair: tuple[str, str], likeness: float) -> tuple[float, bool]:
    """Return by what pairs are ordered: the likest first, and of them those of one name."""
    was, now = pair
    return -likeness, was != now


def _names(module: Module) -> dict[Place, Named]:
    """Return the names by side, dotted place, and what is named."""
    names: dict[Place, Named] = defaultdict(dict)
    classes: dict[str, Class] = {cls.name: cls for cls in module.classes}

    def visit(side: Side, class_name: str, place: str) -> None:
        for field in classes[class_name].fields:
            below = place_of(place, field.wire_name)
            names[side, below, "field"][field.name] = frozenset({field.wire_name})
            for inner, path in _references(field.schema, below):
                fields = frozenset(each.wire_name for each in classes[inner].fields)
                names[side, path, "class"][inner] = fields
                visit(side, inner, path)

    visit("input", "Input", "")
    visit("output", "Output", "")
    return names


def _references(schema: Json, place: str) -> Iterator[tuple[str, str]]:
    """Yield each class that a schema mentions, and the dotted place of its objects."""
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        yield schema["$ref"].removeprefix(REFERENCE), place
    yield from _references(schema.get("items"), f"{place}[]")
    yield from _references(schema.get("additionalProperties"), f"{place}.*")
    for keyword in CHOICES:
        for branch in schema.get(keyword, ()):
            yield from _references(branch, place)
    for index, item in enumerate(schema.get("prefixItems", ())):
        yield from _references(item, f"{place}[{index}]")
