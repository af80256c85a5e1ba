"""`deprecated` and `readOnly` in the typed module, in a page and in the notes."""

import json
import subprocess
import sys
from pathlib import Path

import black
import pytest

from tests.support.workspace import Run, Store

MODULE = Path("generated/runcomfy_models/acme/paint_1_5_edit.py")
OVERLAY = Path("schemas/acme/paint-1.5/edit.overlay.json")


def generate(run: Run, store: Store, why: object, **fields: object) -> str:
    store()
    patch = {"deprecated": why, "input_schema": {"properties": fields}}
    OVERLAY.write_text(json.dumps(patch))
    assert run("generate").exit_code == 0
    return MODULE.read_text()


@pytest.mark.parametrize(
    ("why", "written"),
    [
        (True, '@deprecated("This model is deprecated.", category=None)\nclass Input('),
        ('Say "hi".', "@deprecated('Say \"hi\".', category=None)\nclass Input("),
        ("w" * 54, f'@deprecated("{"w" * 54}", category=None)\nclass Input('),
        ("w" * 58, f'@deprecated("{"w" * 58}", category=None)\nclass Input('),
        ("w" * 59, f'@deprecated(\n    "{"w" * 59}", category=None\n)\nclass Input('),
        (
            "w" * 68,
            f'@deprecated(\n    "{"w" * 68}",\n    category=None,\n)\nclass Inp',
        ),
        (
            "w" * 300,
            f'@deprecated(\n    "{"w" * 300}",\n    category=None,\n)\nclass In',
        ),
        ("a\nb", '@deprecated("a\\nb", category=None)\nclass Input('),
    ],
)
def test_a_model_is_marked_for_type_checkers(
    run: Run, store: Store, why: object, written: str
) -> None:
    text = generate(run, store, why)
    assert written in text
    assert black.format_str(text, mode=black.Mode()) == text


def test_a_field_is_marked_in_types_page_and_notes(run: Run, store: Store) -> None:
    marks = {"strength": {"deprecated": True}, "prompt": {"readOnly": True}}
    text = generate(run, store, False, **marks)
    assert "@deprecated" not in text
    assert "deprecated=True" in text
    assert "deprecated;" in text
    assert "read-only: the service sets it" in text
    assert black.format_str(text, mode=black.Mode()) == text
    page = Path("generated/docs/models/acme/paint_1_5_edit.md").read_text()
    assert "**required** · read-only" in page
    notes = run("lint", "--all").output
    assert "strength/deprecated: info: true: it is marked in types" in notes
    assert "prompt/readOnly: info: true: the service sets it" in notes
    assert run("check").exit_code == 0


def test_what_is_marked_still_works(run: Run, store: Store) -> None:
    """Also where warnings are errors; only its reader is warned."""
    generate(run, store, "Use another.", strength={"deprecated": True})
    script = """
from runcomfy_models.acme.paint_1_5_edit import Input
whole = Input(prompt="x", strength=0.5)
assert whole.body()["strength"] == 0.5
assert Input.from_body(whole.body()) == whole
assert Input.__deprecated__ == "Use another."
repr(whole), whole.model_copy(update={"strength": 0.25}).body(), whole.model_dump_json()
try:
    whole.strength
except DeprecationWarning:
    print("warned")
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd="generated",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("warned\n", "")
