"""The skill: valid by the published format, and its own commands work."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from runcomfy_models.simulator import Simulator
from tests.support.checkout import GENERATED
from tests.support.command import FLEX, Command, pointed_at, sent

SKILL = GENERATED / "skills" / "runcomfy-models" / "SKILL.md"
ALLOWED = {
    "name",
    "description",
    "license",
    "compatibility",
    "metadata",
    "allowed-tools",
}


def parts() -> tuple[dict[str, str], str]:
    """Return what the skill says of itself, and what it tells."""
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", SKILL.read_text("utf-8"), re.DOTALL)
    assert match
    return yaml.safe_load(match[1]), match[2]


def test_it_is_valid_by_the_format() -> None:
    about, body = parts()
    assert {"name", "description"} <= about.keys() <= ALLOWED
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", about["name"])
    assert about["name"] == SKILL.parent.name
    assert len(about["name"]) <= 64
    assert 1 <= len(about["description"]) <= 1024
    assert not re.search("[<>]", about["description"])
    assert 1 <= len(about["compatibility"]) <= 500
    assert len(body.splitlines()) < 500


def test_it_names_no_model() -> None:
    assert "blackforestlabs" not in parts()[1]


def commands() -> list[str]:
    blocks = re.findall(r"```bash\n(.*?)```", parts()[1], re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def test_its_commands_work(simulator: Simulator, tmp_path: Path) -> None:
    binary = tmp_path / "runcomfy-models"
    binary.write_text(f'#!/bin/sh\nexec {sys.executable} -m runcomfy_models "$@"\n')
    binary.chmod(0o755)
    (tmp_path / "prompts.csv").write_text("prompt,image_urls\na,https://x.test/a.png\n")
    command = Command(tmp_path, **pointed_at(simulator))
    path = f"{tmp_path}:{command.environment['PATH']}"
    script = "\n".join(commands()).replace("MODEL", FLEX)
    done = subprocess.run(
        ["bash", "-eux", "-c", script],
        env={**command.environment, "PATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(sent(simulator)) == 2
    assert len([*(tmp_path / "out").rglob("*.png")]) == 2


def test_every_option_that_it_names_is_there(command_help: str) -> None:
    named = set(re.findall(r"--[a-z][a-z-]+", parts()[1]))
    of_models = {"--prompt", "--image-urls", "--image-size"}
    assert {name for name in named - of_models if name not in command_help} == set()


@pytest.fixture
def command_help(simulator: Simulator, tmp_path: Path) -> str:
    command = Command(tmp_path, **pointed_at(simulator))
    pages = [["run", "--help"], ["models", "--help"], ["batch", "run", "--help"]]
    return "".join(done.out for done in command.each(pages))
