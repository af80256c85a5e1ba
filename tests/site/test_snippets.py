"""Every snippet on every page runs as it stands there, against the simulator."""

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.warm import run_script

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "generated/README.md",
    *sorted((ROOT / "generated/docs").rglob("*.md")),
]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
OF_MODELS = [name for name in NAMES if "docs/models/" in name]
QUICK = [name for name in NAMES if name not in OF_MODELS[1:]]
LATER = [pytest.param(name, marks=pytest.mark.stress) for name in OF_MODELS[1:]]
"""Pages of models are made by one template: the first shows most of what is wrong."""
BLOCK = re.compile(
    r'^(?P<indent> *)```(?P<language>\w*)(?: title="(?P<title>[^"]+)")?\n'
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
RUN = {"python", "bash"}
SHOWN = {"text", "json", "toml", ""}
LONGEST = 300
"""Seconds that a snippet may take: far above what it does, on a busy machine too."""
ENTRY = {"model_id": "acme/new", "input_schema": {"type": "object", "properties": {}}}


@dataclass(frozen=True)
class Snippet:
    """One fenced block of a page."""

    language: str
    title: str
    text: str
    line: int


def snippets(page: Path) -> list[Snippet]:
    """Return the fenced blocks of a page, in their order."""
    text = page.read_text("utf-8")
    found = []
    for match in BLOCK.finditer(text):
        indent = re.compile("^" + match["indent"], re.MULTILINE)
        found.append(
            Snippet(
                match["language"],
                match["title"] or "",
                indent.sub("", match["text"]),
                text.count("\n", 0, match.start()) + 1,
            )
        )
    return found


def run_page(page: Path, folder: Path, environment: Mapping[str, str]) -> list[str]:
    """Run the snippets of a page one after the other, and return what failed."""
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    case = ROOT / "tests/reader/cases/text_run_together/input.txt"
    shutil.copy(case, folder / "page.txt")
    (folder / "entry.json").write_text(json.dumps(ENTRY))
    failures = []
    for number, snippet in enumerate(snippets(page)):
        if snippet.language in RUN:
            exit_code, said = run(snippet, folder, number, environment)
            if exit_code:
                failures.append(f"{page}:{snippet.line}: exit {exit_code}\n{said}")
    return failures


def run(
    snippet: Snippet, folder: Path, number: int, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run one snippet; return its exit code and what it said. Only its ports differ."""
    text = re.sub(r"\b(8787|8788|8000)\b", str(free_port()), snippet.text)
    file = folder / (snippet.title or f"snippet_{number}.py")
    if snippet.language == "bash":
        return run_command(["bash", "-eu", "-c", text], folder, environment)
    file.write_text(text, "utf-8")
    if file.name.startswith("test_"):
        pytest_command = ["python", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        return run_command([*pytest_command, file.name], folder, environment)
    return run_script(file, environment, LONGEST)


def run_command(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> tuple[int, str]:
    """Run a program to its end."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("name", QUICK + LATER)
def test_every_snippet_runs(
    name: str, environment: dict[str, str], tmp_path: Path
) -> None:
    failures = run_page(ROOT / name, tmp_path, environment)
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("name", NAMES)
def test_every_language_is_known(name: str) -> None:
    languages = {snippet.language for snippet in snippets(ROOT / name)}
    assert languages <= RUN | SHOWN


@pytest.mark.parametrize("name", OF_MODELS)
def test_a_model_is_shown_in_every_way(name: str) -> None:
    if "was retired" in (ROOT / name).read_text("utf-8"):
        return
    shown = [(snippet.language, snippet.title) for snippet in snippets(ROOT / name)]
    assert shown == [
        ("text", "Model ID"),
        ("python", ""),
        ("python", ""),
        ("python", "submit.py"),
        ("python", "resume.py"),
        ("python", "cancel.py"),
        ("bash", ""),
        ("bash", ""),
        ("json", "GET /v1/requests/{request_id}/result"),
    ]
