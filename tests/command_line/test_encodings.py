"""What is printed to a pipe or a terminal that has not every character."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WORDS = "Zeichne ein Bild für 漢字 \N{GRINNING FACE}"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, default in (("old", WORDS), ("new", f"{WORDS}!")):
        field = {"type": "string", "enum": [default, "b"], "default": default}
        odd = {"type": "string", "enum": ["b"], "description": f"{WORDS} (or c)"}
        schema = {"type": "object", "properties": {"prompt": field, "漢": odd}}
        file = tmp_path / name / "acme/paint.json"
        file.parent.mkdir(parents=True)
        entry = {"model_id": "acme/paint", "input_schema": schema}
        file.write_text(json.dumps(entry), "utf-8")


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["cp1252", "latin-1", "C"],
)
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("diff", "old", "new"), 0),
        (("diff", "old", "new", "--format", "markdown"), 0),
        (("lint", "--schemas", "new"), 0),
        (("list", "--schemas", "漢"), 2),
    ],
)
def test_a_character_that_the_output_does_not_have(
    surroundings: dict[str, str], arguments: tuple[str, ...], code: int
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runcomfy_codegen", *arguments],
        env={**os.environ, **surroundings},
        capture_output=True,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stderr
    if arguments[0] == "diff" and "PYTHONIOENCODING" in surroundings:
        text = done.stdout.decode(surroundings["PYTHONIOENCODING"], "ignore")
        assert "Zeichne ein Bild" in text
        assert "漢" not in text
