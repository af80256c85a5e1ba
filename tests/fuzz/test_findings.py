"""What was found by making models at random: each is generated, and what is generated holds."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.judged_trees import Batch, judge, run, run_pytest

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
    "steps as large as a number can be": {
        "x": {"type": "number", "multipleOf": 1e308},
        "y": {"type": "number", "multipleOf": 64, "exclusiveMinimum": 2**63 - 1},
        "z": {"type": "number", "multipleOf": 5e-324},
        "w": {"anyOf": [{"type": "number", "multipleOf": 1e300}, STRING]},
    },
    "limits beyond what is tried": {
        "x": {"type": "number", "minimum": 10**30},
        "y": {"type": "integer", "maximum": -(10**30)},
        "z": {"type": "array", "items": {"type": "integer", "minimum": 1e16}},
    },
    "choices that nothing can try": {
        "w": {"type": "array", "maxItems": 0, "items": {"enum": [1e22, "", 0.5]}},
        "x": {
            "type": "object",
            "properties": {"a": {"oneOf": [{"enum": [False]}, {"type": "boolean"}]}},
        },
        "y": {
            "type": "object",
            "properties": {"a": {"oneOf": [{"const": 1e16}, {"exclusiveMinimum": 0}]}},
        },
        "z": {
            "type": "object",
            "maxProperties": 1,
            "properties": {"a": {"enum": ["b", "c"]}, "d": {"type": "number"}},
            "required": ["a", "d"],
        },
    },
    "notes of its own on media and limits": {
        "x": {"type": "string", "x-media": ["image"], "validations": [1, {}]},
        "y": {"type": "array", "x-media": {"a": 1}, "items": STRING},
        "z": STRING | {"x-media": "<script>", "validations": [{"validation_rule": {}}]},
    },
    "one field in 900 parts": {
        "x": {"allOf": [{"properties": {"a": {"minLength": n}}} for n in range(900)]},
        "y": {"allOf": [{"items": {"minLength": n}} for n in range(900)]},
    },
    "a list of one number, several times": {
        "x": {"type": "array", "minItems": 3, "items": {"minimum": -1, "maximum": -1}},
        "y": {
            "type": "array",
            "minItems": 3,
            "items": {"type": "number", "minimum": 0.5, "maximum": 0.5},
        },
    },
    "a pattern beside a length that no sample has": {
        "x": {
            "type": "object",
            "properties": {
                "a": {
                    "type": "array",
                    "items": {
                        "type": "string",
                        "minLength": 20_000,
                        "pattern": "^(?=.*z)",
                    },
                }
            },
        },
    },
    "numbers next to those that a double rounds": {
        "x": {
            "anyOf": [{"type": "number"}, {"enum": [9007199254740993, 3, {"a": "b"}]}]
        },
    },
    "a whole number in a choice inside a choice": {
        "x": {
            "anyOf": [
                {
                    "oneOf": [
                        {"type": "number", "enum": [20, 1.0]},
                        {"type": "integer"},
                    ]
                },
                STRING,
            ]
        },
    },
    "counts beyond what a machine counts": {
        "x": {"type": "string", "maxLength": 10**299},
        "y": {"type": "array", "items": STRING, "maxItems": 2**64},
        "z": {"type": "object", "maxProperties": 1e300},
    },
    "no places at all": {"x": {"type": "array", "prefixItems": [], "items": False}},
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
    "fields without names in a line that is just too long": {
        "additionalProperties": {"anyOf": [{"enum": [0, 3]}, {"type": "number"}]},
    },
    "a branch that says nothing": {
        "properties": {"x": {"oneOf": [{"type": "array"}, True]}},
    },
    "an integer in a choice inside a choice": {
        "properties": {
            "x": {"oneOf": [{"type": ["array", "integer"]}], "default": 1.0},
        },
    },
    "nothing but null": {"properties": {"x": {"type": ["null", "null"]}}},
}
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a reference to an index of 5,000 digits": (
        {"x": {"anyOf": [STRING]}, "y": {"$ref": f"#/properties/x/anyOf/{'9' * 5000}"}},
        "/input_schema/properties/y/$ref",
    ),
    "places whose number is no number": (
        {"x": {"type": "array", "prefixItems": [{}], "items": False, "maxItems": "x"}},
        "/input_schema/properties/x/maxItems",
    ),
    "an enum beside a broken allOf": (
        {"x": {"enum": [1e300], "allOf": -1}},
        "/input_schema/properties/x/allOf",
    ),
}
TABLES = {
    "a date": '[modules]\n"acme/brush" = 1979-05-27',
    "no number": '[modules]\n"acme/brush" = nan',
    "a name that is too long": f'[modules]\n"acme/brush" = "{"a" * 300}"',
    "a time among the fields": '[fields."acme/brush"]\n"/properties/x" = 07:32:00',
}
RETIRED = {
    "a date": '"acme/old" = 1979-05-27',
    "a model_id that is too long": f'"acme/{"b" * 5000}" = ""',
    "an empty name": '"acme/" = ""',
}
BRUSH = {
    "model_id": "acme/brush",
    "input_schema": {"type": "object", "properties": {"x": STRING}},
}
OVERLAYS: dict[str, dict[str, Any]] = {
    "no id": {"model_id": None},
    "no schema": {"input_schema": None},
    "words of another type": {"display_name": {"en": "Brush"}},
    "a price in words": {"base_price_usd": "cheap"},
    "categories that are no texts": {"categories": [{}]},
}


EXPLOSIVE = (
    "^(a+)+$",
    "^(\\w+\\s?)*$",
    "(.*)(.*)(.*)(.*)(.*)x",
    "^(?=a)(a|aa)+$",
    "(a*)*\\1b",
)


def _entry(
    model_id: str, properties: dict[str, Any], output: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return a model whose first property is required."""
    schema = {"type": "object", "properties": properties, "required": [*properties][:1]}
    schema["$defs"] = {"Shared": OBJECT}
    entry = {"model_id": model_id, "input_schema": schema}
    if output is not None:
        named = {"type": "object", "properties": {"a": STRING}, **output}
        entry["output_schema"] = named
    return entry


def _sound_entries() -> dict[str, dict[str, Any]]:
    """Return the models that must be sound to their end, by what is special in each."""
    found = {
        f"input: {name}": _entry(f"acme/input-{number}", properties)
        for number, (name, properties) in enumerate(SOUND.items())
    }
    for number, (name, output) in enumerate(OUTPUTS.items()):
        model_id = f"acme/output-{number}"
        found[f"output: {name}"] = _entry(model_id, {"x": STRING}, output)
    for number, pattern in enumerate(EXPLOSIVE):
        field = {"type": "string", "pattern": pattern}
        field["examples"] = ["a" * 5_000 + "x"]
        found[f"pattern: {pattern}"] = _entry(f"acme/explosive-{number}", {"x": field})
    return found


# One store for them all: a run, and pytest over what it makes, cost more than the models.
def test_sound_models_are_sound_to_their_end(tmp_path: Path) -> None:
    entries = _sound_entries()
    batch = Batch(tmp_path, 0, share=1)
    for entry in entries.values():
        batch.entries[f"{entry['model_id']}.json"] = entry
    judge(batch)
    names = {entry["model_id"]: name for name, entry in entries.items()}
    assert not batch.findings, "\n".join([f"{names}", *batch.findings])
    assert not batch.refused, [names, batch.refused]
    run_pytest(batch.out)
    _keeps_no_input_busy(batch.out)


def _keeps_no_input_busy(out: Path) -> None:
    """Try what makes a backtracking engine run for longer than anybody waits."""
    code = "import importlib, sys\n"
    code += "for name in sys.argv[1:]:\n"
    code += "    module = importlib.import_module(f'runcomfy_models.acme.{name}')\n"
    code += "    try: module.Input(x='a' * 50_000 + '!')\n"
    code += "    except ValueError: pass"
    modules = [f"explosive_{number}" for number in range(len(EXPLOSIVE))]
    subprocess.run(
        [sys.executable, "-c", code, *modules],
        env={**os.environ, "PYTHONPATH": str(out)},
        timeout=60,
        check=True,
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


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_field_is_a_problem_at_its_place(name: str, tmp_path: Path) -> None:
    properties, pointer = REFUSED[name]
    entry = {
        "model_id": "acme/brush",
        "input_schema": {"type": "object", "properties": properties},
    }
    assert f"schemas/acme/brush.json#{pointer}: " in _refused(tmp_path, entry)


@pytest.mark.parametrize("name", TABLES)
def test_a_chosen_name_of_another_kind_is_a_problem(name: str, tmp_path: Path) -> None:
    said = _refused(tmp_path, BRUSH, **{"names.toml": TABLES[name]})
    assert "schemas/names.toml#" in said


@pytest.mark.parametrize("name", RETIRED)
def test_a_retired_model_of_another_kind_is_a_problem(
    name: str, tmp_path: Path
) -> None:
    said = _refused(tmp_path, BRUSH, **{"retired.toml": RETIRED[name]})
    assert "schemas/retired.toml#" in said


def _refused(folder: Path, entry: dict[str, Any], **tables: str) -> str:
    """Return what is said of an entry and tables for which nothing is written."""
    (folder / "schemas" / "acme").mkdir(parents=True)
    path = folder / "schemas" / "acme" / "brush.json"
    path.write_text(json.dumps(entry), "utf-8")
    for name, text in tables.items():
        (folder / "schemas" / name).write_text(text, "utf-8")
    places = ("--schemas", str(folder / "schemas"), "--out", str(folder / "out"))
    done = run("generate", *places)
    assert done.exit_code == 3, done.output or done.exception
    assert not (folder / "out").exists()
    return done.stderr


@pytest.mark.lint
def test_type_checkers_take_what_is_made(tmp_path: Path) -> None:
    anything = {"type": "array", "items": {"type": "array"}}
    properties = {
        "a": {"type": ["array", "string"]},
        "b": anything | {"nullable": True},
        "c": {"anyOf": [{"type": "object"}, {"enum": [[1]]}, anything]},
    }
    others = {"anyOf": [{"enum": [0, 3]}, {"type": "number"}]}
    entry = {
        "model_id": "acme/brush",
        "input_schema": {"type": "object", "properties": properties},
        "output_schema": {"type": "object", "additionalProperties": others},
    }
    batch = judge(Batch(tmp_path, 0, {"acme/brush.json": entry}, share=1))
    assert not batch.findings
    settings = {"include": ["runcomfy_models", "tests"], "extraPaths": ["."]}
    (batch.out / "pyrightconfig.json").write_text(json.dumps(settings))
    for checker in (
        ["mypy", "--strict", "--explicit-package-bases", "runcomfy_models", "tests"],
        ["pyright", "--pythonpath", sys.executable],
    ):
        done = subprocess.run(
            [sys.executable, "-m", *checker],
            cwd=batch.out,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout
