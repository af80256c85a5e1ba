"""A folder to sync into, a command line to do it with, and a catalogue that lies."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.catalogue import asking
from runcomfy_codegen.cli import main
from tests.support.lying_catalogue import LyingCatalogue

TOKEN = "secret-token"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with a token and without pauses."""
    monkeypatch.chdir(tmp_path)
    for variable in ("RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY", "RUNCOMFY_BASE_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", TOKEN)
    monkeypatch.setattr(asking, "PAUSES", (0.0, 0.0, 0.0))
    return tmp_path


@pytest.fixture
def lying() -> Iterator[Callable[..., LyingCatalogue]]:
    """Start a catalogue that serves entries."""
    started: list[LyingCatalogue] = []

    def start(served: list[Any]) -> LyingCatalogue:
        started.append(LyingCatalogue(served))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def sync() -> Callable[..., Result]:
    """Call `sync` on a catalogue."""

    def call(url: str, *arguments: str) -> Result:
        arguments = ("sync", "--base-url", url, *arguments)
        done = CliRunner().invoke(main, arguments)
        assert TOKEN not in done.output
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done

    return call


@pytest.fixture
def store() -> Callable[..., Path]:
    """Store an entry as it would have been stored before."""

    def save(entry: dict[str, Any]) -> Path:
        file = Path("schemas", f"{entry['model_id']}.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(entry), "utf-8")
        return file

    return save
