"""The changelog of the generated package: what it holds, and what it depends on."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen import resources as template_files
from runcomfy_codegen.atomic import TEMPORARY
from runcomfy_codegen.cli import main
from tests.support.folders import entry

Run = Callable[..., Result]
CHANGELOG = Path("generated/CHANGELOG.md")
HISTORY = Path("schemas/history.json")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command line in a folder with one stored model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    save(50)

    def call(*arguments: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == code, done.output
        return done

    return call


def save(maximum: int, **changes: Any) -> None:
    schema = {
        "type": "object",
        "properties": {"steps": {"type": "integer", "maximum": maximum}},
    }
    stored = entry(input_schema=schema, **changes)
    file = Path("schemas", f"{stored['model_id']}.json")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(stored))


def tree(folder: str = "generated") -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def test_the_first_version(run: Run) -> None:
    run("generate")
    assert CHANGELOG.read_text() == """\
# Changelog

What changed in the models, by version.

## 0.1.0

The first version, with 1 model.
"""


def test_what_changed_is_printed_and_kept(run: Run) -> None:
    run("generate")
    save(30)
    save(10, model_id="acme/draw")
    done = run("generate")
    assert "changed  acme/paint\n    breaking  input steps: maximum 50 -> 30\n" in (
        done.output
    )
    assert "new  acme/draw\n    from runcomfy_models.acme import draw" in done.output
    text = CHANGELOG.read_text()
    assert "### Breaking\n\n- `acme/paint`, input `steps`: maximum 50 → 30\n" in text
    assert "### Added\n\n- `acme/draw`: new model\n" in text


def test_it_depends_on_the_schema_folder_alone(run: Run) -> None:
    run("generate")
    save(40)
    run("generate")
    save(30)
    run("generate")
    assert "maximum 50 → 30" in CHANGELOG.read_text()
    whole, history = tree(), HISTORY.read_bytes()
    run("check")
    shutil.rmtree("cache", ignore_errors=True)
    assert "0 changed, 1 unchanged" in run("generate").output
    assert tree() == whole
    run("generate", "--out", "elsewhere")
    assert tree("elsewhere") == whole
    shutil.rmtree("generated")
    run("generate")
    assert tree() == whole
    assert HISTORY.read_bytes() == history
    run("check")


def test_check_knows_it_before_it_is_generated(run: Run) -> None:
    run("generate")
    save(30)
    before = HISTORY.read_bytes()
    assert f"stale  {CHANGELOG}" in run("check", code=1).output
    assert HISTORY.read_bytes() == before
    CHANGELOG.write_text("Mine.\n")
    assert f"edited by hand  {CHANGELOG}" in run("check", code=1).output


def test_a_change_that_is_taken_back_is_none(run: Run) -> None:
    run("generate")
    first = tree()
    save(30)
    run("generate")
    save(50)
    run("generate")
    assert tree() == first


def test_a_new_version_closes_the_one_before(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate")
    save(30)
    run("generate")
    monkeypatch.setattr(template_files, "__version__", "0.2.0")
    save(20)
    run("generate")
    text = CHANGELOG.read_text()
    new, old = text.split("## 0.2.0")[1].split("## 0.1.0")
    assert "maximum 30 → 20" in new
    assert "maximum 50 → 30" in old
    assert "The first version, with 1 model." in old
    whole = tree()
    shutil.rmtree("generated")
    run("generate")
    assert tree() == whole
    monkeypatch.setattr(template_files, "__version__", "0.3.0")
    shutil.rmtree("cache")  # a new version is another program, and is not stamped
    run("generate")
    assert "## 0.3.0\n\nNo model changed.\n\n## 0.2.0\n" in CHANGELOG.read_text()


def test_one_model_alone_leaves_the_history(run: Run) -> None:
    save(10, model_id="acme/draw")
    run("generate")
    before = HISTORY.read_bytes()
    save(30)
    save(5, model_id="acme/draw")
    run("generate", "--only", "acme/draw")
    assert HISTORY.read_bytes() == before
    done = run("generate")
    assert "changed  acme/paint\n    breaking  input steps: maximum 50" in done.output
    run("check")


def test_a_removed_model_names_its_successor(run: Run) -> None:
    save(10, model_id="acme/draw")
    run("generate")
    Path("schemas/acme/paint.json").unlink()
    Path("schemas/retired.toml").write_text('"acme/paint" = "acme/draw"\n')
    done = run("generate")
    assert "removed  acme/paint\n    breaking  model retired; use acme/draw\n" in (
        done.output
    )
    assert "- `acme/paint`: model retired; use acme/draw\n" in CHANGELOG.read_text()


def test_a_history_that_is_begun_anew(run: Run) -> None:
    run("generate")
    save(30)
    run("generate")
    HISTORY.unlink()
    assert f"stale  {CHANGELOG}" in run("check", code=1).output
    run("generate")
    assert "maximum" not in CHANGELOG.read_text()
    run("check")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"start": 1}', "<<<<<<<\n"])
def test_a_history_that_is_broken(run: Run, text: str) -> None:
    run("generate")
    HISTORY.write_text(text)
    save(30)
    done = run("generate", code=3)
    assert "schemas/history.json#: cannot be read" in done.output
    assert "delete it to begin anew" in done.output


def test_hostile_words_stay_words(run: Run) -> None:
    run("generate")
    hostile = {"type": "object", "properties": {"<b>\n# x": {"type": "string"}}}
    stored = entry(input_schema=hostile)
    Path("schemas/acme/paint.json").write_text(json.dumps(stored))
    run("generate")
    assert "\n# x" not in CHANGELOG.read_text()
    assert "<b>" not in CHANGELOG.read_text()


def test_a_history_that_is_no_file_is_a_problem(run: Run) -> None:
    HISTORY.mkdir()
    done = run("generate", code=3)
    assert "history.json#: cannot be read: it is not a file" in done.output


def test_schemas_that_cannot_be_written(run: Run) -> None:
    # Nothing is written through a link: this stops root too, unlike permissions.
    in_the_way = HISTORY.with_name(f".{HISTORY.name}.{os.getpid()}{TEMPORARY}")
    in_the_way.symlink_to("elsewhere")
    done = run("generate")
    assert "the changelog will not remember this run" in done.output
    assert CHANGELOG.exists()
    assert not HISTORY.exists()
