"""`sync --prune`: what is retired, and what is not although it is not listed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.cli import main
from tests.support.lying_catalogue import LyingCatalogue, entries, entry
from tests.support.scripted_server import Reply

Sync = Callable[..., Result]
Lying = Callable[..., LyingCatalogue]
Store = Callable[..., Path]

RETIRED = Path("schemas/retired.toml")


def stored() -> list[str]:
    files = [*Path("schemas").rglob("*.json")]
    entries = (json.loads(file.read_text()) for file in files)
    return sorted(each["model_id"] for each in entries if "model_id" in each)


def test_a_short_listing_retires_nothing(sync: Sync, lying: Lying) -> None:
    server = lying(entries(30))
    sync(server.url)
    server.served, server.unlisted = server.served[:1], server.served[1:]
    done = sync(server.url, "--prune", "--force")
    assert done.exit_code == 0
    assert "not listed  acme/model-0007  (the service has it all the same)" in (
        done.stdout
    )
    assert len(stored()) == 30
    assert not RETIRED.exists()


def test_more_than_a_tenth_needs_force(sync: Sync, lying: Lying) -> None:
    server = lying(entries(30))
    sync(server.url)
    kept = Path("schemas/acme/model-0001.overlay.json")
    kept.write_text('{"description": "By hand."}')
    server.served = [*server.served[4:], entry("acme/new")]
    done = sync(server.url, "--prune")
    assert done.exit_code == 1
    assert "4 of 31 models are gone, more than one in 10: none was retired" in (
        done.stderr
    )
    assert "gone  acme/model-0001" in done.stdout
    assert "retired  " not in done.stdout
    assert len(stored()) == 31
    done = sync(server.url, "--prune", "--force", "--dry-run")
    assert done.exit_code == 0
    assert len(stored()) == 31
    done = sync(server.url, "--prune", "--force")
    assert done.exit_code == 0
    assert "retired  acme/model-0001" in done.stdout
    assert len(stored()) == 27
    assert kept.exists()
    server.served = server.served[3:]
    assert sync(server.url, "--prune").exit_code == 1
    server.served = [*server.served, entries(7)[6]]
    assert sync(server.url, "--prune").exit_code == 0
    assert len(stored()) == 25
    assert CliRunner().invoke(main, ["lint"]).exit_code == 0


def test_an_overlay_is_there_when_its_model_is_back(sync: Sync, lying: Lying) -> None:
    server = lying(entries(3))
    sync(server.url)
    overlay = Path("schemas/acme/model-0002.overlay.json")
    overlay.write_text('{"display_name": "By hand"}')
    server.served = entries(2)
    assert sync(server.url, "--prune").exit_code == 0
    assert CliRunner().invoke(main, ["generate", "-q"]).exit_code == 0
    server.served = entries(3)
    done = sync(server.url)
    assert "published again  acme/model-0002" in done.stdout
    listed = CliRunner().invoke(main, ["generate"])
    assert listed.exit_code == 0
    page = Path("generated/docs/models/acme/model_0002.md").read_text()
    assert "# By hand" in page


ANSWERS = {
    "404": (Reply(404), True),
    "410": (Reply(410), True),
    "unknown": (Reply(400, json={"error_code": 400001}), True),
    "unknown as 200": (Reply(json={"error_code": "404001"}), True),
    "no permission": (Reply(403, json={"error_code": 403001}), False),
    "an error": (Reply(500), False),
    "a page": (Reply(body=b"<html>"), False),
    "another thing": (Reply(json={"models": []}), False),
    "dropped": (Reply(drop=True), False),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_only_a_clear_answer_retires(sync: Sync, lying: Lying, name: str) -> None:
    reply, is_gone = ANSWERS[name]
    server = lying(entries(12))
    sync(server.url)
    server.served = entries(11)
    server.of_one["acme/model-0011"] = reply
    done = sync(server.url, "--prune")
    assert done.exit_code == (0 if is_gone else 1)
    word = "retired" if is_gone else "not confirmed"
    assert f"{word}  acme/model-0011" in done.stdout
    assert ("acme/model-0011" in stored()) == (not is_gone)


def test_a_service_that_knows_no_model_is_not_believed(
    sync: Sync, lying: Lying
) -> None:
    server = lying(entries(12))
    sync(server.url)
    server.served = entries(11)
    for each in entries(11):
        server.of_one[each["model_id"]] = Reply(404)
    done = sync(server.url, "--prune")
    assert done.exit_code == 1
    assert "not confirmed  acme/model-0011  (it does not know acme/model-00" in (
        done.stdout
    )
    assert len(stored()) == 12


def test_a_service_that_fails_is_not_asked_for_ever(sync: Sync, lying: Lying) -> None:
    server = lying(entries(40))
    sync(server.url)
    server.served = entries(10)
    for each in entries(40)[10:]:
        server.of_one[each["model_id"]] = Reply(401)
    before = len(server.received)
    done = sync(server.url, "--prune")
    assert done.exit_code == 1
    assert done.stdout.count("not confirmed") == 30
    assert len(server.received) - before < 10


@pytest.mark.parametrize("extra", [{}, {"kind": "model", "base_price_usd": 1}])
def test_what_was_added_by_hand_is_left_alone(
    sync: Sync, lying: Lying, store: Store, extra: dict[str, object]
) -> None:
    server = lying(entries(3))
    sync(server.url)
    schema = {"type": "object", "properties": {}}
    store({"model_id": "mine/own", "input_schema": schema, **extra})
    for arguments in ((), ("--prune",), ("--prune", "--force")):
        done = sync(server.url, *arguments)
        assert done.exit_code == 0
        assert "0 gone" in done.stdout
    assert "left alone, never listed  mine/own\n" in done.stdout
    assert "mine/own" in stored()
    server.served = [*server.served, entry("mine/own")]
    sync(server.url)
    server.served = server.served[:3]
    assert "retired  mine/own" in sync(server.url, "--prune").stdout


def test_a_page_that_was_added_before_any_sync_is_left_alone(
    sync: Sync, lying: Lying, store: Store
) -> None:
    schema = {"type": "object", "properties": {}}
    store({"model_id": "mine/own", "input_schema": schema, "source_url": "http://x/y"})
    store(entry("acme/old"))
    done = sync(lying(entries(3)).url, "--prune")
    assert "retired  acme/old" in done.stdout
    assert "mine/own" in stored()


def test_what_was_listed_once_is_gone_however_often_it_is_asked(
    sync: Sync, lying: Lying, store: Store
) -> None:
    store(entry("acme/old"))
    server = lying(entries(3))
    for _ in range(2):
        assert "gone  acme/old  (--prune retires it)" in sync(server.url).stdout


def test_lines_of_two_branches_are_one_list(sync: Sync, lying: Lying) -> None:
    server = lying(entries(3))
    sync(server.url)
    file = Path("schemas/listed.txt")
    head, *lines = file.read_text().splitlines()
    file.write_text("\n".join([head, *reversed(lines), head, *lines, "", " "]))
    server.served = entries(2)
    assert "retired  acme/model-0002" in sync(server.url, "--prune").stdout
    assert file.read_text().splitlines() == [head, *lines[:2]]
