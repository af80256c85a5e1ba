"""Visit every schema of a model, and collect what is said on the way.

Shared by the passes. Knows where JSON Schema keeps its subschemas, and nothing
of the dialect.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from runcomfy_codegen.ir import Json, Model, Note, Problem, Schema, Severity
from runcomfy_codegen.json_pointer import escape, unescape

Side: TypeAlias = Literal["input", "output"]

SCHEMA_KEYWORDS = (
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
)
LIST_KEYWORDS = ("allOf", "anyOf", "oneOf", "prefixItems")
MAP_KEYWORDS = ("properties", "patternProperties", "dependentSchemas", "$defs")
CONTAINERS = frozenset((*SCHEMA_KEYWORDS, *LIST_KEYWORDS, *MAP_KEYWORDS))

MAX_DEPTH = 24
"""Nesting beyond this is refused: no real input has it, and recursion must end."""


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
        self.notes.append(
            Note(
                self._file(pointer), pointer, severity, brief(before), brief(after), why
            )
        )

    def problem(self, pointer: str, what: str, fix: str) -> None:
        """Say what stops the model."""
        self.problems.append(Problem(self._file(pointer), pointer, what, fix))

    def _file(self, pointer: str) -> str:
        """Return the overlay's path if it set the value at the pointer."""
        place, in_a_list = self.overlay, False
        for part in pointer.split("/")[1:]:
            part = unescape(part)
            if isinstance(place, list) and part.isdecimal() and int(part) < len(place):
                place, in_a_list = place[int(part)], True
            elif isinstance(place, dict) and part in place:
                place = place[part]
            else:
                return self.file
        is_set = in_a_list or (place is not None and not isinstance(place, dict))
        return self.overlay_path if is_set else self.file


Visit: TypeAlias = Callable[[Schema, str, Report], Schema]
"""Takes a schema, its pointer and the report; returns the schema to put in its place."""


def brief(value: Json) -> str:
    """Return a value as short JSON, or a string as it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:80]} … {text[-30:]}"


def report_on(model: Model) -> Report:
    """Return an empty report on a model."""
    return Report(model.path, model.overlay, model.overlay_path)


def with_report(model: Model, report: Report, **changes: Any) -> Model:
    """Return the model with changes, and with what a report holds."""
    return replace(
        model,
        notes=model.notes + tuple(report.notes),
        problems=model.problems + tuple(report.problems),
        **changes,
    )


def each_schema(
    model: Model, visit: Visit, sides: tuple[Side, ...] = ("input", "output")
) -> Model:
    """Return the model with every schema visited, parents before their children."""
    report = report_on(model)
    changes: dict[str, Schema] = {}
    if "input" in sides:
        changes["input_schema"] = rewrite(
            model.input_schema, "/input_schema", visit, report
        )
    if "output" in sides:
        changes["output_schema"] = rewrite(
            model.output_schema, model.output_pointer, visit, report
        )
    return with_report(model, report, **changes)


def rewrite(
    schema: Schema, pointer: str, visit: Visit, report: Report, depth: int = 0
) -> Schema:
    """Return a schema with itself and then each of its subschemas visited."""
    if depth > MAX_DEPTH:
        return schema
    visited = visit(schema, pointer, report)
    if CONTAINERS.isdisjoint(visited):
        return visited
    return replaced(
        visited,
        (
            (step, rewrite(child, pointer + place_of(step), visit, report, depth + 1))
            for step, child in subschemas(visited)
        ),
    )


def replaced(
    schema: Schema, children: Iterable[tuple[tuple[str, ...], Schema]]
) -> Schema:
    """Return a schema with other subschemas, each where its keys lead."""
    new: Schema = schema
    copied: set[str] = set()
    for (keyword, *rest), child in children:
        old: Json = new[keyword]
        key: Any = int(rest[0]) if rest and isinstance(old, list) else "".join(rest)
        if (old[key] if rest else old) is child:
            continue
        if not copied:
            new = dict(schema)
        if rest and keyword not in copied:
            new[keyword] = list(old) if isinstance(old, list) else dict(old)
        copied.add(keyword)
        if rest:
            new[keyword][key] = child
        else:
            new[keyword] = child
    return new


def place_of(step: tuple[str, ...]) -> str:
    """Return the keys that lead to a subschema as a JSON pointer."""
    keyword, *names = step
    return f"/{keyword}/{escape(names[0])}" if names else f"/{keyword}"


def subschemas(schema: Schema) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Yield each direct subschema that is an object, with the keys that lead to it."""
    for keyword, value in list(schema.items()):
        if keyword in SCHEMA_KEYWORDS and isinstance(value, dict):
            yield (keyword,), value
        elif keyword in LIST_KEYWORDS and isinstance(value, list):
            for index, child in enumerate(value):
                if isinstance(child, dict):
                    yield (keyword, str(index)), child
        elif keyword in MAP_KEYWORDS and isinstance(value, dict):
            for name, child in value.items():
                if isinstance(child, dict):
                    yield (keyword, name), child


def true_and_false(schema: Schema) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield each subschema of an input that is no object, but where that says enough."""
    if isinstance(schema.get("items"), bool):
        yield ("items",), schema["items"]
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        for index, child in enumerate(branches if isinstance(branches, list) else ()):
            if isinstance(child, bool):
                yield (keyword, str(index)), child
    properties = schema.get("properties")
    for name, child in (properties.items() if isinstance(properties, dict) else ()):
        if isinstance(child, bool):
            yield ("properties", name), child


def fingerprint(value: Json) -> str:
    """Return a text that two JSON values share if they are the same."""
    return json.dumps(value, sort_keys=True)


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return a schema's type names, null left out."""
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    return tuple(name for name in names if isinstance(name, str) and name != "null")
