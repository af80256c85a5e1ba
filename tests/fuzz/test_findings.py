"""What was found by making models at random: each is generated, and what is generated holds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from judged_trees import Batch, judge, run, run_pytest

STRING = {"type": "string"}
OBJECT = {"type": "object", "properties": {"x": STRING}, "minProperties": 1}
SOUND: dict[str, dict[str, Any]] = {
    "fields that name classes like constants": {
        "None": OBJECT,
        "true": {"type": "array", "items": {"properties": {"False": OBJECT}}},
    },
    "limits beside null": {
        "x": {"type": "null", "minimum": 1, "items": STRING, "uniqueItems": True},
    },
    "references in a list of items": {
        "x": {"type": "array", "items": [{"$ref": "#/$defs/Shared"}, STRING]},
    },
    "values of more than 64 bits": {
        "x": {"enum": [10**30, -(2**63), 2**63, 1]},
        "y": {"type": "number", "enum": [-(10**30), 1.0]},
        "z": {"anyOf": [{"const": 10**18}, {"type": "number", "minimum": 10**30}]},
    },
    "one of true and false": {"x": {"enum": [False]}, "y": {"const": True}},
    "listed arrays and objects": {
        "x": {"type": "array", "enum": [[1.0], [], [{}]], "default": [1.0]},
        "y": {"type": "object", "enum": [{"a": 1}], "properties": {"a": {"const": 1}}},
    },
    "integers written as fractions": {
        "x": {"type": "integer", "default": 3.0, "examples": [1e300]},
        "y": {"type": "array", "items": {"type": "integer"}, "default": [2.0]},
        "z": {"anyOf": [{"type": "integer"}, STRING], "default": 1.0},
    },
    "numbers that a double rounds": {
        "x": {"type": "number", "enum": [2**63, 1]},
        "y": {"type": "number", "default": -(10**30), "examples": [10**25]},
        "z": {"type": "number", "exclusiveMinimum": 2**63 - 1, "maximum": 2**63 + 5000},
    },
    "a list of nothing": {
        "x": {
            "type": "array",
            "maxItems": 0,
            "items": {"type": "integer", "maximum": 3},
        },
    },
    "a pattern that engines read in two ways": {
        "x": {"type": "string", "pattern": "\\B"}
    },
    "branches that differ in words alone": {
        "x": {"oneOf": [STRING, STRING | {"validations": []}, {"type": "array"}]},
        "y": {"oneOf": [OBJECT, OBJECT | {"x-any": 1}, {"type": "boolean"}]},
    },
    "items and properties beside a choice that has them": {
        "x": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "anyOf": [{"items": {"enum": ["a", "bb"]}}, {"items": {"maxLength": 3}}],
        },
        "y": {
            "type": "object",
            "properties": {"a": {"type": "integer", "minimum": 1}},
            "oneOf": [{"properties": {"a": {"maximum": 5}}, "required": ["a"]}],
        },
    },
    "one of several numbers": {
        "x": {
            "oneOf": [
                {"type": "number", "maximum": 4},
                {"type": "number", "exclusiveMinimum": -4, "exclusiveMaximum": 27},
                {"type": "integer"},
            ],
            "examples": [-10.5],
        },
    },
    "characters of two columns": {
        "x": {"enum": ["漢" * length for length in range(1, 50)]},
        "y": {"enum": ["漢" * 33]},
        "漢字": {
            "type": "array",
            "items": {"enum": ["한" * 22]},
            "default": ["한" * 22],
        },
    },
}
OUTPUTS: dict[str, dict[str, Any]] = {
    "typed fields without names": {"additionalProperties": {"type": "boolean"}},
    "numbers that a double rounds": {
        "properties": {"x": {"type": "number", "example": 10**30}},
    },
    "objects without names": {"additionalProperties": OBJECT},
}
OVERLAYS: dict[str, dict[str, Any]] = {
    "no id": {"model_id": None},
    "no schema": {"input_schema": None},
    "words of another type": {"display_name": {"en": "Brush"}},
    "a price in words": {"base_price_usd": "cheap"},
    "categories that are no texts": {"categories": [{}]},
}


def _judged(folder: Path, properties: dict[str, Any], **more: Any) -> None:
    schema = {"type": "object", "properties": properties, "required": [*properties][:1]}
    schema["$defs"] = {"Shared": OBJECT}
    batch = Batch(folder, 0, share=1)
    batch.entries["acme/brush.json"] = {
        "model_id": "acme/brush",
        "input_schema": schema,
        **more,
    }
    judge(batch)
    assert not batch.findings, "\n".join(batch.findings)
    assert not batch.refused, batch.refused
    run_pytest(batch.out)


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_model_is_sound_to_its_end(name: str, tmp_path: Path) -> None:
    _judged(tmp_path, SOUND[name])


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_is_never_refused(name: str, tmp_path: Path) -> None:
    output = {"type": "object", "properties": {"a": STRING}, **OUTPUTS[name]}
    _judged(tmp_path, {"x": STRING}, output_schema=output)


EXPLOSIVE = (
    "^(a+)+$",
    "^(\\w+\\s?)*$",
    "(.*)(.*)(.*)(.*)(.*)x",
    "^(?=a)(a|aa)+$",
    "(a*)*\\1b",
)


@pytest.mark.parametrize("pattern", EXPLOSIVE)
def test_no_pattern_keeps_an_input_busy(pattern: str, tmp_path: Path) -> None:
    field = {"type": "string", "pattern": pattern, "examples": ["a" * 5_000 + "x"]}
    _judged(tmp_path, {"x": field})
    code = "from runcomfy_models.acme import brush\n"
    code += "try: brush.Input(x='a' * 50_000 + '!')\n"
    code += "except ValueError: pass"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "out")}
    subprocess.run(
        [sys.executable, "-c", code], env=environment, timeout=60, check=True
    )


IDS = (
    *("con/nul", "aux/prn.com1", "import/class", "True/None", "runcomfy_models/client"),
    *("simulator/a", "client/errors", "tests/conftest", "pydantic/typing", "os/sys"),
    *("_models/_base", "a" * 20 + "/" + "b" * 25, "a/b/c/d/e/f/g/h", "0/0", "a/_"),
    *("docs/index", "json/typing.py", "acme/__init__", "acme/_schemas", "test/test_a"),
)


def test_any_id_makes_modules_whose_tests_pass(tmp_path: Path) -> None:
    batch = Batch(tmp_path, 0, share=1)
    for model_id in IDS:
        schema = {"type": "object", "properties": {"x": STRING}}
        entry = {"model_id": model_id, "input_schema": schema}
        batch.entries[f"{model_id}.json"] = entry
    judge(batch)
    assert not batch.findings, "\n".join(batch.findings)
    assert len(batch.entries) >= len(IDS) - 4, batch.refused
    run_pytest(batch.out)


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_that_breaks_the_model_is_a_problem(
    name: str, tmp_path: Path
) -> None:
    entry = {"model_id": "acme/brush", "input_schema": {"type": "object"}}
    (tmp_path / "schemas" / "acme").mkdir(parents=True)
    path = tmp_path / "schemas" / "acme" / "brush.json"
    path.write_text(json.dumps(entry), "utf-8")
    path.with_name("brush.overlay.json").write_text(json.dumps(OVERLAYS[name]))
    for command in ("generate", "lint"):
        out = ["--out", str(tmp_path / "out")] if command == "generate" else []
        done = run(command, "--schemas", str(tmp_path / "schemas"), *out)
        assert done.exit_code == 3, done.output
        assert "brush.overlay.json#" in done.output
    assert not (tmp_path / "out").exists()
