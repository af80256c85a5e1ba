"""A command line to call, and a schema folder to call it on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.cli import main
from tests.support.workspace import PAINT, Run


@pytest.fixture
def folder(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder to work in, which is the current one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """Call the command line in the folder."""

    def call(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin)

    return call


@pytest.fixture
def store(folder: Path) -> Callable[..., Path]:
    """Store a model, as it is or with changes to its entry."""

    def save(path: str = "acme/paint-1.5/edit.json", **changes: Any) -> Path:
        file = folder / "schemas" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        entry = json.loads(json.dumps({**PAINT, **changes}))
        file.write_text(json.dumps(entry, indent=1), "utf-8")
        return file

    return save
