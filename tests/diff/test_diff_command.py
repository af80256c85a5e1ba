"""`diff` as it is called: folders, revisions, formats and exit codes."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.cli import main
from tests.support.folders import entry

Run = Callable[..., Result]


def save(folder: str, *entries: dict[str, Any]) -> None:
    for each in entries:
        file = Path(folder, f"{each['model_id']}.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(each))


def steps(maximum: int, **more: Any) -> dict[str, Any]:
    properties = {"steps": {"type": "integer", "maximum": maximum}, **more}
    return entry(input_schema={"type": "object", "properties": properties})


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call `diff` in a folder with two schema folders."""
    monkeypatch.chdir(tmp_path)
    save("old", steps(50))
    save("new", steps(30, seed={"type": "integer"}), entry("acme/draw"))

    def call(*arguments: str) -> Result:
        done = CliRunner().invoke(main, ["diff", *arguments])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return call


def test_text(run: Run) -> None:
    assert run("old", "new").output == """\
Breaking (1)
  acme/paint  input steps: maximum 50 -> 30

Added (2)
  acme/draw  new model
  acme/paint  input seed: new, optional

1 breaking, 2 additive, 0 harmless
suggested version step: major (before 1.0: minor)
"""


def test_markdown(run: Run) -> None:
    assert run("old", "new", "--format", "markdown").output == """\
### Breaking

- `acme/paint`, input `steps`: maximum 50 → 30

### Added

- `acme/draw`: new model
- `acme/paint`, input `seed`: new, optional
"""


def test_json(run: Run) -> None:
    report = json.loads(run("old", "new", "--format", "json").output)
    assert report["breaking"] is True
    assert report["counts"] == {"breaking": 1, "additive": 2, "harmless": 0}
    assert report["version_step"] == "major"
    assert report["version_step_before_1_0"] == "minor"
    assert report["changes"][0] == {
        "model_id": "acme/paint",
        "side": "input",
        "field": "steps",
        "kind": "maximum",
        "verdict": "breaking",
        "what": "maximum 50 -> 30",
        "before": 50,
        "after": 30,
    }


def test_no_change(run: Run) -> None:
    assert run("old", "old", "--fail-on", "any").output == "no model changed\n"
    done = run("old", "old", "--format", "markdown")
    assert done.output == "No model changed.\n"


@pytest.mark.parametrize(
    ("old", "new", "fail_on", "code"),
    [
        ("old", "new", "breaking", 1),
        ("new", "new", "breaking", 0),
        ("old", "more", "breaking", 0),
        ("old", "more", "additive", 1),
        ("old", "words", "additive", 0),
        ("old", "words", "any", 1),
    ],
)
def test_fail_on(run: Run, old: str, new: str, fail_on: str, code: int) -> None:
    save("more", steps(60))
    save("words", {**steps(50), "description": "Other."})
    assert run(old, new).exit_code == 0
    assert run(old, new, "--fail-on", fail_on).exit_code == code


@pytest.mark.parametrize("style", ["text", "markdown"])
def test_hostile_text_is_shown_and_nothing_more(run: Run, style: str) -> None:
    field = "\x1b[2J<script>`|\n- [x](javascript:1) ](y)"
    save("hostile", steps(50, **{field: {"enum": ["<b>\x1b*_|`", "[a](b)"]}}))
    save("other", steps(50, **{field: {"enum": ["<b>\x1b*_|`"]}}))
    done = run("hostile", "other", "--format", style)
    assert "\x1b" not in done.output
    if style == "markdown":
        assert done.output.count("\n- ") == 1
        assert "<script>" not in done.output.replace("`", "")
        assert "[a](b)" not in done.output


def test_problems_of_either_side(run: Run) -> None:
    broken = entry(
        input_schema={"type": "object", "properties": {"a": {"type": "picture"}}}
    )
    save("broken", broken)
    for sides in (("broken", "new"), ("old", "broken")):
        done = run(*sides)
        assert done.exit_code == 3
        place = "broken/acme/paint.json#/input_schema/properties/a/type"
        assert f"{place}: " in done.output
        assert "nothing was compared" in done.output


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "HEAD", "HEAD:x", "a\0b"])
def test_neither_a_folder_nor_a_revision(run: Run, name: str) -> None:
    done = run("--", name, "new")
    assert done.exit_code == 2
    assert "there is no such folder, and no such git revision" in done.output
    assert not Path("x").exists()


def test_a_revision_that_git_does_not_know(run: Run) -> None:
    assert "(git: not a git repository" in run("HEAD", "new").stderr
    git("init", "--initial-branch=main")
    assert "(git: invalid object name 'HEAD~1'.)" in run("HEAD~1", "new").stderr
    Path("other").write_text("x")
    git("add", "other")
    git("commit", "-m", "one")
    said = run("HEAD", "new").stderr
    assert "(git: path 'schemas' does not exist in 'HEAD')" in said


def test_without_git(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    done = run("HEAD", "new")
    assert done.exit_code == 2
    assert "(git: it is not installed)" in done.stderr


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.com")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(run: Run, tmp_path: Path) -> Path:
    """A repository with two commits of schemas, the first one tagged."""
    git("init", "--initial-branch=main")
    for maximum, tag in ((50, "v1"), (30, "v2")):
        save("sub/schemas", steps(maximum))
        Path("sub/schemas/history.json").write_text("{}")
        git("add", "sub")
        git("commit", "--message", tag)
        git("tag", tag)
    save("sub/schemas", steps(20))
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("HEAD~1", "HEAD", "50 -> 30"),
        ("v1", "v2", "50 -> 30"),
        ("v2", "v1", "30 -> 50"),
        ("v1", "schemas", "50 -> 20"),
        ("v1:sub/schemas", "HEAD:sub/schemas/", "50 -> 30"),
        ("v1:./schemas", "schemas", "50 -> 20"),
    ],
)
def test_revisions(
    run: Run,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    expected: str,
) -> None:
    monkeypatch.chdir("sub")
    done = run(old, new)
    assert done.exit_code == 0, done.output
    assert f"steps: maximum {expected}" in done.output


def test_revisions_of_a_folder_elsewhere(run: Run, repository: Path) -> None:
    for schemas in ("sub/schemas", str(repository / "sub/schemas")):
        done = run("v1", "HEAD", "--schemas", schemas)
        assert "maximum 50 -> 30" in done.output
    assert run("v1", "HEAD").exit_code == 2


def test_a_revision_is_read_as_a_folder_is(run: Run, repository: Path) -> None:
    schemas = Path("sub/schemas")
    shutil.copytree(schemas, "was")
    save("sub/schemas", entry("acme/new"))
    (schemas / "acme/paint.json").unlink()
    (schemas / "retired.toml").write_text('"acme/paint" = "acme/new"\n')
    (schemas / "names.toml").write_text('[modules]\n"acme/new" = "newer"\n')
    (schemas / ".hidden").mkdir()
    (schemas / ".hidden/odd.json").write_text("{")
    git("add", "sub")
    git("commit", "--message", "v3")
    folders = run("was", "sub/schemas", "--format", "json")
    revisions = run("v2", "HEAD", "--schemas", "sub/schemas", "--format", "json")
    found, expected = (json.loads(r.output) for r in (revisions, folders))
    assert [c["kind"] for c in found["changes"]] == [
        c["kind"] for c in expected["changes"]
    ]
    assert found["changes"][0]["model_id"] == "acme/paint"
    assert "acme/new" in found["changes"][0]["what"]


@pytest.mark.parametrize("name", ["names.toml", "retired.toml"])
def test_a_revision_with_broken_toml(run: Run, repository: Path, name: str) -> None:
    Path("sub/schemas", name).write_text("= 1")
    git("add", "sub")
    git("commit", "--message", "broken")
    done = run("v2", "HEAD", "--schemas", "sub/schemas")
    assert done.exit_code == 3
    assert f"{name}#: cannot be read: " in done.stderr
    assert "; correct the TOML" in done.stderr


def test_a_folder_wins_over_a_revision(run: Run, repository: Path) -> None:
    save("v1", steps(99))
    assert "maximum 99 -> 30" in run("v1", "new").output


def test_a_revision_of_a_file(run: Run, repository: Path) -> None:
    done = run("HEAD:sub/schemas/acme/paint.json", "new")
    assert done.exit_code == 2
