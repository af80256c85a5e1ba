"""The generated tests notice each single change to the module that they belong to."""

import ast
import json
from typing import Any

import pytest
from hypothesis import assume, given, settings

from benchmarks.mutants.equivalents import of_module
from benchmarks.mutants.modules import module_mutants
from benchmarks.mutants.rich import RICH
from benchmarks.mutants.schemas import schema_mutants
from benchmarks.mutants.score import score
from benchmarks.mutants.trial import Made, generate, noticed
from tests.support.checkout import SCHEMAS
from tests.support.stored_models import entries, schemas

STORED = tuple(
    json.loads(path.read_text("utf-8"))
    for path in sorted(SCHEMAS.rglob("*/*.json"))
    if not path.name.endswith(".overlay.json")
)
SMALL: dict[str, Any] = {
    "model_id": "acme/small",
    "input_schema": {
        "type": "object",
        "required": ["prompt"],
        "properties": {
            "prompt": {"type": "string", "maxLength": 99},
            "steps": {"type": "integer", "minimum": 1, "maximum": 9, "default": 4},
            "mode": {"type": "string", "enum": ["fast", "fine"], "default": "fast"},
            "loras": {
                "type": "array",
                "maxItems": 2,
                "items": {
                    "type": "object",
                    "required": ["path"],
                    "properties": {
                        "path": {"type": "string"},
                        "scale": {"type": "float", "maximum": 4, "default": 1},
                    },
                },
            },
        },
    },
    "output_schema": {"type": "object", "properties": {"audio": {"type": "string"}}},
}


def _made(entry: dict[str, Any]) -> Made:
    made = generate(entry)
    assert isinstance(made, Made), made
    return made


def _name(entry: dict[str, Any]) -> str:
    return str(entry["model_id"])


@pytest.mark.parametrize("entry", [*STORED, *RICH], ids=_name)
def test_the_tests_pass_as_they_are(entry: dict[str, Any]) -> None:
    made = _made(entry)
    assert noticed(made, ast.parse(made.module)) == ""


@settings(max_examples=60)
@given(entry=entries(schemas()))
def test_the_tests_of_any_schema_pass(entry: dict[str, Any]) -> None:
    made = generate(entry)
    assume(isinstance(made, Made))
    assert isinstance(made, Made)
    assert noticed(made, ast.parse(made.module), with_simulator=False) == ""


@pytest.mark.parametrize(
    "entry",
    [
        STORED[-1],
        *(
            pytest.param(entry, marks=[pytest.mark.stress, pytest.mark.soak])
            for entry in RICH
        ),
    ],
    ids=_name,
)
def test_every_changed_module_is_noticed(entry: dict[str, Any]) -> None:
    made = _made(entry)
    mutants = list(module_mutants(made.module))
    assert len(mutants) > 100
    survivors = [
        said
        for kind, said, tree in mutants
        if not of_module(kind, said, tree)
        and not noticed(made, tree, with_simulator=False)
    ]
    assert not survivors, f"{len(survivors)} of {len(mutants)}: {survivors}"


def test_every_changed_schema_is_noticed() -> None:
    assert len(list(schema_mutants(SMALL))) > 100
    outcomes = score(SMALL)
    assert {outcome.verdict for outcome in outcomes} >= {"noticed", "equivalent"}
    survivors = [outcome for outcome in outcomes if outcome.verdict == "survived"]
    assert not survivors, survivors


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("model_id = 'acme/small'", "model_id = 'acme/Small'"), "model_id is"),
        (("ge=1", "ge=2"), "steps: at least 1: refused"),
        (("le=9", "le=10"), "steps: above 9: accepted"),
        (("'fine'", "'fine', 'gone'"), "mode: offers 'gone'"),
        (
            ("steps: Annotated[int", "steps: Annotated[float"),
            "steps: takes 1.5, which is not int",
        ),
        (("path: str", "path: str | None"), "LorasItem.path: None is"),
        (("audio: str", "audio: int"), "audio: its type is"),
    ],
)
def test_a_failing_case_names_model_field_and_rule(
    change: tuple[str, str], said: str
) -> None:
    made = _made(SMALL)
    source = ast.unparse(ast.parse(made.module))
    assert change[0] in source
    report = noticed(made, ast.parse(source.replace(*change, 1)))
    assert report.startswith("AssertionError: acme/small")
    assert said in report


@pytest.mark.parametrize(
    ("attribute", "other"),
    [
        ("model_path", lambda model_id: f"/v1/model/{model_id}"),
        ("request_path", lambda request_id, action: f"/v1/{request_id}/{action}"),
        ("encode", lambda model_id, body: b"{}"),
    ],
)
def test_a_client_that_sends_something_else_is_noticed(
    monkeypatch: pytest.MonkeyPatch, attribute: str, other: Any
) -> None:
    monkeypatch.setattr(f"runcomfy_models._core.operations.{attribute}", other)
    made = _made(SMALL)
    assert noticed(made, ast.parse(made.module))
