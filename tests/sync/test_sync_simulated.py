"""`sync` from the simulator's catalogue, of every size."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.cli import main
from runcomfy_models.simulator import Simulator
from tests.support.lying_catalogue import entries, entry

Sync = Callable[..., Result]
PUBLISHED = Path(__file__).parents[3] / "shared/catalogue/models.json"


def tree() -> dict[str, Any]:
    return {
        path.relative_to("schemas").as_posix(): path.read_bytes()
        for path in sorted(Path("schemas").rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("count", [1, 100, 400, 2000])
def test_a_catalogue_of_any_size(sync: Sync, count: int) -> None:
    served = entries(count)
    with Simulator(entries=served, token="secret-token") as simulator:
        done = sync(simulator.url)
        assert done.exit_code == 0, done.output
        assert f"{count} new, 0 changed, 0 gone, 0 unchanged" in done.output
        stored = tree()
        assert [
            json.loads(stored[path]) for path in stored if path.endswith(".json")
        ] == served
        done = sync(simulator.url)
    assert done.output == f"0 new, 0 changed, 0 gone, {count} unchanged, 0 skipped\n"
    assert tree() == stored


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published entries are not here")
def test_the_published_catalogue(sync: Sync) -> None:
    published = json.loads(PUBLISHED.read_text("utf-8"))["models"]
    with Simulator(entries=published, token="secret-token") as simulator:
        done = sync(simulator.url)
    assert done.exit_code == 0, done.output
    assert f"{len(published)} new" in done.output
    for each in published:
        file = Path("schemas", f"{each['model_id']}.json")
        assert json.loads(file.read_text("utf-8")) == each


def test_what_moved_is_told_by_field(sync: Sync, store: Callable[..., Path]) -> None:
    old = entry("acme/old")
    was = entry("acme/paint")
    now = json.loads(json.dumps(was))
    now["input_schema"]["properties"]["seed"]["maximum"] = 9
    now["input_schema"]["properties"]["size"] = {"type": "string"}
    for each in (old, was):
        store(each)
    with Simulator(entries=[now, entry("acme/new")], token="secret-token") as simulator:
        before = tree()
        dry = sync(simulator.url, "--dry-run")
        assert tree() == before
        done = sync(simulator.url)
    expected = [
        "new  acme/new",
        "changed  acme/paint",
        "    breaking  input seed: maximum none -> 9",
        "    additive  input size: new, optional",
        "gone  acme/old  (--prune retires it)",
    ]
    assert done.output.splitlines()[:5] == dry.output.splitlines()[:5] == expected
    assert "1 new, 1 changed, 1 gone, 0 unchanged" in done.output
    assert "nothing was written" in dry.output
    assert Path("schemas/acme/old.json").exists()
    assert json.loads(Path("schemas/acme/paint.json").read_text()) == now


@pytest.mark.parametrize(
    "arguments",
    [("--search", "paint"), ("--category", "text-to-image"), ("--kind", "model")],
)
def test_nothing_is_gone_from_a_part(
    sync: Sync, store: Callable[..., Path], arguments: tuple[str, str]
) -> None:
    old = store(entry("acme/old", kind="other", categories=[]))
    served = [entry("acme/paint"), entry("acme/other", kind="other", categories=[])]
    with Simulator(entries=served, token="secret-token") as simulator:
        done = sync(simulator.url, "--prune", *arguments)
    assert done.exit_code == 0
    assert "1 new, 0 changed, 0 gone" in done.output
    assert old.exists()


def test_what_a_page_said_is_kept(sync: Sync, store: Callable[..., Path]) -> None:
    said = {
        "description": "From the page.",
        "example": {"prompt": "A cat"},
        "output_schema": {
            "type": "object",
            "properties": {"image": {"type": "string"}},
        },
        "source_url": "https://example.com/paint",
        "display_name": "Paint",
        "of_the_page": [1],
    }
    file = store({**entry("acme/paint"), **said})
    listed = entry("acme/paint", description=None, display_name="", base_price_usd=0.5)
    with Simulator(entries=[listed], token="secret-token") as simulator:
        done = sync(simulator.url)
    assert "harmless  base_price_usd none -> 0.5" in done.output
    assert json.loads(file.read_text()) == {
        **entry("acme/paint"),
        **said,
        "base_price_usd": 0.5,
    }


def test_what_the_catalogue_says_wins(sync: Sync, store: Callable[..., Path]) -> None:
    file = store(entry("acme/paint", description="Old."))
    with Simulator(
        entries=[entry("acme/paint", description="New.")], token="secret-token"
    ) as simulator:
        assert "harmless  description changed" in sync(simulator.url).output
    assert json.loads(file.read_text())["description"] == "New."


def test_what_is_gone_is_retired_and_its_overlay_waits(
    sync: Sync, store: Callable[..., Path]
) -> None:
    store(entry("acme/deep/old"))
    overlay = Path("schemas/acme/deep/old.overlay.json")
    overlay.write_text("{}")
    retired = Path("schemas/retired.toml")
    retired.write_text('# Gone.\n"acme/older" = "acme/paint"  # since May')
    with Simulator(entries=[entry("acme/paint")], token="secret-token") as simulator:
        done = sync(simulator.url, "--prune")
        assert "retired  acme/deep/old" in done.output
        assert retired.read_text() == (
            '# Gone.\n"acme/older" = "acme/paint"  # since May\n"acme/deep/old" = ""\n'
        )
        assert sorted(tree()) == [
            "acme/deep/old.overlay.json",
            "acme/paint.json",
            "listed.txt",
            "retired.toml",
            "shown.toml",
        ]
        assert "0 gone" in sync(simulator.url, "--prune").output
    assert CliRunner().invoke(main, ["generate"]).exit_code == 0
    module = Path("generated/runcomfy_models/acme/deep_old.py").read_text()
    assert "RetiredModelError" in module


def test_a_retirement_that_was_cut_short_is_finished(
    sync: Sync, store: Callable[..., Path]
) -> None:
    file = store(entry("acme/old"))
    retired = Path("schemas/retired.toml")
    retired.write_text('"acme/old" = "acme/paint"\n')
    with Simulator(entries=[entry("acme/paint")], token="secret-token") as simulator:
        assert sync(simulator.url, "--prune").exit_code == 0
    assert not file.exists()
    assert retired.read_text() == '"acme/old" = "acme/paint"\n'


def test_what_is_published_again_leaves_the_retired(sync: Sync) -> None:
    Path("schemas").mkdir()
    retired = Path("schemas/retired.toml")
    retired.write_text('# Gone.\n"acme/paint" = "acme/b" # once\n"acme/c" = ""\n')
    with Simulator(entries=[entry("acme/paint")], token="secret-token") as simulator:
        done = sync(simulator.url)
    assert done.exit_code == 0
    assert "published again  acme/paint" in done.output
    assert retired.read_text() == '# Gone.\n"acme/c" = ""\n'


def test_a_retirement_of_more_than_a_line_goes_as_a_whole(sync: Sync) -> None:
    Path("schemas").mkdir()
    retired = Path("schemas/retired.toml")
    text = '"acme/paint" = """\n"acme/paint" = 1\n"""\n'
    retired.write_text(f"{text}# the rest\n")
    with Simulator(entries=[entry("acme/paint")], token="secret-token") as simulator:
        done = sync(simulator.url)
    assert done.exit_code == 0
    assert retired.read_text() == "# the rest\n"
