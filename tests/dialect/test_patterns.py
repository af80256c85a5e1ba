"""How a pattern is matched: as Python does, in linear time, or not at all."""

import json
import re
import warnings
from pathlib import Path

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main
from runcomfy_codegen.schema.patterns import is_explosive, is_linear, matches
from runcomfy_codegen.schema.validator import (
    InputJudge,
    SchemaJudge,
    StrictJudge,
    is_valid,
)

LOOKING = "a*(?=b)"
"""One choice, and nothing that is matched in linear time."""
LONGEST = 3161
"""The longest text that so few choices may be tried on."""


@pytest.mark.parametrize(
    ("pattern", "explosive", "linear"),
    [
        ("^a$", False, True),
        ("a*b*c*", False, True),
        ("a*b*c*d*", True, True),
        ("a?b?c?d?", True, True),
        ("a{2}b{2}c{2}d{2}", False, True),
        ("(ab)*", False, True),
        ("(a*)*", True, True),
        ("(a*)?", False, True),
        ("(ab|cd){2}", True, True),
        ("(ab|cd)(ef|gh)(ij|kl)", False, True),
        ("(ab|cd)(ef|gh)(ij|kl)(mn|op)", True, True),
        ("(a)?(?(1)b|cc)d*", False, False),
        ("(a)?(?(1)b|cc)d*e*", True, False),
        ("(?=a*)b*c*", False, False),
        ("(?=a*)b*c*d*", True, False),
        (LOOKING, False, False),
        ("(", True, False),
        ("a{99999999999}", True, False),
    ],
)
def test_what_could_take_for_ever(pattern: str, explosive: bool, linear: bool) -> None:
    assert is_explosive(pattern) is explosive
    assert is_linear(pattern) is linear


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a$", "a", True),
        ("^a$", "b", False),
        ("^a$", "a\n", True),  # as Python has it
        ("^(a+)+$", "aa", True),
        ("^(a+)+$", "aa\n", False),  # as JSON Schema has it
        ("^(a+)+$", "a" * 100_000 + "b", False),
        ("^a*$", "a" * LONGEST + "\n", False),
        ("^a*$", "a" * (LONGEST - 1) + "\n", True),
        (LOOKING, "ab", True),
        (LOOKING, "c" * LONGEST, False),
        (LOOKING, "c" * (LONGEST + 1), None),
        (r"^(a+)+\1$", "aa", None),
        ("(", "a", None),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_whether_a_pattern_is_found(
    pattern: str, text: str, found: bool | None
) -> None:
    assert matches(pattern, text) is found


def test_what_nobody_can_say_is_taken_from_others_and_not_made() -> None:
    schema = {"type": "string", "pattern": r"^(a+)+\1$"}
    assert SchemaJudge(schema).is_valid("b")
    assert is_valid(schema, "b")
    assert not StrictJudge(schema).is_valid("b")
    (error,) = StrictJudge(schema).iter_errors("b")
    assert error.message == r"'b' may not match '^(a+)+\\1$'"
    (error,) = SchemaJudge({"pattern": "^a$"}).iter_errors("b")
    assert error.message == "'b' does not match '^a$'"
    for judge in (SchemaJudge, StrictJudge):
        assert judge({"pattern": "^a$"}).is_valid(7)


@pytest.mark.parametrize(
    ("step", "value", "valid"),
    [
        (0.1, 0.7, True),
        (0.1, 0.75, False),
        (0.01, 0.29, True),
        (8, 64, True),
        (8, 63, False),
        (0.5, 1e22, True),
        (2, True, True),
        (2, "3", True),
    ],
)
def test_multiples_go_by_decimals(step: float, value: object, valid: bool) -> None:
    for judge in (SchemaJudge, StrictJudge, InputJudge):
        assert judge({"multipleOf": step}).is_valid(value) is valid


def test_a_multiple_that_is_none_says_so() -> None:
    (error,) = SchemaJudge({"multipleOf": 0.1}).iter_errors(0.75)
    assert error.message == "0.75 is not a multiple of 0.1"


def test_an_input_takes_no_float_for_an_integer() -> None:
    schema = {"type": "integer"}
    assert SchemaJudge(schema).is_valid(1.0)
    assert not InputJudge(schema).is_valid(1.0)
    assert not InputJudge(schema).is_valid(True)
    assert InputJudge(schema).is_valid(1)


def test_a_schema_that_is_broken_takes_everything() -> None:
    assert is_valid({"type": "cat"}, 1)
    assert is_valid({"multipleOf": 0}, 1)


def test_what_another_python_would_read_otherwise_is_a_problem(tmp_path: Path) -> None:
    with warnings.catch_warnings(action="ignore"):
        re.compile("[[a]")  # from now on Python knows it, and warns no more
    field = {"type": "string", "pattern": "[[a]", "default": "a"}
    schema = {"type": "object", "properties": {"x": field}}
    file = tmp_path / "schemas" / "acme" / "brush.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"model_id": "acme/brush", "input_schema": schema}))
    folders = ["--schemas", str(file.parents[1]), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(main, ["generate", *folders], catch_exceptions=False)
    assert done.exit_code == 3
    assert "Possible nested set" in done.stderr
    assert "FutureWarning" not in done.output
