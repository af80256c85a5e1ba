"""Visit every schema of a model, and collect what is said on the way.

Shared by the passes. Knows where JSON Schema keeps its subschemas, and nothing
of the dialect.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from operator import is_
from typing import Any, Literal, TypeAlias

from runcomfy_codegen.ir import Json, Model, Note, Problem, Schema, Severity
from runcomfy_codegen.schema.pointer import escape, is_index, unescape

Side: TypeAlias = Literal["input", "output"]

SCHEMA_KEYWORDS = frozenset(
    (
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
)
LIST_KEYWORDS = frozenset(("allOf", "anyOf", "items", "oneOf", "prefixItems"))
"""Keywords that may hold a list of schemas; `items` did before 2020-12."""
MAP_KEYWORDS = frozenset(
    ("properties", "patternProperties", "dependentSchemas", "$defs")
)
CONTAINERS = SCHEMA_KEYWORDS | LIST_KEYWORDS | MAP_KEYWORDS

MAX_DEPTH = 24
"""Nesting beyond this is refused: no real input has it, and recursion must end."""


MOST_SHOWN = 2**20
"""Characters of a default or an example; each is written down some ten times."""


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
            if isinstance(place, list) and is_index(part, place):
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
    if not (report.notes or report.problems) and all(
        getattr(model, name) is value for name, value in changes.items()
    ):
        return model
    return replace(
        model,
        notes=model.notes + tuple(report.notes),
        problems=model.problems + tuple(report.problems),
        **changes,
    )


def each_schema(
    model: Model,
    visit: Visit,
    sides: tuple[Side, ...] = ("input", "output"),
    having: Collection[str] = (),
) -> Model:
    """Return the model with every schema visited, parents before their children.

    With `having`, those alone that have one of these keywords.
    """
    report = report_on(model)
    wanted = frozenset(having)
    changes: dict[str, Schema] = {}
    if "input" in sides:
        changes["input_schema"] = _rewrite(
            model.input_schema, "/input_schema", visit, report, wanted
        )
    if "output" in sides:
        changes["output_schema"] = _rewrite(
            model.output_schema, model.output_pointer, visit, report, wanted
        )
    return with_report(model, report, **changes)


def _rewrite(
    schema: Schema,
    pointer: str,
    visit: Visit,
    report: Report,
    wanted: frozenset[str],
    depth: int = 0,
) -> Schema:
    if depth > MAX_DEPTH:
        return schema
    if not wanted or not wanted.isdisjoint(schema):
        schema = visit(schema, pointer, report)

    def below(child: Schema, place: str) -> Schema:
        return _rewrite(child, place, visit, report, wanted, depth + 1)

    return with_children(schema, pointer, below)


def with_children(
    schema: Schema, pointer: str, rewritten: Callable[[Schema, str], Schema]
) -> Schema:
    """Return a schema with each direct subschema that is an object rewritten.

    `rewritten` takes a subschema and its pointer. What it leaves as it is costs no copy.
    """
    if CONTAINERS.isdisjoint(schema):
        return schema
    new = schema
    for keyword, old in schema.items():
        place = f"{pointer}/{keyword}"
        value: Json = old
        if isinstance(old, dict) and keyword in SCHEMA_KEYWORDS:
            value = rewritten(old, place)
        elif isinstance(old, dict) and keyword in MAP_KEYWORDS:
            children = {
                name: (
                    rewritten(child, f"{place}/{escape(name)}")
                    if isinstance(child, dict)
                    else child
                )
                for name, child in old.items()
            }
            value = old if all(map(is_, children.values(), old.values())) else children
        elif isinstance(old, list) and keyword in LIST_KEYWORDS:
            items = [
                (
                    rewritten(child, f"{place}/{index}")
                    if isinstance(child, dict)
                    else child
                )
                for index, child in enumerate(old)
            ]
            value = old if all(map(is_, items, old)) else items
        if value is not old:
            new = dict(schema) if new is schema else new
            new[keyword] = value
    return new


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


def is_too_large(value: Json) -> bool:
    """Whether a value is more than docs and tests show."""
    if isinstance(value, str):
        return len(value) > MOST_SHOWN
    return isinstance(value, dict | list) and len(fingerprint(value)) > MOST_SHOWN


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return a schema's type names, null left out."""
    named = schema.get("type")
    names = named if isinstance(named, list) else [named]
    return tuple(name for name in names if isinstance(name, str) and name != "null")


def as_typed(schema: Json, value: Json) -> Json:
    """Return a value with 3 for 3.0 where an integer belongs, and doubles for numbers."""
    if not isinstance(schema, dict):
        return value
    if type(value) in (int, float):
        return _as_number(schema, value)
    for branch in _branches(schema):
        value = as_typed(branch, value)
    if isinstance(value, list):
        return [as_typed(schema.get("items"), item) for item in value]
    if isinstance(value, dict):
        known, rest = schema.get("properties"), schema.get("additionalProperties")
        children = known if isinstance(known, dict) else {}
        return {k: as_typed(children.get(k, rest), v) for k, v in value.items()}
    return value


def _branches(schema: Schema) -> list[Schema]:
    lists = [schema.get(keyword) for keyword in ("anyOf", "oneOf")]
    branches = [b for found in lists if isinstance(found, list) for b in found]
    return [branch for branch in branches if isinstance(branch, dict)]


def _types_within(schema: Schema) -> Iterator[str]:
    yield from types_of(schema)
    for branch in _branches(schema):
        yield from _types_within(branch)


def _as_number(schema: Schema, value: int | float) -> int | float:
    names = set(_types_within(schema))
    if "number" in names:
        return float(value) if float(value) != value else value
    return int(value) if "integer" in names and value == int(value) else value
