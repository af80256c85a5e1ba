"""A store of small models, and runs of the generator over it in processes of their own."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Save = Callable[..., None]


@pytest.fixture
def folder(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A folder to work in, which is the current one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def save(folder: Path) -> Save:
    """Store models: by name, with a word that shows in all that is made of them."""

    def store(word: str, *names: str) -> None:
        for name in names:
            field = {"type": "string", "description": f"The {word} of {name}."}
            entry = {
                "model_id": f"acme/{name}",
                "description": f"A {word}.",
                "input_schema": {
                    "type": "object",
                    "required": ["prompt"],
                    "properties": {"prompt": field, word: {"type": "integer"}},
                },
            }
            file = folder / "schemas" / "acme" / f"{name}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(".new")
            partial.write_text(json.dumps(entry))
            partial.replace(file)

    return store
