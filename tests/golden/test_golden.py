"""A test is a folder: `cases/<name>/schemas` is read, `cases/<name>/expected` is what comes.

A case that works expects its modules, its normalised entries and what `lint` says; one
named `cases_…` the generated tests too; one that must fail expects the Problems alone. `pytest tests/golden --rewrite` writes what
comes now: read the difference before it is committed.
"""

import json
import shutil
from pathlib import Path

import black
import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main

CASES = Path(__file__).parent / "cases"
RUNTIME = Path(__file__).parents[2] / "templates" / "runcomfy_models"
PACKAGE = "runcomfy_models"
MODE = black.Mode(target_versions={black.TargetVersion.PY311})
PROBLEMS = 3


def _names() -> list[str]:
    return sorted(path.parent.name for path in CASES.glob("*/schemas"))


@pytest.mark.parametrize("name", _names())
def test_case(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    case = CASES / name
    shutil.copytree(case / "schemas", tmp_path / "schemas")
    monkeypatch.chdir(tmp_path)
    come = _outcome(tmp_path / "out", with_tests=name.startswith("cases_"))
    if request.config.getoption("--rewrite"):
        _rewrite(case / "expected", come)
    expected = {
        path.relative_to(case / "expected").as_posix(): path.read_text("utf-8")
        for path in sorted((case / "expected").rglob("*"))
        if path.is_file()
    }
    assert come == expected


def _outcome(out: Path, with_tests: bool) -> dict[str, str]:
    """Return what a case comes to, by path: Problems alone, or files and notes."""
    run = CliRunner().invoke(
        main, ["generate", "--schemas", "schemas", "--out", str(out)]
    )
    if run.exit_code == PROBLEMS:
        assert not out.exists()
        return {"problems.txt": run.stderr}
    assert run.exit_code == 0, run.output
    notes = CliRunner().invoke(main, ["lint", "--all", "--schemas", "schemas"])
    assert notes.exit_code == 0, notes.output
    come = {"notes.txt": notes.stdout, **_modules(out / PACKAGE)}
    for path in sorted(out.glob("tests/*/test_*.py")) if with_tests else ():
        come[path.relative_to(out).as_posix()] = path.read_text("utf-8")
    return come


def _modules(package: Path) -> dict[str, str]:
    """Return the files of the models, the normalised entries laid out for a reader."""
    found = {}
    for path in sorted(package.glob("*/*.py")):
        is_runtime = (RUNTIME / path.parent.name).is_dir()
        if path.name != "__init__.py" and not is_runtime:
            text = path.read_text("utf-8")
            assert black.format_str(text, mode=MODE) == text
            found[path.relative_to(package.parent).as_posix()] = text
    for path in sorted(package.glob("_schemas/**/*.json")):
        entry = json.loads(path.read_text("utf-8"))
        text = json.dumps(entry, indent=2, ensure_ascii=False) + "\n"
        found[path.relative_to(package).as_posix()] = text
    return found


def _rewrite(folder: Path, come: dict[str, str]) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    for path, text in come.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
