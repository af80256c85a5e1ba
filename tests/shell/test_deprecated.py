"""What the command line says of a model, and of a field, that should not be used."""

from pathlib import Path

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.command import Command, pointed_at

SCHEMA = {
    "type": "object",
    "properties": {
        "old": {"type": "integer", "maximum": 9, "deprecated": True},
        "new": {"type": "integer"},
    },
}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("use acme/b \x1b[31m", "Deprecated: use acme/b"),
        (True, "Deprecated: This model is deprecated."),
        (False, ""),
        ("false", ""),
    ],
)
def test_it_is_shown(tmp_path: Path, said: object, shown: str) -> None:
    entry = {"model_id": "acme/a", "input_schema": SCHEMA, "deprecated": said}
    with Simulator(entries=[entry], queued=0, running=0) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        text = command("run", "acme/a", "--help").out
    assert "\x1b" not in text
    assert ("Deprecated: " in text) == bool(shown)
    assert shown in text
    assert "[deprecated] [..9]" in text
    assert text.count("[deprecated]") == 1
