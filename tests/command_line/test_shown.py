"""Which model README and guides show: the one that was first, wherever others stand."""

import json
from pathlib import Path

import pytest

from tests.support.workspace import PAINT, Run, Store

SHOWN = Path("schemas/shown.toml")
README = Path("generated/README.md")
PAGES = ("docs/index.md", "docs/guides/quick-start.md", "docs/guides/jobs.md")


def _texts() -> list[str]:
    return [Path("generated", page).read_text() for page in PAGES]


def _add(run: Run, model_id: str) -> None:
    entry = json.dumps({**PAINT, "model_id": model_id})
    assert run("add", "-", stdin=entry).exit_code == 0


def test_a_newcomer_does_not_rewrite_the_guides(run: Run) -> None:
    _add(run, "acme/paint")
    assert 'model = "acme/paint"' in SHOWN.read_text()
    run("generate")
    before = _texts()
    for newcomer in ("zoo/zebra", "aaa/ant"):
        _add(run, newcomer)
        assert run("generate").exit_code == 0
        assert _texts()[1:] == before[1:]
        assert "import paint" in README.read_text()
    assert run("check", "--full").exit_code == 0


def test_models_that_were_stored_before_it_was_written_down(
    run: Run, store: Store
) -> None:
    store("acme/b.json", model_id="acme/b")
    store("acme/c.json", model_id="acme/c")
    run("generate")
    before = _texts()
    _add(run, "zoo/zebra")
    run("generate")
    assert _texts()[1:] == before[1:]


def test_a_person_chooses(run: Run, store: Store) -> None:
    store()
    store("acme/b.json", model_id="acme/b")
    run("generate")
    SHOWN.write_text('model = "acme/b"\n')
    run("generate")
    assert "import b\n" in README.read_text()
    _add(run, "zoo/zebra")
    assert SHOWN.read_text() == 'model = "acme/b"\n'
    Path("schemas/acme/b.json").unlink()
    assert run("generate").exit_code == 0
    _add(run, "aaa/ant")
    assert 'model = "zoo/zebra"' in SHOWN.read_text()


@pytest.mark.parametrize("text", ["model = 7", "= 1", "model"])
def test_what_is_not_a_model_is_a_problem(run: Run, store: Store, text: str) -> None:
    store()
    SHOWN.write_text(text)
    done = run("generate")
    assert done.exit_code == 3
    assert "schemas/shown.toml#" in done.stderr
