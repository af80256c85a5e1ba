"""Patterns are ECMA 262, mean the same to all who judge by them, and keep nobody busy."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main
from runcomfy_codegen.schema.patterns import (
    MalformedPatternError,
    UnsupportedPatternError,
    engine_pattern,
    matches,
    standard_pattern,
)
from runcomfy_codegen.schema.patterns.cost import is_explosive
from runcomfy_codegen.schema.validator import InputJudge, SchemaJudge, is_valid
from tests.support.trees import generated

ROWS: list[tuple[str, list[str], list[str]]] = [
    # pattern, what it takes, what it refuses
    ("^#[0-9a-f]{6}$", ["#00ff00"], ["#00ff00\n", "#00FF00", " #00ff00"]),
    (r"^\d+$", ["0", "42"], ["", "\u0664\u0662", "\u096a\u0968", "4\n"]),
    (r"^\D$", ["a", "\u0664"], ["4"]),
    (r"^\w+$", ["a_Z9"], ["é", "ß", "a b"]),
    (r"^\W$", ["é", "-"], ["_", "a"]),
    (r"^\s$", [" ", "\t", "\ufeff", "\u2028"], ["\x85", "\x1c", "a"]),
    (r"^\S$", ["a", "\x85"], ["\u00a0", "\ufeff"]),
    ("^.$", ["a", "\x85", "\U0001f600"], ["\n", "\r", "\u2028", "\u2029", "ab"]),
    (r"^\p{L}+$", ["é", "漢"], ["1", "-"]),
    (r"^\P{L}+$", ["1-"], ["a"]),
    (r"^\p{Lu}\p{Ll}$", ["Éa"], ["éa"]),
    (r"^\p{Script=Greek}$", ["\u03b1"], ["a"]),
    (r"^[\p{L}\d]$", ["é", "7"], ["\u0667", "-"]),
    ("^(?<year>[0-9]{4})$", ["2026"], ["26"]),
    (r"^\u{1F600}$", ["\U0001f600"], ["a"]),
    (r"^\u{000000000000041}$", ["A"], ["a"]),
    (r"^\ud83d\ude00$", ["\U0001f600"], ["a"]),
    (r"^[\u{1F600}-\u{1F64F}]$", ["\U0001f610"], ["a"]),
    (r"\bfox\b", ["a fox", "éfox", "fox-"], ["foxes", "_fox"]),
    (r"^a\Bb$", ["ab"], ["a b"]),
    (r"^[^\D]$", ["7"], ["a", "\u0667"]),
    (r"^[\w.-]+@[\w-]+$", ["a.b-c@d"], ["a b@c", "a@"]),
    ("^[&&a]$", ["&", "a"], ["&&", "b"]),
    ("^[!-&&]$", ["&", "#"], ["'"]),
    ("^[+--]$", ["+", ",", "-"], ["."]),
    ("^[[a]$", ["[", "a"], ["[a"]),
    (r"^[\]^-]$", ["]", "^", "-"], ["\\"]),
    (r"^[\b]$", ["\b"], ["b"]),
    (r"^\cJ\x41\u0042\0$", ["\nAB\0"], ["jAB0"]),
    (r"^https?:\/\/\S+$", ["https://a"], ["https:// a", "ftp://a"]),
    ("^a{2,3}?$", ["aa", "aaa"], ["a", "aaaa"]),
    ("^a{,2}$", ["a{,2}"], ["a", ""]),
    ("^(?:ab|cd)*$", ["", "abcd"], ["abc"]),
    ("a", ["bab"], ["b"]),
    ("^[^]$", ["\n", "a"], ["", "ab"]),
    ("^[]$", [], ["", "a"]),
    ("^(a+)+$", ["a"], ["b", "a" * 50_000 + "b"]),
]


@pytest.mark.parametrize(("published", "taken", "refused"), ROWS)
def test_one_meaning(published: str, taken: list[str], refused: list[str]) -> None:
    standard = standard_pattern(published)
    for text in (*taken, *refused):
        assert matches(standard, text) is (text in taken), (standard, text)
    assert standard_pattern(standard) == standard


@pytest.mark.parametrize(
    "published", ["^#[0-9a-f]{6}$", "^[a-z0-9-]+$", r"\.png$", "(ab|cd)+", r"\p{L}"]
)
def test_what_all_read_alike_stays_as_it_was_published(published: str) -> None:
    assert standard_pattern(published) == published


@pytest.mark.parametrize(
    "published",
    [
        "^(?=.*[0-9]).+$",
        "^(?!x)",
        "(?<=a)b",
        "(?<!a)b",
        r"(a)\1",
        r"(?<x>a)\k<x>",
        r"\ud83d",
        "[a-z]{1,100000}",
    ],
)
def test_what_only_backtracking_could_match(published: str) -> None:
    with pytest.raises(UnsupportedPatternError):
        standard_pattern(published)


@pytest.mark.parametrize(
    "published",
    [
        *("(", ")", "[", "[a", "*a", "a**", "a{3,1}", "^*", "[b-a]", "a|*", "\\"),
        *("(?P<x>a)", "(?i)a", "(?>a)", "a++", r"\A", r"\Z", r"\x1", r"\p{Greek}"),
        *(r"\u{110000}", r"\p{lu}", r"\01", "(?<1>a)", "(" * 200 + ")" * 200),
    ],
)
def test_what_ecma_262_does_not_read(published: str) -> None:
    with pytest.raises(MalformedPatternError):
        standard_pattern(published)


@pytest.mark.parametrize(
    ("pattern", "explosive"),
    [
        ("^a$", False),
        ("a*b*c*", False),
        ("a*b*c*d*", True),
        ("a{2}b{2}c{2}d{2}", False),
        ("(ab)*", False),
        ("(a*)*", True),
        ("(a*)?", False),
        ("(ab|cd){2}", True),
        ("(ab|cd)(ef|gh)(ij|kl)", False),
        ("(ab|cd)(ef|gh)(ij|kl)(mn|op)", True),
    ],
)
def test_what_could_keep_a_browser_busy(pattern: str, explosive: bool) -> None:
    assert is_explosive(pattern) is explosive


def test_a_judge_says_what_does_not_match() -> None:
    (error,) = SchemaJudge({"pattern": "^a$"}).iter_errors("b")
    assert error.message == "'b' does not match '^a$'"
    assert SchemaJudge({"pattern": "^a$"}).is_valid(7)
    assert engine_pattern(r"\\b\b") == r"\\b(?-u:\b)"


def _brush(**fields: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": fields}
    return {"model_id": "acme/brush", "input_schema": schema}


def _lint(tmp_path: Path, pattern: str) -> tuple[int, str]:
    entry = _brush(x={"type": "string", "pattern": pattern})
    file = tmp_path / "schemas" / "acme" / "brush.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(entry), "utf-8")
    out = tmp_path / "out"
    folders = ["--schemas", str(tmp_path / "schemas")]
    done = CliRunner().invoke(main, ["generate", *folders, "--out", str(out)])
    said = CliRunner().invoke(main, ["lint", "--all", *folders])
    return done.exit_code, said.output


@pytest.mark.parametrize(
    ("pattern", "code", "said"),
    [
        (r"^(?=.*\p{L}).+$", 0, "needs backtracking: the service alone checks it"),
        (r"^(?P<year>\d{4})$", 0, "ECMA 262 has no (?P<"),
        (r"\Aa\Z", 0, r"ECMA 262 has no \A"),
        ("(", 3, "not a regular expression of ECMA 262"),
        (r"^\d$", 0, "every engine reads this alike"),
    ],
)
def test_one_pattern_does_not_stop_the_run(
    tmp_path: Path, pattern: str, code: int, said: str
) -> None:
    found, output = _lint(tmp_path, pattern)
    assert found == code
    assert said in output


def _input(tmp_path: Path, name: str, **fields: dict[str, Any]) -> Any:
    file = tmp_path / "schemas" / "acme" / "brush.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(_brush(**fields)), "utf-8")
    (model,) = generated(tmp_path / "schemas", tmp_path, name)
    return model.module.Input


def test_an_input_judges_by_the_same_engine(tmp_path: Path) -> None:
    fields = {
        f"p{number}": {"type": "string", "pattern": published}
        for number, (published, _, _) in enumerate(ROWS)
    }
    made = _input(tmp_path, "all_patterns", **fields)
    for number, (published, taken, refused) in enumerate(ROWS):
        for text in (*taken, *refused):
            try:
                made(**{f"p{number}": text})
                is_taken = True
            except ValueError:
                is_taken = False
            assert is_taken is (text in taken), (published, text)


def test_no_text_keeps_an_input_busy(tmp_path: Path) -> None:
    field = {"type": "string", "pattern": r"^(\w+\s?)*$"}
    made = _input(tmp_path, "busy_pattern", x=field)
    started = time.process_time()
    with pytest.raises(ValueError, match="pattern"):
        made(x="a" * 100_000 + "!")
    assert time.process_time() - started < 2


def test_a_form_is_told_which_patterns_it_must_not_try(tmp_path: Path) -> None:
    _lint(tmp_path, "^(a+)+$")
    file = tmp_path / "out" / "docs" / "schemas" / "acme" / "brush.input.json"
    document = json.loads(file.read_text("utf-8"))
    assert document["x-runcomfy"]["slow_patterns"] == ["^(a+)+$"]
    assert document["properties"]["x"]["pattern"] == "^(a+)+$"


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
    for judge in (SchemaJudge, InputJudge):
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
