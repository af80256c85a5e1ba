"""Visit every schema of a model in a pass, and collect what is said on the way."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from runcomfy_codegen.ir import Json, Model, Note, Problem, Schema, Severity
from runcomfy_codegen.normalise.shown import brief
from runcomfy_codegen.schema.pointer import (
    Absent,
    child_at,
    parts_of,
)
from runcomfy_codegen.schema.visit import MAX_DEPTH, with_children

Side: TypeAlias = Literal["input", "output"]


@dataclass(slots=True)
class Report:
    """Collects the notes and Problems of one pass over one model."""

    file: str
    overlay: Json
    overlay_path: str
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(
        self,
        pointer: str,
        before: Json,
        after: Json,
        why: str,
        severity: Severity = "info",
    ) -> None:
        """Say that something was changed, or noticed when before and after are equal."""
        file = self._file(pointer)
        self.notes.append(
            Note(file, pointer, severity, brief(before), brief(after), why)
        )

    def problem(self, pointer: str, what: str, fix: str) -> None:
        """Say what stops the model."""
        self.problems.append(Problem(self._file(pointer), pointer, what, fix))

    def _file(self, pointer: str) -> str:
        """Return the overlay's path if it set the value at the pointer."""
        place, is_in_a_list = self.overlay, False
        for part in parts_of(pointer):
            is_in_a_list |= isinstance(place, list)
            place = child_at(place, part)
        match place:
            case Absent():
                return self.file
            case None | dict() if not is_in_a_list:
                return self.file  # deleted, or patched further inside
            case _:
                return self.overlay_path


Visit: TypeAlias = Callable[[Schema, str, Report], Schema]
"""Takes a schema, its pointer and the report; returns the schema to put in its place."""


def report_on(model: Model) -> Report:
    """Return an empty report on a model."""
    return Report(model.path, model.overlay, model.overlay_path)


def with_report(model: Model, report: Report, **changes: Any) -> Model:
    """Return the model with changes, and with what a report holds."""
    changed = {}
    for name, value in changes.items():
        if getattr(model, name) is not value:
            changed[name] = value
    if not changed and not report.notes and not report.problems:
        return model
    return replace(
        model,
        notes=model.notes + tuple(report.notes),
        problems=model.problems + tuple(report.problems),
        **changed,
    )


def each_schema(
    model: Model,
    visit: Visit,
    sides: tuple[Side, ...] = ("input", "output"),
    having: Collection[str] = (),
) -> Model:
    """Return the model with every schema visited, parents before their children.

    With `having`, those alone that have one of these keywords; nothing is visited where
    there is none.
    """
    report = report_on(model)
    wanted = frozenset(having)
    changes: dict[str, Schema] = {}
    if "input" in sides and _may_have(model.input_schema, wanted, "input"):
        changes["input_schema"] = _rewrite(
            model.input_schema, "/input_schema", visit, report, wanted
        )
    if "output" in sides and _may_have(model.output_schema, wanted, "output"):
        changes["output_schema"] = _rewrite(
            model.output_schema, model.output_pointer, visit, report, wanted
        )
    return with_report(model, report, **changes)


_looked_at: dict[Side, tuple[Schema, frozenset[str]]] = {}
"""The last schema of each side, and all keys in it: pass after pass gets the same one."""


def _may_have(schema: Schema, wanted: frozenset[str], side: Side) -> bool:
    """Whether one of some keywords is anywhere in a schema, as a keyword or otherwise."""
    if not wanted:
        return True
    if side not in _looked_at or _looked_at[side][0] is not schema:
        _looked_at[side] = schema, _keys_in(schema)
    return not wanted.isdisjoint(_looked_at[side][1])


def _keys_in(schema: Schema) -> frozenset[str]:
    """Return every key of every object in a schema."""
    keys: set[str] = set()
    waiting: list[Json] = [schema]
    while waiting:
        place = waiting.pop()
        if isinstance(place, dict):
            keys.update(place)
            waiting.extend(place.values())
        elif isinstance(place, list):
            waiting.extend(place)
    return frozenset(keys)


def _rewrite(
    schema: Schema,
    pointer: str,
    visit: Visit,
    report: Report,
    wanted: frozenset[str],
    depth: int = 0,
) -> Schema:
    """Return a schema with itself, then each schema inside it, visited."""
    if depth > MAX_DEPTH:
        return schema
    if not wanted or not wanted.isdisjoint(schema):
        schema = visit(schema, pointer, report)

    def below(child: Schema, place: str) -> Schema:
        return _rewrite(child, place, visit, report, wanted, depth + 1)

    return with_children(schema, pointer, below)
