"""A generated Input and jsonschema take and refuse the same, but where we mean otherwise.

What we mean otherwise stands in DIFFERENCES, with why; `OurJudge` is jsonschema with
those differences and nothing else.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError as JudgedInvalid
from jsonschema.validators import extend
from payloads import Judge, payloads, random_payloads, valid, values
from pydantic import ValidationError
from trees import CATALOGUE, SCHEMAS, Generated, generated, golden

from runcomfy_codegen.schema.validator import is_explosive, matches

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
    "a pattern that could explode ends at the end": (
        "it is matched in linear time, where `$` is the end, as JSON Schema has it; for "
        "Python, a line break may follow",
        {
            "type": "object",
            "properties": {"x": {"type": "string", "pattern": "^(a+)+$"}},
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


def _is_of_type(
    validator: Any, named: Any, instance: Any, schema: Any
) -> Iterator[JudgedInvalid]:
    names = named if isinstance(named, list) else [named]
    listed = [schema["const"]] if "const" in schema else schema.get("enum", [])
    numbers = [value for value in listed if isinstance(value, int)]
    is_literal = listed and all(-(2**63) <= value < 2**63 for value in numbers)
    if isinstance(instance, float) and "number" not in names and not is_literal:
        yield JudgedInvalid("a float is no integer")
    if isinstance(instance, int) and "number" in names:
        try:
            float(instance)
        except OverflowError:
            yield JudgedInvalid("too large for a double")
    yield from Draft202012Validator.VALIDATORS["type"](
        validator, named, instance, schema
    )


def _is_matching(
    validator: Any, pattern: Any, instance: Any, schema: Any
) -> Iterator[JudgedInvalid]:
    if isinstance(instance, str) and is_explosive(pattern):
        if not matches(pattern, instance):
            yield JudgedInvalid("no match")
        return
    yield from Draft202012Validator.VALIDATORS["pattern"](
        validator, pattern, instance, schema
    )


OurJudge = extend(Judge, {"pattern": _is_matching, "type": _is_of_type})


def _without_none(schema: dict[str, Any], value: Any) -> Any:
    """Return a value without the optional fields that are None where null is refused."""
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        pruned = _without_none(branch, value)
        if pruned != value:
            return pruned
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [_without_none(schema["items"], item) for item in value]
    if not isinstance(value, dict):
        return value
    others = schema.get("additionalProperties")
    kept = {}
    for name, inner in value.items():
        child = schema.get("properties", {}).get(name)
        if child is None:
            child = others if isinstance(others, dict) else {}
        elif (
            inner is None
            and name not in schema.get("required", ())
            and not Draft202012Validator(child).is_valid(None)
        ):
            continue
        kept[name] = _without_none(child, inner)
    return kept


def _disagreement(model: Generated, judge: Any, body: dict[str, Any]) -> str:
    """Return how the Input and the judge differ over a body, or over what is sent."""
    meant = _without_none(model.input_schema, body)
    reasons = [error.message for error in judge.iter_errors(meant)]
    try:
        model_input = model.module.Input(**body)
    except ValidationError as error:
        return "" if reasons else f"refused: {body!r:.300}: {error!s:.300}"
    if reasons:
        return f"accepted: {body!r:.300}: {reasons!r:.300}"
    sent = wire_body(model_input)
    return "" if _is_same(sent, meant) else f"{body!r:.300} is sent as {sent!r:.300}"


def wire_body(model_input: Any) -> Any:
    """Return what the `_models` beside a generated module makes of an input."""
    package = type(model_input).__module__.rpartition(".")[0].rpartition(".")[0]
    return sys.modules[f"{package}._models"].wire_body(model_input)


def _is_same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same to a double: 1 is 1.0, and true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _is_same(one[key], other[key]) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    are_numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return one == other or (are_numbers and float(one) == float(other))


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
            said = _disagreement(model, judge, body)
            wrong += [f"{model.origin}: {said}"] if said else []
    assert not wrong, "\n".join([f"{len(wrong)} of {count}", *wrong[:40]])


def test_random_payloads(models: list[Generated]) -> None:
    for model in models:
        if not model.input_schema.get("properties"):
            continue
        judge = OurJudge(model.input_schema)

        @settings(max_examples=8)
        @given(body=random_payloads(model.input_schema))
        def agree(body: dict[str, Any]) -> None:
            said = _disagreement(model, judge, body)  # noqa: B023
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
                meant = _without_none(model.input_schema, whole)
                try:
                    setattr(model_input, names[wire_name], value)
                except ValidationError:
                    fine = not judge.is_valid(meant)
                else:
                    fine = _is_same(wire_body(model_input), meant)
                wrong += (
                    [] if fine else [f"{model.origin}: {wire_name} = {value!r:.99}"]
                )
    assert not wrong, "\n".join(wrong[:40])


@pytest.mark.parametrize("name", DIFFERENCES)
def test_difference_by_design(name: str) -> None:
    _, schema, body, ours = DIFFERENCES[name]
    assert Draft202012Validator(schema).is_valid(body) != ours
    assert OurJudge(schema).is_valid(_without_none(schema, body)) == ours
