"""Put what a local reference points to in its place.

Before: `{"$ref": "#/$defs/Size"}`.
After: the schema that stands at `/$defs/Size`, and no `$defs`.
"""

import json
from urllib.parse import unquote

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, report_on, with_report
from runcomfy_codegen.schema.keywords import PROSE
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.pointer import Absent, value_at
from runcomfy_codegen.schema.visit import MAX_DEPTH, with_children

DROPPED = frozenset(
    ("$anchor", "$defs", "$dynamicAnchor", "$id", "$schema", "definitions")
)
"""What serves references alone."""
WRITE_OUT = "write the schema out in an overlay"
MOST_COPIED = 4 * 2**20
"""Characters that references may stand for, all together."""
MAX_SCHEMAS = 20_000
"""References can double at each step: what they grow to is bounded."""


def inline_references(model: Model) -> Model:
    """Return the model without references. Remote and recursive ones are Problems."""
    report = report_on(model)
    sides = (
        (model.input_schema, "/input_schema"),
        (model.output_schema, model.output_pointer),
    )
    new_input, new_output = (
        _Inliner(root, report).inline(root, pointer, ()) for root, pointer in sides
    )
    return with_report(model, report, input_schema=new_input, output_schema=new_output)


class _Inliner:
    """Inlines the references of one schema, and counts what they grow to."""

    def __init__(self, root: Schema, report: Report) -> None:
        self.root, self.report = root, report
        self.count, self.too_deep = 0, False
        self.copied, self.sizes = 0, dict[str, int]()

    def inline(
        self, schema: Schema, pointer: str, trail: tuple[str, ...], depth: int = 0
    ) -> Schema:
        """Return a schema with each reference in it written out."""
        if self._is_too_large(pointer, depth):
            return {"type": "object"}
        if "$ref" in schema:
            return self._target(schema, pointer, trail, depth)

        def below(child: Schema, place: str) -> Schema:
            return self.inline(child, place, trail, depth + 1)

        is_clean = DROPPED.isdisjoint(schema)
        kept = schema if is_clean else without(schema, *DROPPED)
        return with_children(kept, pointer, below)

    def _is_too_large(self, pointer: str, depth: int) -> bool:
        """Count one more schema, and say once where there are too many, or too deep ones."""
        self.count += 1
        if self.count == MAX_SCHEMAS + 1:
            what = f"there are more than {MAX_SCHEMAS} schemas in it"
            self.report.problem(pointer, what, "publish a smaller schema")
        is_too_deep = depth >= MAX_DEPTH
        if is_too_deep and not self.too_deep:
            self.too_deep = True
            what = f"it is nested deeper than {MAX_DEPTH} levels"
            fix = "publish a flatter schema, or replace this part in an overlay"
            self.report.problem(pointer, what, fix)
        return is_too_deep or self.count > MAX_SCHEMAS

    def _target(
        self, schema: Schema, pointer: str, trail: tuple[str, ...], depth: int
    ) -> Schema:
        """Return what a reference points to, with what stands beside it."""
        reference, place = schema["$ref"], f"{pointer}/$ref"
        target = self._found(reference, place, trail)
        if target is None:
            return {"type": "object"}
        inner = self.inline(target, pointer, (*trail, reference), depth + 1)
        after = "the schema it points to"
        self.report.note(place, reference, after, "written in place")
        beside = without(schema, "$ref")
        outer = self.inline(beside, pointer, trail, depth + 1)
        said_twice = outer.keys() & inner.keys() - set(PROSE)
        if said_twice:
            return {"allOf": [outer, inner]}
        return {**inner, **outer}

    def _found(
        self, reference: Json, place: str, trail: tuple[str, ...]
    ) -> Schema | None:
        """Return what a reference points to; None, and a Problem, if it cannot be used."""
        wrong = _misleading(reference, trail)
        if wrong:
            self.report.problem(place, wrong, WRITE_OUT)
            return None
        target = _resolve(self.root, reference)
        if self._is_too_much(reference, target, place):
            return None
        if not isinstance(target, dict):
            what = f"{reference!r} points to no schema"
            self.report.problem(place, what, WRITE_OUT)
            return None
        return target

    def _is_too_much(self, reference: str, target: Json, place: str) -> bool:
        """Whether all that references stand for is more than is written down."""
        if reference not in self.sizes:
            self.sizes[reference] = len(json.dumps(target))
        before = self.copied
        self.copied += self.sizes[reference]
        is_too_much = self.copied > MOST_COPIED
        if is_too_much and before <= MOST_COPIED:  # say it once
            what = f"references stand for more than {MOST_COPIED // 2**20} MiB"
            self.report.problem(place, what, "publish a smaller schema")
        return is_too_much


def _misleading(reference: Json, trail: tuple[str, ...]) -> str:
    """Return what is wrong with where a reference leads; empty if nothing is."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return f"{reference!r} leads out of this file; nothing is fetched"
    if reference in trail:
        return f"{reference!r} leads back to itself: a recursive schema"
    return ""


def _resolve(root: Schema, reference: str) -> Json:
    """Return what a local reference points to; None where there is nothing."""
    pointer = unquote(reference).removeprefix("#")
    is_name = pointer and not pointer.startswith("/")  # of an anchor
    if is_name:
        return None
    target = value_at(root, pointer)
    return None if isinstance(target, Absent) else target
