"""Starting is quick: --help of a model, and a press of Tab, at a thousand models."""

import json
import resource
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.checkout import GENERATED
from tests.support.command import FLEX, Command

TIMES = 5


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, listing a thousand models."""
    folder = tmp_path_factory.mktemp("thousand")
    package = folder / "runcomfy_models"
    leftovers = shutil.ignore_patterns("__pycache__")
    shutil.copytree(GENERATED / "runcomfy_models", package, ignore=leftovers)
    names = [f"{FLEX}-{number}" for number in range(999)]
    rows = dict.fromkeys((FLEX, *names), ("blackforestlabs", "flux_2_flex_edit"))
    (package / "_catalogue.py").write_text(f"MODELS = {rows!r}\nRETIRED = {{}}\n")
    known = json.loads((package / "_index.json").read_text("utf-8"))[3]
    index = [{**known, "model_id": name} for name in rows]
    (package / "_index.json").write_text(json.dumps(index))
    compiling = [sys.executable, "-m", "compileall", "-q", str(package)]
    subprocess.run(compiling, check=True)
    return folder


@pytest.fixture
def command(thousand: Path, tmp_path: Path) -> Command:
    return Command(tmp_path, thousand)


def cpu(words: Sequence[str], environment: dict[str, str]) -> float:
    """Return the least CPU seconds that a command took, of some tries."""
    tries = []
    for _ in range(TIMES):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(words, env=environment, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        user, system = (
            after.ru_utime - before.ru_utime,
            after.ru_stime - before.ru_stime,
        )
        tries.append(user + system)
    return min(tries)


def test_help_of_a_model_is_at_most_four_imports_of_click(command: Command) -> None:
    click = cpu([sys.executable, "-c", "import click"], command.environment)
    shown = [*command.words, "run", FLEX, "--help"]
    assert cpu(shown, command.environment) <= 4 * click


@pytest.mark.parametrize("words", [["run", "black"], ["run", FLEX, "--o"]])
def test_a_tab_is_quick(command: Command, words: list[str]) -> None:
    pressed = [*command.words, "__complete", "bash", *words]
    assert cpu(pressed, command.environment) <= 0.15


def test_help_imports_no_model_and_nothing_that_sends(command: Command) -> None:
    code = (
        "import sys\nfrom runcomfy_models.cli import main\n"
        f"main(['run', {FLEX!r}, '--help'])\n"
        "print('modules:', *sys.modules)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        env=command.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {*shown.stdout.rpartition("modules:")[2].split()}
    assert not {"pydantic", "httpx2", "rich", "decimal", "asyncio"} & loaded
    assert not any(name.startswith("runcomfy_models.blackforest") for name in loaded)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise ModuleNotFoundError(name='click')\n")
    done = subprocess.run(
        [sys.executable, "-m", "runcomfy_models", "models"],
        env={"PYTHONPATH": f"{tmp_path}:{GENERATED}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 69
    assert done.stderr.splitlines() == [
        "runcomfy-models: the command line needs click, which is not installed: "
        "pip install 'runcomfy-models[cli]'"
    ]
