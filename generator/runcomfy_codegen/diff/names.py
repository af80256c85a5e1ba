"""Compare the Python names that callers write: of modules, fields and classes."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

from runcomfy_codegen.diff.change import Change, Side
from runcomfy_codegen.diff.schemas import place_of
from runcomfy_codegen.ir import Class, Json, Module

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
    if not old.classes or not new.classes:
        return  # a model with Problems has none
    before, after = _names(old), _names(new)
    for place in sorted(before.keys() & after.keys()):
        side, field, kind = place
        for was, now in _pairs(before[place], after[place]):
            if was != now:
                what = f"{kind} {was} -> {now} in Python"
                yield Change(
                    model_id, side, field, f"{kind}-renamed", "breaking", what, was, now
                )


def _pairs(before: Named, after: Named) -> Iterator[tuple[str, str]]:
    """Yield what each name became: what has the most fields in common, or stands alone."""
    only = len(before) == len(after) == 1

    def alike(pair: tuple[str, str]) -> float:
        was, now = before[pair[0]], after[pair[1]]
        return len(was & now) / (len(was | now) or 1)

    left, right = set(before), set(after)
    pairs = product(sorted(before), sorted(after))
    for was, now in sorted(pairs, key=lambda pair: (-alike(pair), pair[0] != pair[1])):
        if was in left and now in right and (only or alike((was, now))):
            left.remove(was)
            right.remove(now)
            yield was, now


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
    for key, suffix in (("items", "[]"), ("additionalProperties", ".*")):
        yield from _references(schema.get(key), f"{place}{suffix}")
    for key in ("anyOf", "oneOf", "prefixItems"):
        for index, branch in enumerate(schema.get(key, ())):
            suffix = f"[{index}]" if key == "prefixItems" else ""
            yield from _references(branch, f"{place}{suffix}")
