"""What `lint` and `list` say."""

import json
import os
from pathlib import Path

import pytest

from tests.support.workspace import Run, Store

STRENGTH = "schemas/acme/paint-1.5/edit.json#/input_schema/properties/strength"


def test_every_change_is_a_note(run: Run, store: Store) -> None:
    store()
    done = run("lint", "--all")
    assert done.exit_code == 0
    assert f"{STRENGTH}/type: info: float -> number: " in done.output
    assert done.output.endswith("0 Problems, 0 warnings, 4 notes\n")


def test_what_was_changed_silently_is_counted_alone(run: Run, store: Store) -> None:
    store()
    assert run("lint").output == (
        "0 Problems, 0 warnings, 4 notes (--all shows them)\n"
    )


def test_strict_fails_on_a_warning(run: Run, store: Store) -> None:
    store()
    assert run("lint", "--strict").exit_code == 0
    schema = {"type": "object", "properties": {}, "required": ["gone"]}
    store(input_schema=schema)
    assert run("lint").exit_code == 0
    assert run("lint", "--strict").exit_code == 1


def test_problems_exit_with_3(run: Run, store: Store) -> None:
    store(input_schema={"type": "object", "properties": {"x": {"type": "cat"}}})
    done = run("lint")
    assert done.exit_code == 3
    assert "is not a type" in done.output


def test_json(run: Run, store: Store) -> None:
    store()
    said = json.loads(run("lint", "--format", "json").stdout)
    assert said["problems"] == []
    assert {"float"} == {n["before"] for n in said["notes"] if n["after"] == "number"}


def test_github(run: Run, store: Store) -> None:
    text = "between 1 and 2 % of\nit"
    field = {"type": "integer", "description": text}
    store(
        input_schema={"type": "object", "properties": {"x": field, "y": {"type": ","}}}
    )
    lines = run("lint", "--all", "--format", "github").stdout.splitlines()
    path = "schemas/acme/paint-1.5/edit.json"
    for level in ("notice", "warning", "error"):
        assert any(line.startswith(f"::{level} file={path},line=") for line in lines)


def test_list(run: Run, store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b")
    assert run("list").stdout == (
        "acme/b               runcomfy_models.acme.b\n"
        "acme/paint-1.5/edit  runcomfy_models.acme.paint_1_5_edit\n"
    )


def test_an_overlay_without_a_model(run: Run, store: Store) -> None:
    store()
    Path("schemas/acme/other.overlay.json").write_text("{}")
    done = run("lint")
    assert done.exit_code == 3
    assert (
        "schemas/acme/other.overlay.json#: there is no acme/other.json" in done.output
    )


def test_text_from_a_schema_is_one_line_of_plain_text(run: Run, store: Store) -> None:
    hostile = "x\n::error::\x1b[31m"
    store(input_schema={"type": "object", "properties": {hostile: {"type": hostile}}})
    for style in ("text", "github"):
        done = run("lint", "--format", style)
        assert "\x1b" not in done.output
        assert not any(
            line.startswith("::error::") for line in done.output.splitlines()
        )


@pytest.mark.parametrize("style", ["text", "json", "github"])
def test_a_file_whose_name_is_no_text(run: Run, store: Store, style: str) -> None:
    path = store()
    path.rename(path.with_name(os.fsdecode(b"\xff.json")))
    done = run("lint", "--all", "--format", style)
    assert done.exit_code == 0
    assert "\\xdcff" in done.output or "\\udcff" in done.output
