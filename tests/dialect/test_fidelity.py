"""A generated Input and jsonschema take and refuse the same, but where we mean otherwise.

What we mean otherwise stands in DIFFERENCES, with why; `OurJudge` is jsonschema with
those differences and nothing else.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from tests.support.agreement import (
    OurJudge,
    disagreement,
    is_same,
    wire_body,
    without_none,
)
from tests.support.checkout import CATALOGUE, SCHEMAS
from tests.support.payloads import payloads, random_payloads, valid, values
from tests.support.trees import Generated, generated, golden

DIFFERENCES: Mapping[str, tuple[str, dict[str, Any], Any, bool]] = {
    "None means left out": (
        "an optional argument is written `x: int | None = None` in Python, and what is "
        "None does not go over the wire; null that the schema allows is sent",
        {"type": "object", "properties": {"x": {"type": "integer"}}},
        {"x": None},
        True,
    ),
    "1.0 is no integer": (
        "a float where whole numbers belong is a mistake in Python, and services that "
        "check types refuse it on the wire; in an enum it is the value it equals, and "
        "that is sent, as far as 64 bits go",
        {"type": "object", "properties": {"x": {"type": "integer"}}},
        {"x": 1.0},
        False,
    ),
    "multiples go by decimals": (
        "0.3 is three times 0.1 to everybody but binary fractions",
        {"type": "object", "properties": {"x": {"type": "number", "multipleOf": 0.1}}},
        {"x": 0.3},
        True,
    ),
    "the end of a pattern is the end": (
        "JSON Schema has it so; for Python, and so for jsonschema, a line break may follow",
        {
            "type": "object",
            "properties": {"x": {"type": "string", "pattern": "^a+$"}},
        },
        {"x": "aa\n"},
        False,
    ),
    "a number fits into a double": (
        "it is a float in Python, and in almost every service",
        {"type": "object", "properties": {"x": {"type": "number"}}},
        {"x": 10**400},
        False,
    ),
}


def _catalogue(folder: Path) -> Iterator[Generated]:
    entries = json.loads(CATALOGUE.read_text("utf-8"))
    for entry in entries["models"] if isinstance(entries, dict) else entries:
        path = folder / "catalogue" / f"{entry['model_id']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(entry), "utf-8")
    yield from generated(folder / "catalogue", folder, "tree_catalogue")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> list[Generated]:
    folder = tmp_path_factory.mktemp("trees")
    found = list(generated(SCHEMAS, folder, "tree_five"))
    found += golden(folder)
    if CATALOGUE.exists():
        found += _catalogue(folder)
    return found


def test_every_limit(models: list[Generated]) -> None:
    wrong, count = [], 0
    for model in models:
        judge = OurJudge(model.input_schema)
        for body in payloads(model.input_schema):
            count += 1
            said = disagreement(model, judge, body)
            wrong += [f"{model.origin}: {said}"] if said else []
    assert not wrong, "\n".join([f"{len(wrong)} of {count}", *wrong[:40]])


@pytest.mark.parametrize(
    "examples", [3, pytest.param(25, marks=[pytest.mark.stress, pytest.mark.soak])]
)
def test_random_payloads(models: list[Generated], examples: int) -> None:
    for model in models:
        if not model.input_schema.get("properties"):
            continue
        judge = OurJudge(model.input_schema)

        @settings(max_examples=examples)
        @given(body=random_payloads(model.input_schema))
        def agree(body: dict[str, Any]) -> None:
            said = disagreement(model, judge, body)  # noqa: B023
            assert not said, f"{model.origin}: {said}"  # noqa: B023

        agree()


def test_assignment_is_validated(models: list[Generated]) -> None:
    wrong = []
    for model in models:
        judge = OurJudge(model.input_schema)
        body = valid(model.input_schema)
        names = {f.alias or n: n for n, f in model.module.Input.model_fields.items()}
        for wire_name, schema in model.input_schema["properties"].items():
            for value in values(schema):
                model_input = model.module.Input(**body)
                whole = {**body, wire_name: value}
                meant = without_none(model.input_schema, whole)
                try:
                    setattr(model_input, names[wire_name], value)
                except ValidationError:
                    fine = not judge.is_valid(meant)
                else:
                    fine = is_same(wire_body(model_input), meant)
                wrong += (
                    [] if fine else [f"{model.origin}: {wire_name} = {value!r:.99}"]
                )
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference_by_design(name: str) -> None:
    _, schema, body, ours = DIFFERENCES[name]
    assert Draft202012Validator(schema).is_valid(body) != ours
    assert OurJudge(schema).is_valid(without_none(schema, body)) == ours
