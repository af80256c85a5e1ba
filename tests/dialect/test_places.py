"""Files that are no files, and links: nothing is read or written outside, nothing hangs."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.warm import run_codegen

GENERATE = ["generate", "--schemas", "schemas", "--out", "out"]
MEMORY = 2 * 2**30
SECONDS = 30
"""Far above what any of these takes; a hang is what it is for."""


class Done(NamedTuple):
    """How a run has ended, and all that it said."""

    returncode: int
    stderr: str


def _entry(model_id: str = "acme/brush", **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"x": {"type": "string"}, **properties}}
    return {"model_id": model_id, "input_schema": schema}


def _stored(folder: Path, path: str, content: Any) -> Path:
    file = folder / "schemas" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), "utf-8")
    return file


def _generate(folder: Path, *options: str) -> Done:
    return Done(*run_codegen([*GENERATE, *options], folder, SECONDS, MEMORY))


def _is_refused(folder: Path, said: str) -> None:
    done = _generate(folder)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False), done.stderr
    assert said in done.stderr
    assert not (folder / "out").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "dangling", "loop", "device"])
def test_what_is_no_file_is_a_problem(kind: str, tmp_path: Path) -> None:
    _stored(tmp_path, "acme/brush.json", _entry())
    malformed = tmp_path / "schemas" / "acme" / "malformed.json"
    match kind:
        case "folder":
            malformed.mkdir()
            assert _generate(tmp_path).returncode == 0  # no more than a folder
            return
        case "pipe":
            os.mkfifo(malformed)
        case "dangling":
            malformed.symlink_to("nothing.json")
        case "loop":
            malformed.symlink_to("malformed.json")
        case "device":
            malformed.symlink_to("/dev/zero")
    _is_refused(tmp_path, "acme/malformed.json#")


@pytest.mark.parametrize("name", ["names.toml", "retired.toml", "history.json"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "loop", "outside", "huge"])
def test_what_is_no_table_is_a_problem(name: str, kind: str, tmp_path: Path) -> None:
    _stored(tmp_path, "acme/brush.json", _entry())
    malformed = tmp_path / "schemas" / name
    match kind:
        case "pipe":
            os.mkfifo(malformed)
        case "folder":
            malformed.mkdir()
        case "loop":
            malformed.symlink_to(name)
        case "outside":
            malformed.symlink_to("/dev/zero")
        case "huge":
            with malformed.open("wb") as file:
                file.truncate(2**33)
    done = _generate(tmp_path)
    assert done.returncode in (1, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert name in done.stderr


def test_a_folder_that_leads_out_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.json").write_text(json.dumps(_entry("other/a")))
    _stored(tmp_path, "acme/brush.json", _entry())
    (tmp_path / "schemas" / "other").symlink_to(tmp_path / "outside")
    done = _generate(tmp_path)
    assert done.returncode in (0, 3), done.stderr
    assert not (tmp_path / "out" / "runcomfy_models" / "other").exists()


@pytest.mark.parametrize("path", ["runcomfy_models", "runcomfy_models/acme", "docs"])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_nothing_is_written_through_a_link(
    path: str, force: list[str], tmp_path: Path
) -> None:
    _stored(tmp_path, "acme/brush.json", _entry())
    outside = tmp_path / "outside"
    assert _generate(tmp_path).returncode == 0
    (tmp_path / "out" / path).rename(outside)
    (tmp_path / "out" / path).symlink_to(outside)
    before = _content(outside)
    _stored(tmp_path, "acme/brush.json", _entry(y={"type": "integer"}))
    done = _generate(tmp_path, *force)
    assert done.returncode == 1, done.stderr
    assert "symbolic link" in done.stderr
    (tmp_path / "schemas" / "acme" / "brush.json").unlink()
    assert "Traceback" not in _generate(tmp_path, *force).stderr
    assert _content(outside) == before


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    _stored(tmp_path, "acme/brush.json", _entry())
    target = tmp_path / "target"
    target.write_text("mine", "utf-8")
    for path in ("runcomfy_models/acme/brush.py", "manifest.json"):
        (tmp_path / "out" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / path).symlink_to(target)
    for options in ([], ["--force"]):
        done = _generate(tmp_path, *options)
        assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert target.read_text("utf-8") == "mine"


def test_the_output_folder_may_be_a_link_of_the_users(tmp_path: Path) -> None:
    _stored(tmp_path, "acme/brush.json", _entry())
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").symlink_to("elsewhere")
    assert _generate(tmp_path).returncode == 0
    assert (tmp_path / "elsewhere" / "manifest.json").is_file()
    assert (tmp_path / "out").is_symlink()


@pytest.mark.parametrize(
    "ids",
    [
        ["acme/Brush", "acme/brush"],
        ["Acme/brush", "acme/brush"],
        ["acme/brush", "acme/brush/x", "acme/brush_x"],
    ],
)
def test_ids_that_differ_in_case_are_told_apart(ids: list[str], tmp_path: Path) -> None:
    for model_id in ids:
        _stored(tmp_path, f"{model_id}.json", _entry(model_id))
    _is_refused(tmp_path, "names.toml")


@pytest.mark.parametrize("depth", [90, 150, 199, 500])
def test_deep_values_are_written_or_refused(depth: int, tmp_path: Path) -> None:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    entry = _entry(y={"type": "array", "default": value})
    _stored(tmp_path, "acme/brush.json", {**entry, "example": {"y": value}})
    done = _generate(tmp_path)
    assert done.returncode in (0, 3), done.stderr
    for path in (tmp_path / "out").rglob("*brush.py"):
        compile(path.read_text("utf-8"), path, "exec")


def _content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
