"""Overlays: what each was written against, and what the service changed beneath it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.workspace import Run, Store

MODEL = "acme/paint-1.5/edit"
FILE = Path("schemas/acme/paint-1.5/edit.overlay.json")
SIZE = {"type": "string", "enum": ["s", "m", "l"], "description": "Or a number."}
WIDER = {"enum": None, "type": ["string", "integer"]}


def _schema(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"prompt": {"type": "string"}, **fields}}


def _overlay(content: dict[str, Any]) -> None:
    FILE.write_text(json.dumps(content), "utf-8")


def _wider() -> None:
    _overlay({"input_schema": {"properties": {"size": WIDER}}})


@pytest.fixture
def recorded(run: Run, store: Store) -> None:
    """A model whose overlay has recorded what it was written against."""
    store(input_schema=_schema(size=SIZE))
    _wider()
    assert run("overlay", MODEL).exit_code == 0


def test_an_overlay_records_what_it_is_written_against(recorded: None) -> None:
    overlay = json.loads(FILE.read_text())
    assert overlay["input_schema"] == {"properties": {"size": WIDER}}
    assert overlay["x-written-against"] == {
        "/input_schema/properties/size/enum": ["s", "m", "l"],
        "/input_schema/properties/size/type": "string",
    }


def test_the_record_changes_nothing_of_what_is_generated(
    run: Run, recorded: None
) -> None:
    run("generate")
    module = Path("generated/runcomfy_models/acme/paint_1_5_edit.py").read_bytes()
    entry = next(Path("generated/runcomfy_models/_schemas").rglob("*.json")).read_text()
    assert "x-written-against" not in entry
    _wider()
    run("generate")
    again = Path("generated/runcomfy_models/acme/paint_1_5_edit.py").read_bytes()
    assert again == module


def test_no_warning_while_nothing_moves(run: Run, recorded: None) -> None:
    assert run("lint", "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("fields", "code", "said"),
    [
        (
            {"size": {**SIZE, "enum": ["s", "m"]}},
            "overlay-moved",
            '#/input_schema/properties/size/enum: warning: ["s", "m", "l"] -> ["s", "m"]',
        ),
        (
            {},
            "overlay-gone",
            '#/input_schema/properties/size/enum: warning: ["s", "m", "l"] -> nothing',
        ),
        (
            {"size": {"type": ["string", "integer"]}},
            "overlay-idle",
            "#/input_schema/properties/size/type: warning: ",
        ),
    ],
)
def test_what_moved_beneath_an_overlay_is_a_warning(
    run: Run,
    store: Store,
    recorded: None,
    fields: dict[str, Any],
    code: str,
    said: str,
) -> None:
    store(input_schema=_schema(**fields))
    done = run("lint", "--strict")
    assert done.exit_code == 1
    assert f"[{code}]" in done.output
    assert f"{FILE.as_posix()}{said}" in done.output
    assert run("overlay", MODEL).exit_code == 0
    again = run("lint").output
    assert "overlay-moved" not in again
    assert "overlay-gone" not in again


def test_what_appears_beneath_an_overlay_is_a_warning(run: Run, store: Store) -> None:
    store(description=None)
    _overlay({"description": "Ours."})
    run("overlay", MODEL)
    assert run("lint", "--strict").exit_code == 0
    store(description="Theirs.")
    done = run("lint", "--strict")
    assert done.exit_code == 1
    assert "#/description: warning: " in done.output
    assert "Theirs." in done.output


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "input size: "),
        ({"size": {**SIZE, "enum": ["s", "m"]}}, "input size: "),
    ],
)
def test_diff_judges_what_upstream_did(
    run: Run, store: Store, recorded: None, fields: dict[str, Any], said: str
) -> None:
    shutil.copytree("schemas", "before")
    store(input_schema=_schema(**fields))
    done = run("diff", "before", "schemas", "--fail-on", "breaking")
    assert done.exit_code == 1, done.output
    assert f"{MODEL}  {said}" in done.output
    assert "(upstream, beneath an overlay)" in done.output


def test_a_change_that_callers_see_is_told_once(
    run: Run, store: Store, recorded: None
) -> None:
    shutil.copytree("schemas", "before")
    store(input_schema=_schema(size=SIZE, steps={"type": "integer"}))
    done = run("diff", "before", "schemas")
    assert done.output.count("input steps") == 1
    assert "upstream" not in done.output


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        (
            {"descripton": "x"},
            "#/descripton: an overlay has no key `descripton` here; ",
        ),
        ({"model_id": "acme/other"}, "#/model_id: it is the overlay of acme/paint-1.5"),
        (
            {"input_schema": {"propertys": {"size": {}}}},
            "#/input_schema/propertys: an overlay has no key `propertys` here; "
            "did you mean `properties`?",
        ),
        (
            {"input_schema": {"properties": {"size": {"maximun": 3}}}},
            "#/input_schema/properties/size/maximun: an overlay has no key `maximun`",
        ),
        (
            {"input_schema": {"properties": {"n": {"anyOf": [{"tipe": "string"}]}}}},
            "#/input_schema/properties/n/anyOf/0/tipe: an overlay has no key `tipe`",
        ),
        ({"x-written-against": 3}, "#/x-written-against: it is not an object"),
    ],
)
def test_a_key_that_says_nothing_is_a_problem(
    run: Run, store: Store, overlay: dict[str, Any], said: str
) -> None:
    store(input_schema=_schema(size=SIZE))
    _overlay(overlay)
    done = run("generate")
    assert done.exit_code == 3
    assert f"{FILE.as_posix()}{said}" in done.output
    assert not Path("generated").exists()


def test_fields_may_have_any_name_and_published_keys_may_be_set(
    run: Run, store: Store
) -> None:
    fields = {"tipe": {"type": "integer"}, "maximun": {"type": "integer"}}
    store(input_schema={**_schema(**fields), "order": ["a"]}, oddity=1)
    _overlay(
        {
            "oddity": 2,
            "input_schema": {"order": ["b"], "properties": {"tipe": {"minimum": 1}}},
        }
    )
    assert run("generate").exit_code == 0


def test_an_overlay_is_started_with_what_is_published(run: Run, store: Store) -> None:
    store(input_schema=_schema(size=SIZE))
    done = run("overlay", MODEL, "/input_schema/properties/size")
    assert done.exit_code == 0
    assert f"new  {FILE.as_posix()}" in done.output
    assert json.loads(FILE.read_text())["input_schema"] == {
        "properties": {"size": SIZE}
    }
    assert "[overlay-idle]" in run("lint").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["acme/none"], "acme/none: there is no such stored model"),
        ([MODEL, "/input_schema/properties/none"], "has nothing there"),
        ([MODEL, "size"], "has nothing there"),
    ],
)
def test_what_is_not_there_cannot_be_covered(
    run: Run, store: Store, arguments: list[str], said: str
) -> None:
    store()
    done = run("overlay", *arguments)
    assert done.exit_code == 2
    assert said in done.output
    assert not FILE.exists()


def test_what_changed_as_an_overlay_came_is_told_of_both(
    run: Run, store: Store
) -> None:
    """The old one has no overlay; the new one has one that hides what is gone."""
    store(input_schema=_schema(size=SIZE, mode=SIZE))
    shutil.copytree("schemas", "before")
    store(input_schema=_schema(mode={**SIZE, "enum": ["s"]}))
    _overlay({"input_schema": {"properties": {"size": SIZE}}})
    lines = run("diff", "before", "schemas").output.splitlines()
    hidden = [line for line in lines if "(upstream, beneath an overlay)" in line]
    assert len(hidden) == 1
    assert "size" in hidden[0]
    assert [line for line in lines if "input mode: " in line] != []
