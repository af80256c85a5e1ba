"""The changelog of the generated package: what it holds, and what it depends on."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.cli import main
from tests.support.folders import entry

Run = Callable[..., Result]
CHANGELOG = Path("generated/CHANGELOG.md")
HISTORY = Path("schemas/history.json")
AS_SOMEBODY = ("git", "-c", "user.name=a", "-c", "user.email=a@acme.test")


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


def commit() -> None:
    for command in (
        ["git", "init", "-q"],
        ["git", "add", "-A", "schemas", "generated"],
        [*AS_SOMEBODY, "commit", "--allow-empty", "-qm", "x"],
    ):
        subprocess.run(command, check=command[1] != "init")


def release(run: Run, *arguments: str, code: int = 0) -> Result:
    """Generate, commit, release, and commit what that wrote."""
    run("generate")
    commit()
    done = run("release", *arguments, code=code)
    if code == 0:
        commit()
    return done


def test_before_the_first_release(run: Run) -> None:
    run("generate")
    save(30)
    run("generate")
    assert CHANGELOG.read_text() == """\
# Changelog

What changed in the models, by version.

## Unreleased

The first version, with 1 model.
"""
    assert not HISTORY.exists()
    assert 'version = "0.1.0"' in Path("generated/pyproject.toml").read_text()


def test_the_first_release(run: Run) -> None:
    assert release(run).stdout == "the first release: 0.1.0\n"
    today = datetime.now(UTC).date().isoformat()
    assert f"## 0.1.0 - {today}\n\nThe first version, with 1 model.\n" in (
        CHANGELOG.read_text()
    )
    assert "Unreleased" not in CHANGELOG.read_text()
    run("check")


def test_what_changed_is_printed_and_kept(run: Run) -> None:
    release(run)
    save(30)
    save(10, model_id="acme/draw")
    done = run("generate")
    assert "changed  acme/paint\n    breaking  input steps: maximum 50 -> 30\n" in (
        done.output
    )
    assert "new  acme/draw\n    from runcomfy_models.acme import draw" in done.output
    text = CHANGELOG.read_text()
    assert text.index("## Unreleased") < text.index("## 0.1.0")
    assert "### Breaking\n\n- `acme/paint`, input `steps`: maximum 50 → 30\n" in text
    assert "### Added\n\n- `acme/draw`: new model\n" in text
    assert 'version = "0.1.0"' in Path("generated/pyproject.toml").read_text()


def test_it_depends_on_the_schema_folder_alone(run: Run) -> None:
    release(run)
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


def test_only_a_release_writes_the_history(run: Run) -> None:
    release(run)
    before = HISTORY.read_bytes()
    save(30)
    save(10, model_id="acme/draw")
    run("generate")
    assert HISTORY.read_bytes() == before
    release(run)
    assert HISTORY.read_bytes() != before


def test_check_knows_it_before_it_is_generated(run: Run) -> None:
    release(run)
    save(30)
    assert f"stale  {CHANGELOG}" in run("check", code=1).output
    CHANGELOG.write_text("Mine.\n")
    assert f"edited by hand  {CHANGELOG}" in run("check", code=1).output


def test_a_change_that_is_taken_back_is_none(run: Run) -> None:
    release(run)
    first = tree()
    save(30)
    run("generate")
    save(50)
    run("generate")
    assert tree() == first


def test_words_alone_are_not_in_the_changelog(run: Run) -> None:
    release(run)
    save(50, description="Said otherwise.", display_name="Paint!")
    run("generate")
    assert "Unreleased" not in CHANGELOG.read_text()


def test_a_release_closes_what_came_before_it(run: Run) -> None:
    """Tag, sync, generate, release: the news belong to the new version."""
    release(run)
    save(30)
    done = release(run)
    assert "0.1.0 -> 0.2.0\n" in done.stdout
    save(20)
    save(10, model_id="acme/draw")
    run("generate")
    text = CHANGELOG.read_text()
    news, rest = text.split("## 0.2.0")
    new, old = rest.split("## 0.1.0")
    assert "maximum 30 → 20" in news
    assert "`acme/draw`: new model" in news
    assert "maximum 50 → 30" in new
    assert "The first version, with 1 model." in old
    whole = tree()
    shutil.rmtree("generated")
    run("generate")
    assert tree() == whole
    assert 'version = "0.2.0"' in whole["pyproject.toml"].decode()


def test_a_run_over_one_model_says_no_more_than_it_made(run: Run) -> None:
    save(10, model_id="acme/draw")
    run("generate")
    save(30)
    save(5, model_id="acme/draw")
    run("generate", "--only", "acme/draw")
    done = run("generate")
    assert "changed  acme/paint\n    breaking  input steps: maximum 50" in done.output
    assert "acme/draw" not in done.output
    run("check")


def test_a_removed_model_names_its_successor(run: Run) -> None:
    save(10, model_id="acme/draw")
    release(run)
    Path("schemas/acme/paint.json").unlink()
    Path("schemas/retired.toml").write_text('"acme/paint" = "acme/draw"\n')
    done = run("generate")
    assert "removed  acme/paint\n    breaking  model retired; use acme/draw\n" in (
        done.output
    )
    assert "- `acme/paint`: model retired; use acme/draw\n" in CHANGELOG.read_text()


@pytest.mark.parametrize(
    "text", ["{", "[]", "{}", '{"released": [], "start": {}}', "<<<<<<<\n"]
)
def test_a_history_that_is_broken(run: Run, text: str) -> None:
    run("generate")
    HISTORY.write_text(text)
    save(30)
    done = run("generate", code=3)
    assert "schemas/history.json#: cannot be read" in done.output
    assert "delete it to begin anew" in done.output


def test_hostile_words_stay_words(run: Run) -> None:
    release(run)
    hostile = {"type": "object", "properties": {"<b>\n# x": {"type": "string"}}}
    stored = entry(input_schema=hostile)
    Path("schemas/acme/paint.json").write_text(json.dumps(stored))
    run("generate")
    assert "\n# x" not in CHANGELOG.read_text()
    assert "<b>" not in CHANGELOG.read_text()


def test_a_history_that_is_not_a_file_is_a_problem(run: Run) -> None:
    HISTORY.mkdir()
    done = run("generate", code=3)
    assert "history.json#: cannot be read: it is not a file" in done.output


@pytest.mark.parametrize(
    ("released", "change", "step"),
    [
        ("1.2.3", {"maximum": 30}, "2.0.0"),
        ("1.2.3", {"maximum": 70}, "1.3.0"),
        ("1.2.3", {"maximum": 50, "price_unit": "output"}, "1.2.4"),
        ("0.4.1", {"maximum": 30}, "0.5.0"),
        ("0.4.1", {"maximum": 70}, "0.4.2"),
        ("2.0.0rc1", {"maximum": 70}, "2.0.0"),
    ],
)
def test_the_step_that_is_proposed(
    run: Run, released: str, change: dict[str, Any], step: str
) -> None:
    release(run, "--version", released)
    save(**change)
    assert f"{released} -> {step}\n" in run("release", "--dry-run").stdout


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("foo", "'foo' is not a version"),
        ("1.0", "'1.0' is not a version"),
        ("v1.0.0", "'v1.0.0' is not a version"),
        ("1.0.0+local", "cannot be published"),
        ("1.0.0.dev1", "cannot be published"),
        ("0.3.0", "0.3.0 is not later than 0.3.0"),
        ("0.2.9", "0.2.9 is not later than 0.3.0"),
        ("0.3.0rc1", "0.3.0rc1 is not later than 0.3.0"),
    ],
)
def test_a_version_that_is_refused(run: Run, version: str, said: str) -> None:
    release(run, "--version", "0.3.0")
    save(30)
    before = HISTORY.read_bytes()
    assert said in release(run, "--version", version, code=2).output
    assert HISTORY.read_bytes() == before


def test_a_release_of_nothing_new_needs_a_version(run: Run) -> None:
    release(run)
    assert "no model changed since 0.1.0" in release(run, code=2).output
    release(run, "--version", "0.1.1")
    assert "No model changed.\n\n## 0.1.0" in CHANGELOG.read_text()


def test_a_tree_that_is_not_committed_or_not_generated_is_refused(run: Run) -> None:
    release(run)
    save(30)
    assert "schemas/acme/paint.json: it has changes that are not committed" in (
        run("release", code=2).output
    )
    commit()
    refused = run("release", code=2).output
    assert (
        "generated: it is not what the schemas make; run `runcomfy-codegen" in refused
    )
    run("generate")
    assert "not committed" in run("release", code=2).output
    commit()
    run("release")


def test_a_dry_run_writes_nothing_and_says_what_breaks_first(run: Run) -> None:
    release(run)
    save(30)
    save(10, model_id="acme/draw")
    run("generate")
    before, history = tree(), HISTORY.read_bytes()
    text = run("release", "--dry-run", "--format", "markdown").stdout
    assert text.startswith(
        "## 0.1.0 → 0.2.0\n\n1 breaking, 1 additive, 0 harmless, in 2 of 2 models.\n"
    )
    assert text.index("### Breaking") < text.index("### Added")
    assert (tree(), HISTORY.read_bytes()) == (before, history)


def test_what_is_remembered_is_small(run: Run) -> None:
    words = {"description": "word " * 2000, "title": "t" * 500}
    schema = {"type": "object", "properties": {"x": {"type": "string", **words}}}
    stored = entry(input_schema=schema, description="long " * 1000)
    Path("schemas/acme/paint.json").write_text(json.dumps(stored))
    release(run)
    assert HISTORY.stat().st_size < 1000
    assert len(HISTORY.read_text().splitlines()) < 20


def test_a_field_that_is_called_like_a_keyword_is_remembered(run: Run) -> None:
    fields = {name: {"type": "integer"} for name in ("title", "description", "default")}
    stored = entry(input_schema={"type": "object", "properties": fields})
    Path("schemas/acme/paint.json").write_text(json.dumps(stored))
    release(run)
    fields.pop("title")
    stored = entry(input_schema={"type": "object", "properties": fields})
    Path("schemas/acme/paint.json").write_text(json.dumps(stored))
    assert "input title: " in run("release", "--dry-run").stdout
