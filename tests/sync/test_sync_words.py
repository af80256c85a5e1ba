"""What `sync` says of each entry and file that it cannot take, to the last word."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from runcomfy_codegen.catalogue import listing
from tests.support.lying_catalogue import LyingCatalogue, entries, entry

Sync = Callable[..., Result]
Lying = Callable[..., LyingCatalogue]
Store = Callable[..., Path]


def test_an_entry_that_is_not_as_it_should_be(sync: Sync, lying: Lying) -> None:
    done = sync(lying([entry("acme/b", display_name=7)]).url)
    assert done.exit_code == 3
    assert done.stderr == (
        "skipped  catalogue: acme/b: /display_name is not as a stored model should be: "
        "7 is not of type 'string', 'null'; correct it at its source\n"
    )


def test_an_id_that_is_the_path_of_something_else(sync: Sync, lying: Lying) -> None:
    done = sync(lying([entry("acme/a.overlay")]).url)
    assert done.stderr == (
        "skipped  catalogue: 'acme/a.overlay' is not a model_id; correct it at its source\n"
    )


def test_an_overlay_that_spoils_its_entry(sync: Sync, lying: Lying) -> None:
    overlay = Path("schemas/acme/b.overlay.json")
    overlay.parent.mkdir(parents=True)
    overlay.write_text('{"input_schema": {"properties": {"seed": {"type": "cat"}}}}')
    done = sync(lying([entry("acme/b")]).url)
    assert done.exit_code == 3
    assert (
        'b.overlay.json#/input_schema/properties/seed/type: "cat" is not a type; use'
        in (done.stderr.splitlines()[-1])
    )
    assert not Path("schemas/acme/b.json").exists()


def test_pages_of_entries_without_an_id(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LIMIT", 2)
    nameless = [{"input_schema": {}, "number": number} for number in range(8)]
    done = sync(lying([*nameless, entry("acme/a")]).url)
    assert done.exit_code == 3
    assert done.stdout == (
        "new  acme/a\n1 new, 0 changed, 0 gone, 0 unchanged, 8 skipped\n"
    )


def test_retirements_that_cannot_be_read(
    sync: Sync, lying: Lying, store: Store
) -> None:
    file = store(entry("acme/old"))
    Path("schemas/retired.toml").write_bytes(b"\xff")
    done = sync(lying(entries(2)).url, "--prune")
    assert done.exit_code == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("schemas/retired.toml: cannot be read: 'utf-8' codec")
    assert last.endswith("; correct it and run again")
    assert file.exists()


def test_retirements_that_take_more_than_a_line(
    sync: Sync, lying: Lying, store: Store
) -> None:
    store(entry("acme/old"))
    text = '"acme/model-0000" = """\n"""\n"acme/gone" = ""\n'
    Path("schemas/retired.toml").write_text(text)
    done = sync(lying(entries(2)).url, "--prune")
    assert done.exit_code == 0
    assert Path("schemas/retired.toml").read_text() == (
        '"acme/gone" = ""\n"acme/old" = ""\n'
    )


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("# none yet", '# none yet\n"acme/old" = ""\n'),
        ("[table]\nkey = 1\n", '"acme/old" = ""\n\n[table]\nkey = 1\n'),
    ],
)
def test_retirements_of_a_person(
    sync: Sync, lying: Lying, store: Store, text: str, edited: str
) -> None:
    store(entry("acme/old"))
    Path("schemas/retired.toml").write_text(text)
    sync(lying(entries(2)).url, "--prune")
    assert Path("schemas/retired.toml").read_text() == edited


def test_a_line_of_its_own_for_each_retired_model(
    sync: Sync, lying: Lying, store: Store
) -> None:
    for name in ("b", "a", "c"):
        store(entry(f"acme/{name}"))
    text = '# kept\n"acme/c" = "acme/model-0000"\n"acme/model-0001" = ""\n'
    Path("schemas/retired.toml").write_text(text)
    done = sync(lying(entries(2)).url, "--prune", "--force")
    assert done.exit_code == 0
    assert Path("schemas/retired.toml").read_text() == (
        '# kept\n"acme/c" = "acme/model-0000"\n"acme/a" = ""\n"acme/b" = ""\n'
    )
    assert "published again  acme/model-0001" in done.stdout
    left = {
        json.loads(path.read_text())["model_id"]
        for path in Path("schemas").rglob("*.json")
    }
    assert left == {"acme/model-0000", "acme/model-0001"}
