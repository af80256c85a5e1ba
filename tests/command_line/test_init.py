"""`runcomfy-codegen init`: a project of one's own, in which everything works at once."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
import yaml

from runcomfy_codegen.cli import main
from tests.support.workspace import Run, Store

WORKFLOWS = ("check", "publish", "sync")


def _tests_of(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    place = {"PYTHONPATH": str(folder / "generated"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [*command, "-o", "addopts=", "--import-mode=importlib", "generated/tests"],
        cwd=folder,
        env={**os.environ, **place},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_empty_project_generates_and_its_tests_pass(run: Run, folder: Path) -> None:
    begun = run("init")
    assert begun.exit_code == 0
    assert run("generate").exit_code == 0
    assert run("check").exit_code == 0
    tested = _tests_of(folder)
    assert tested.returncode == 0, tested.stdout
    assert "1 passed" in tested.stdout


def test_a_model_dropped_in_is_generated_and_tested(
    run: Run, folder: Path, store: Store
) -> None:
    run("init")
    store()
    assert run("generate").exit_code == 0
    tested = _tests_of(folder)
    assert tested.returncode == 0, tested.stdout


def test_init_elsewhere_makes_the_folder(run: Run, folder: Path) -> None:
    assert run("init", "new/place").exit_code == 0
    assert (folder / "new/place/schemas/names.toml").is_file()
    assert not (folder / "schemas").exists()


def test_nothing_that_is_there_is_replaced(run: Run, folder: Path) -> None:
    (folder / "schemas").mkdir()
    mine = {"README.md": "mine\n", "schemas/names.toml": "# mine\n", ".gitignore": ""}
    for path, text in mine.items():
        (folder / path).write_text(text)
    said = run("init")
    assert said.exit_code == 0
    for path, text in mine.items():
        assert (folder / path).read_text() == text
        assert f"kept as it was  {path}" in said.output


@pytest.mark.parametrize("known", ['[project]\nname = "mine"\n', "# no line end", ""])
def test_settings_are_added_to_a_pyproject_once(
    run: Run, folder: Path, known: str
) -> None:
    file = folder / "pyproject.toml"
    file.write_text(known)
    assert "extended  pyproject.toml" in run("init").output
    extended = file.read_text()
    assert extended.startswith(known)
    settings = tomllib.loads(extended)["tool"]["runcomfy-codegen"]
    assert settings["schemas"] == "schemas"
    assert "kept as it was  pyproject.toml" in run("init").output
    assert file.read_text() == extended


def test_what_cannot_be_written_is_said(run: Run, folder: Path) -> None:
    (folder / "schemas").write_text("a file where a folder belongs")
    said = run("init")
    assert said.exit_code == 1
    assert "schemas" in said.output
    assert "Traceback" not in said.output


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_call_commands_and_options_that_exist(
    run: Run, folder: Path, name: str
) -> None:
    run("init")
    text = (folder / f".github/workflows/{name}.yml").read_text("utf-8")
    steps = [
        step
        for job in yaml.safe_load(text)["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    script = "\n".join(step["run"] for step in steps)
    calls = re.findall(r"^\s*runcomfy-codegen (\S+)(.*?)(?:>|$)", script, re.MULTILINE)
    assert calls
    context = click.Context(main)
    for command_name, rest in calls:
        command = main.get_command(context, command_name)
        assert command is not None, command_name
        command.make_context(command_name, rest.split())
