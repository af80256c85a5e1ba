"""The command that a page shows runs in a real shell, whatever the example holds."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runcomfy_codegen.render.docs.command_line import command_line
from runcomfy_models.simulator import Simulator
from tests.support.command import Command, pointed_at, sent
from tests.support.every_field import EVERYTHING, packaged

BODIES: list[dict[str, Any]] = [
    {
        "text": 'it\'s "a" $HOME `x` \\ !\n\ttwo\r\u2028\x1b[31m```\n\u00e9\U0001f3a9',
        "whole": -1,
    },
    {
        "text": "",
        "texts": ["--dry-run", "@me", "", "-"],
        "switch": False,
        "maybe": True,
    },
    {"text": "--whole", "texts": [], "wholes": [1, 2], "switches": [True]},
    {
        "texts": ["[1]", "x"],
        "grid": [[1, 2], []],
        "size": {"width": 3, "deep": {"a_b": "c"}},
    },
    {"loras": [{"path": "p", "scale": 0.5}], "either": "5", "nullable": "null"},
    {"either": 5, "nullable": '"x"', "number_or_null": None, "names": {"a": 1}},
    {"mixed": "auto", "choice": {"width": 1}, "steps": 4, "word": "b c"},
    {"timeout": 5, "input": "x", "json": False, "no_wait": True, "help": "y"},
    {"33_video": "https://x.test/a.mp4", "a.b": "c", "with space": "d", "un=even": "e"},
    {"nullable": "@x", "text": "@@x", "maybe": None, "mixed": True},
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packaged(tmp_path_factory.mktemp("everything"), [EVERYTHING])


def words_said(said: bytes) -> Iterator[list[str]]:
    """Read back the words of each command: how many, and each with a zero behind it."""
    words = iter(said.decode().split("\0")[:-1])
    for count in words:
        yield [next(words) for _ in range(int(count))]


def test_every_shown_command_sends_its_example(package: Path, tmp_path: Path) -> None:
    entry = package / "runcomfy_models/_schemas/acme/everything.json"
    schema = json.loads(entry.read_text("utf-8"))["input_schema"]
    shown = [command_line("acme/everything", schema, body) for body in BODIES]
    assert all(
        line.lstrip().startswith(("--", "'--", "$'--", "runcomfy"))
        for s in shown
        for line in s.split("\n")
    )
    binary = tmp_path / "runcomfy-models"
    binary.write_text(f"#!/bin/sh\nprintf '%s\\0' $# \"$@\" >> {tmp_path}/said\n")
    binary.chmod(0o755)
    with Simulator(entries=[EVERYTHING]) as simulator:
        command = Command(tmp_path, package, **pointed_at(simulator))
        path = f"{tmp_path}:{command.environment['PATH']}"
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join(shown)],
            env={**command.environment, "PATH": path},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        calls = list(words_said((tmp_path / "said").read_bytes()))
        for each in command.each([[*words, "--no-wait"] for words in calls]):
            assert each.code == 0, each.err
        assert [body for _, body in sent(simulator)] == BODIES
