"""Names: the rule, what it must not take, and clashes that their own message mends."""

import builtins
import json
import keyword
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main
from runcomfy_codegen.names.identifiers import (
    CLASS_NAMES_TAKEN,
    FIELD_NAMES_TAKEN,
    class_name,
    identifier,
)
from runcomfy_models import _models

STRING = {"type": "string"}
OBJECT = {"type": "object", "properties": {"x": STRING}}


@pytest.mark.parametrize(
    ("wire_name", "name"),
    [
        ("prompt", "prompt"),
        ("promptImage", "promptimage"),
        ("cfg-scale", "cfg_scale"),
        ("33_video", "field_33_video"),
        ("_hidden", "field_hidden"),
        ("class", "class_"),
        ("json", "json_"),
        ("model_dump", "model_dump_"),
        ("str", "str_"),
        ("größe", "gr__e"),
        ("日本", "field_"),
        ("", "field_"),
        ("İ", "i_"),
        ("None", "none"),
        ("match", "match"),
    ],
)
def test_field_names(wire_name: str, name: str) -> None:
    assert identifier(wire_name, "field_", FIELD_NAMES_TAKEN) == name
    assert name.isidentifier()
    assert not keyword.iskeyword(name)


def test_class_names() -> None:
    assert class_name("loras Item") == "LorasItem"
    assert class_name("33_video") == "Field33Video"
    assert class_name("output") == "Output_"
    assert all(class_name(name) != name for name in CLASS_NAMES_TAKEN)


def test_no_field_hides_what_the_base_classes_have() -> None:
    public = {
        name
        for cls in (_models.InputModel, _models.OutputModel)
        for name in (*dir(cls), *dir(type(cls)))
        if not name.startswith("_")
    }
    assert public <= FIELD_NAMES_TAKEN, public - FIELD_NAMES_TAKEN
    written = {"count_fields", "multiple_of", "one_of"}
    assert written <= {*dir(_models)}
    assert written <= FIELD_NAMES_TAKEN


def test_every_taken_name_works_as_a_field(tmp_path: Path) -> None:
    names = sorted(FIELD_NAMES_TAKEN | set(dir(builtins)) | set(keyword.kwlist))
    names = sorted({name.lower() for name in names})
    entry = _entry("acme/brush", dict.fromkeys(names, STRING))
    assert _generate(tmp_path, {"acme/brush": entry}).exit_code == 0
    source = (tmp_path / "out/runcomfy_models/acme/brush.py").read_text("utf-8")
    code = source.replace(
        "from .._models import", "from runcomfy_models._models import"
    )
    exec(compile(code, "brush.py", "exec"), {"__name__": "brush"})


@pytest.mark.parametrize(
    ("model_id", "wire_name"),
    [("acme/brush", ""), ("acme/Brush Video 01+x@2 Live", "prompt")],
    ids=["a field with no name", "a model_id with spaces"],
)
def test_the_generated_test_of_an_odd_name_passes(
    tmp_path: Path, model_id: str, wire_name: str
) -> None:
    entry = _entry(model_id, {wire_name: STRING, "z": STRING})
    entry["input_schema"]["required"] = [wire_name]
    assert _generate(tmp_path, {model_id: entry}).exit_code == 0
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests"],
        cwd=tmp_path / "out",
        env={**os.environ, "PYTHONPATH": str(tmp_path / "out")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "entries",
    [
        {"acme/wan-2.7": {"a": STRING}, "acme/wan-2-7": {"a": STRING}},
        {"acme/brush": {"promptImage": STRING, "promptimage": STRING}},
        {"acme/brush": {'a"b\\c': STRING, "a'b.c": STRING}},
        {"acme/brush": {"a'b.c": STRING, 'a"b\\c': STRING}},
        {
            "acme/brush": {
                "deep": {"type": "object", "properties": {"x.y": STRING, "x y": STRING}}
            }
        },
        {
            "acme/brush": {
                "shape": {"anyOf": [OBJECT, OBJECT | {"minProperties": 1}, OBJECT]}
            }
        },
    ],
    ids=["modules", "fields", "quotes", "quotes behind", "nested", "classes"],
)
def test_the_line_of_a_clash_mends_it(tmp_path: Path, entries: dict[str, Any]) -> None:
    stored = {model_id: _entry(model_id, found) for model_id, found in entries.items()}
    failed = _generate(tmp_path, stored)
    assert failed.exit_code == 3
    lines = [
        line.rpartition("any [table]: ")[2]
        for line in failed.stderr.splitlines()
        if "names.toml" in line
    ]
    assert lines, failed.stderr
    (tmp_path / "schemas/names.toml").write_text("\n".join(lines), "utf-8")
    mended = _generate(tmp_path, stored)
    assert mended.exit_code == 0, mended.output


@pytest.mark.parametrize(
    ("model_id", "module"),
    [
        ("3d-lab/class", "m_3d_lab/class_.py"),
        ("Acme/4k/None", "acme/m_4k_none.py"),
        ("client/__init__", "client_/m_init__.py"),
    ],
)
def test_names_of_modules(tmp_path: Path, model_id: str, module: str) -> None:
    done = _generate(tmp_path, {model_id: _entry(model_id, {"a": STRING})})
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out/runcomfy_models" / module).exists(), done.output


def _entry(model_id: str, properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"model_id": model_id, "input_schema": schema}


def _generate(folder: Path, entries: dict[str, Any]) -> Any:
    for model_id, entry in entries.items():
        path = folder / "schemas" / f"{model_id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(entry), "utf-8")
    places = ["--schemas", str(folder / "schemas"), "--out", str(folder / "out")]
    return CliRunner().invoke(main, ["generate", *places])
