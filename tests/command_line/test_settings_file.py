"""Settings in `[tool.runcomfy-codegen]` of a `pyproject.toml`, found upwards."""

from pathlib import Path

import pytest

from tests.support.workspace import Run, Store


def test_settings_stand_for_the_options_that_are_not_given(
    run: Run, folder: Path, store: Store
) -> None:
    store()
    (folder / "schemas").rename(folder / "models")
    (folder / "pyproject.toml").write_text(
        '[tool.runcomfy-codegen]\nschemas = "models"\nout = "package"\njobs = 1\n'
    )
    assert run("generate").exit_code == 0
    assert (folder / "package/runcomfy_models/acme/paint_1_5_edit.py").is_file()
    assert run("check").exit_code == 0
    assert run("check", "--out", "elsewhere").exit_code == 1


def test_settings_are_found_upwards_and_paths_are_from_there(
    run: Run, folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = store(input_schema={"type": "picture"})
    (folder / "pyproject.toml").write_text(
        '[tool.runcomfy-codegen]\nschemas = "schemas"\nout = "generated"\n'
    )
    below = folder / "docs" / "deep"
    below.mkdir(parents=True)
    (folder / "docs" / "pyproject.toml").write_text('[project]\nname = "other"\n')
    monkeypatch.chdir(below)
    said = run("generate")
    assert said.exit_code == 3
    assert "../../schemas/acme/paint-1.5/edit.json#" in said.output
    broken.unlink()
    store()
    assert run("generate").exit_code == 0
    assert (folder / "generated" / "manifest.json").is_file()
    assert not (below / "generated").exists()


def test_docs_and_sync_read_settings_too(run: Run, folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        "[tool.runcomfy-codegen]\n"
        'base-url = "http://127.0.0.1:9"\nsite = "public"\nurl = "https://docs.acme.test"\n'
    )
    help_text = run("docs", "build", "--help").output
    assert "public" in help_text
    assert run("sync", "--dry-run").exit_code == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            'shemas = "x"',
            "shemas: there is no such setting; did you mean `schemas`?",
        ),
        ("zzz = 1", "zzz: there is no such setting; use one of "),
        ("schemas = 3", "schemas: 3 is not a text; "),
        ('jobs = "2"', "jobs: '2' is not a whole number; "),
        ("jobs = true", "jobs: True is not a whole number; "),
        ('schemas = ""', "schemas: '' is empty; "),
    ],
)
def test_a_wrong_setting_is_said_before_anything_is_done(
    run: Run, folder: Path, store: Store, table: str, said: str
) -> None:
    store()
    file = folder / "pyproject.toml"
    file.write_text(f"[tool.runcomfy-codegen]\n{table}\n")
    result = run("generate")
    assert result.exit_code == 2
    assert f"pyproject.toml: [tool.runcomfy-codegen] {said}" in result.output
    assert not (folder / "generated").exists()


@pytest.mark.parametrize(
    "text", ["[tool.runcomfy-codegen]\nschemas = \n", "[tool]\nruncomfy-codegen = 3\n"]
)
def test_a_table_that_cannot_be_read_is_wrong_usage(
    run: Run, folder: Path, text: str
) -> None:
    (folder / "pyproject.toml").write_text(text)
    result = run("list")
    assert result.exit_code == 2
    assert "pyproject.toml" in result.output
    assert "Traceback" not in result.output
