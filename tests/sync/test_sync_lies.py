"""`sync` from a catalogue that lies, repeats itself, breaks off and floods."""

import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.catalogue import asking, listing, pages
from runcomfy_codegen.cli import main
from tests.support.lying_catalogue import LyingCatalogue, entries, entry
from tests.support.scripted_server import Reply

Sync = Callable[..., Result]
Lying = Callable[..., LyingCatalogue]
Store = Callable[..., Path]


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for ten models at a time."""
    monkeypatch.setattr(listing, "LIMIT", 10)


def stored() -> list[str]:
    return [
        json.loads(path.read_bytes())["model_id"]
        for path in sorted(Path("schemas").rglob("*.json"))
    ]


def ids(served: list[Any]) -> list[str]:
    return [each["model_id"] for each in served]


@pytest.mark.parametrize("total", [0, 7, 10, None, "25", -1, 1.5, True])
def test_a_total_that_is_too_small_or_none(
    sync: Sync, lying: Lying, store: Store, total: Any
) -> None:
    store(entry("acme/old"))
    server = lying(entries(25))
    server.total = lambda calls: total
    done = sync(server.url)
    assert done.exit_code == 0
    assert "25 new, 0 changed, 1 gone" in done.output
    assert stored() == [*ids(server.served), "acme/old"]


def test_a_total_that_is_too_large(sync: Sync, lying: Lying, store: Store) -> None:
    store(entry("acme/old"))
    server = lying(entries(15))
    server.total = lambda calls: 16
    done = sync(server.url, "--prune")
    assert done.exit_code == 0
    assert "15 new, 0 changed, 0 gone" in done.output
    assert "says 16 models and lists 15, so nothing is taken as gone" in done.output
    assert "acme/old" in stored()


def test_a_total_that_changes_once(sync: Sync, lying: Lying, store: Store) -> None:
    """While page 2 is asked for, the first entry vanishes: all move up by one."""
    store(entry("acme/old"))
    server = lying(entries(25))

    def vanish(calls: int) -> int:
        if calls == 1:
            del server.served[0]
        return len(server.served)

    server.total = vanish
    done = sync(server.url, "--prune")
    assert done.exit_code == 0
    assert "retired  acme/old" in done.output
    assert "acme/model-0010" in stored()
    assert "acme/old" not in stored()


def test_a_total_that_never_settles(sync: Sync, lying: Lying, store: Store) -> None:
    store(entry("acme/old"))
    server = lying(entries(15))
    server.total = lambda calls: 15 + calls
    done = sync(server.url, "--prune")
    assert done.exit_code == 0
    assert "15 new, 0 changed, 0 gone" in done.output
    assert "kept changing" in done.output


def test_smaller_pages_than_were_asked_for(sync: Sync, lying: Lying) -> None:
    server = lying(entries(9))
    server.most = 4
    assert "9 new" in sync(server.url).output


@pytest.mark.parametrize(("total", "gone"), [(9, 1), (38, 0), (None, 0)])
def test_an_offset_that_is_ignored(
    sync: Sync, lying: Lying, store: Store, total: int | None, gone: int
) -> None:
    store(entry("acme/old"))
    server = lying(entries(9))
    server.ignores_offset = True
    server.total = lambda calls: total
    done = sync(server.url)
    assert f"9 new, 0 changed, {gone} gone" in done.output
    assert len(server.received) == 3


def test_duplicates(sync: Sync, lying: Lying) -> None:
    one = entry("acme/one")
    other = entry("acme/one", description="Other.")
    server = lying([one, entry("acme/two"), one, other, *entries(12), one])
    done = sync(server.url)
    assert done.exit_code == 0
    assert "14 new" in done.output
    assert done.output.count("acme/one is listed twice, differently") == 1
    assert json.loads(Path("schemas/acme/one.json").read_text()) == one


def test_an_empty_catalogue_takes_nothing_away(
    sync: Sync, lying: Lying, store: Store
) -> None:
    file = store(entry("acme/old"))
    done = sync(lying([]).url, "--prune")
    assert "the catalogue is empty, so nothing is taken as gone" in done.output
    assert file.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "acme/old", "input_schema": {}},
        {"model_id": None, "input_schema": {}},
        {"model_id": ["acme/old"]},
        {"model_id": " acme/old"},
        {"model_id": "old"},
        "acme/old",
        7,
    ],
    ids=str,
)
def test_an_entry_that_says_not_which_model_it_is_takes_nothing_away(
    sync: Sync, lying: Lying, store: Store, broken: Any
) -> None:
    file = store(entry("acme/old"))
    overlay = file.with_name("old.overlay.json")
    overlay.write_text('{"description": "By hand."}')
    done = sync(lying([entry("acme/new"), broken]).url, "--prune")
    assert "no model_id that can be read, so nothing is taken as gone" in done.stderr
    assert "1 new, 0 changed, 0 gone" in done.stdout
    assert file.exists()
    assert overlay.exists()


def test_a_catalogue_whose_key_was_renamed(
    sync: Sync, lying: Lying, store: Store
) -> None:
    files = [store(each) for each in entries(12)]
    renamed = []
    for each in entries(12):
        model_id = each.pop("model_id")
        renamed.append({"id": model_id, **each})
    done = sync(lying(renamed).url, "--prune")
    assert done.exit_code == 3
    assert "0 new, 0 changed, 0 gone, 0 unchanged, 12 skipped" in done.stdout
    assert all(file.exists() for file in files)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"models": [' + b"1," * 2**20 + b"1]}", "lists 1048577 models"),
        (b'{"models": [' + b"{}," * 9999 + b"{}]}", "9900 more entries are broken"),
        (
            b'{"models": ['
            + b"NaN," * 9_000
            + b"NaN, [NaN, ["
            + b"NaN," * 9999
            + b"1]]]}",
            "more than 10000 places",
        ),
        (b'{"models": [[' + b"1," * 2**14 + b"1]]}", "list instead of a catalogue"),
    ],
    ids=["numbers", "nothing", "NaN", "one list"],
)
def test_a_page_of_rubbish_costs_little(
    sync: Sync, lying: Lying, body: bytes, said: str
) -> None:
    server = lying([])
    server.always = Reply(body=body)
    tracemalloc.start()
    try:
        done = sync(server.url)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert said in done.stderr
    assert len(done.stderr) < 100_000
    assert peak < 50 * 2**20


FAULTS = {
    "dropped": Reply(drop=True),
    "cut": Reply(body=b'{"models": []}' + b" " * 99, cut=40),
    "truncated": Reply(body=b'{"models": [{"model_id": "acme/mod'),
    "empty": Reply(body=b""),
    "500": Reply(500, json={"message": "oops"}),
    "429": Reply(429, headers={"Retry-After": "0"}),
    "busy as 200": Reply(json={"error_code": 500001, "error_message": "busy"}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_passes(sync: Sync, lying: Lying, fault: str) -> None:
    server = lying(entries(25))
    server.faults = {1: FAULTS[fault], 2: FAULTS[fault]}
    done = sync(server.url)
    assert done.exit_code == 0, done.output
    assert "25 new" in done.output


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_stays(sync: Sync, lying: Lying, store: Store, fault: str) -> None:
    file = store(entry("acme/old"))
    server = lying(entries(25))
    server.faults = dict.fromkeys(range(1, 99), FAULTS[fault])
    server.total = lambda calls: 5
    done = sync(server.url, "--prune")
    assert done.exit_code == 1
    assert "10 new, 0 changed, 0 gone" in done.output
    assert "what came before that is stored" in done.output
    assert len(server.received) == 2 + len(asking.PAUSES)
    assert file.exists()
    assert len(stored()) == 11


REFUSALS = {
    "HTML": (Reply(body=b"<!doctype html><p>Sign in"), "--base-url"),
    "no list": (Reply(json={"models": "none"}), '"models"'),
    "a number": (Reply(json=7), '"models"'),
    "401": (Reply(401, json={"message": "bad secret-token"}), "RUNCOMFY_API_TOKEN"),
    "403": (Reply(403), "RUNCOMFY_API_TOKEN"),
    "400004": (Reply(400, json={"error_code": 400004}), "RUNCOMFY_API_TOKEN"),
    "400004 as 200": (
        Reply(json={"error_code": 400004, "error_message": "expired"}),
        "400004 expired; set RUNCOMFY_API_TOKEN",
    ),
    "404": (Reply(404), "--base-url"),
    "elsewhere": (
        Reply(302, headers={"Location": "http://127.0.0.2:9/v1/models"}),
        "redirects to http://127.0.0.2:9/v1/models",
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal(sync: Sync, lying: Lying, refusal: str) -> None:
    reply, expected = REFUSALS[refusal]
    server = lying([])
    server.always = reply
    done = sync(server.url)
    assert done.exit_code == 1
    assert expected in done.output
    assert "nothing was stored" in done.output
    assert len(server.received) == 1


def test_the_token_stays_at_its_origin(sync: Sync, lying: Lying) -> None:
    elsewhere = lying(entries(3))
    server = lying([])
    server.always = Reply(302, headers={"Location": f"{elsewhere.url}/v1/models"})
    assert sync(server.url).exit_code == 1
    assert server.received[0].headers["authorization"] == "Bearer secret-token"
    assert not elsewhere.received


def test_a_page_elsewhere_gets_no_token(sync: Sync, lying: Lying) -> None:
    server = lying([])
    server.always = Reply(body=json.dumps(entry("acme/a")).encode())
    done = CliRunner().invoke(main, ["add", f"{server.url}/a"])
    assert done.exit_code == 0, done.output
    assert "authorization" not in server.received[0].headers


def test_an_entry_of_the_service_gets_the_token(
    lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = lying([])
    server.always = Reply(body=json.dumps(entry("acme/a")).encode())
    monkeypatch.setenv("RUNCOMFY_BASE_URL", server.url)
    done = CliRunner().invoke(main, ["add", f"{server.url}/v1/models/acme/a"])
    assert done.exit_code == 0, done.output
    assert server.received[0].headers["authorization"] == "Bearer secret-token"


@pytest.mark.parametrize(
    ("variables", "sent"),
    [
        ({"RUNCOMFY_TOKEN": "b", "RUNCOMFY_API_KEY": "c"}, "Bearer b"),
        ({"RUNCOMFY_API_KEY": " c\n"}, "Bearer c"),
        ({}, None),
    ],
)
def test_where_the_token_comes_from(
    sync: Sync,
    lying: Lying,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    sent: str | None,
) -> None:
    monkeypatch.delenv("RUNCOMFY_API_TOKEN")
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    server = lying(entries(1))
    assert sync(server.url).exit_code == 0
    assert server.received[0].headers.get("authorization") == sent


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "ü"])
def test_a_token_that_is_none(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", token)
    done = sync(lying([]).url)
    assert done.exit_code == 2
    assert "the token in RUNCOMFY_API_TOKEN: holds" in done.output
    assert token not in done.output


@pytest.mark.parametrize(
    "url", ["ftp://x", "nowhere", "http://a:b@c", "http://x/?y", "http://x:port"]
)
def test_a_base_url_that_is_none(sync: Sync, url: str) -> None:
    done = sync(url)
    assert done.exit_code == 2
    assert "give one such as https://" in done.output


def test_a_flood(sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 2**20)
    server = lying([])
    server.always = Reply(body=b'{"models": [' + b" " * 2**21)
    done = sync(server.url)
    assert done.exit_code == 1
    assert "the answer is larger than 1 MiB" in done.output
    assert len(server.received) < 6


def test_entries_that_are_large_together(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 2**20)
    large = [entry(f"acme/large-{n}", description="x" * 300_000) for n in range(4)]
    done = sync(lying([*entries(4), *large, *entries(12)[4:]]).url)
    assert done.exit_code == 0
    assert "16 new" in done.output


def test_an_entry_that_is_too_large(
    sync: Sync, lying: Lying, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "MAX_BYTES", 2**20)
    file = store(entry("acme/large"))
    large = entry("acme/large", description="x" * 2**20)
    done = sync(lying([*entries(4), large, *entries(12)[4:]]).url, "--prune")
    assert done.exit_code == 3
    assert "12 new, 0 changed, 0 gone" in done.output
    assert "catalogue, entry 4: the answer is larger than 1 MiB" in done.output
    assert file.exists()


def test_a_catalogue_without_end(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_MODELS", 15)
    done = sync(lying(entries(40)).url)
    assert done.exit_code == 1
    assert "it lists over 15 models" in done.output
    assert "20 new, 0 changed, 0 gone" in done.output


def test_a_catalogue_that_is_too_large_in_all(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MAX_BYTES", 2**20)
    large = [entry(f"acme/large-{n}", description="x" * 100_000) for n in range(40)]
    done = sync(lying(large).url)
    assert done.exit_code == 1
    assert "or 1 MiB" in done.output


BROKEN: dict[str, Any] = {
    "no object": 7,
    "null": None,
    "no id": {"input_schema": {}},
    "no schema": {"model_id": "acme/b"},
    "schema is a list": {"model_id": "acme/b", "input_schema": []},
    "no path": entry("../../etc/passwd"),
    "an overlay's path": entry("acme/good.overlay"),
    "no vendor": entry("paint"),
    "a file as its folder": entry("acme/good.json/b"),
    "a number as its name": entry("acme/b", display_name=7),
    "an unknown type": entry(
        "acme/b",
        input_schema={"type": "object", "properties": {"a": {"type": "picture"}}},
    ),
    "a remote reference": entry("acme/b", input_schema={"$ref": "http://x/y"}),
    "half a character": entry("acme/b", description="\ud800"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_entry_is_skipped(sync: Sync, lying: Lying, broken: str) -> None:
    server = lying([entry("acme/good"), BROKEN[broken], *entries(12)])
    done = sync(server.url)
    assert done.exit_code == 3
    assert "13 new" in done.output
    assert "1 skipped" in done.output
    assert stored() == ["acme/good", *ids(entries(12))]
    assert "catalogue" in done.output or "schemas/acme/b.json#" in done.output


def test_a_broken_entry_is_not_gone(sync: Sync, lying: Lying, store: Store) -> None:
    file = store(entry("acme/b"))
    before = file.read_bytes()
    server = lying([entry("acme/good"), {"model_id": "acme/b", "input_schema": 7}])
    done = sync(server.url, "--prune")
    assert done.exit_code == 3
    assert file.read_bytes() == before


def test_an_overlay_mends_an_entry(sync: Sync, lying: Lying) -> None:
    server = lying([BROKEN["an unknown type"]])
    assert sync(server.url).exit_code == 3
    overlay = Path("schemas/acme/b.overlay.json")
    overlay.parent.mkdir(parents=True)
    patch = {"input_schema": {"properties": {"a": {"type": "string"}}}}
    overlay.write_text(json.dumps(patch))
    assert sync(server.url).exit_code == 0
    assert Path("schemas/acme/b.json").exists()


def test_two_models_with_one_module(sync: Sync, lying: Lying) -> None:
    done = sync(lying([entry("acme/p-1"), entry("acme/p.1")]).url)
    assert done.exit_code == 3
    assert "names.toml" in done.output
    assert len(stored()) == 2


def test_a_stored_file_that_is_broken_is_mended(sync: Sync, lying: Lying) -> None:
    file = Path("schemas/acme/a.json")
    file.parent.mkdir(parents=True)
    file.write_text("{")
    done = sync(lying([entry("acme/a")]).url)
    assert "changed  acme/a" in done.output
    assert json.loads(file.read_text()) == entry("acme/a")


def test_what_is_printed_is_harmless(sync: Sync, lying: Lying) -> None:
    hostile = entry("acme/\x1b[31m", description="\x1b[31m")
    done = sync(lying([hostile, {"model_id": "\x1b]0;x\x07"}]).url)
    assert "\x1b" not in done.output
    assert "\\x1b" in done.output


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGKILL])
def test_an_interruption_leaves_whole_files(
    sync: Sync, lying: Lying, interrupt: signal.Signals
) -> None:
    server = lying(entries(400))
    command = [sys.executable, "-m", "runcomfy_codegen", "sync"]
    process = subprocess.Popen(
        [*command, "--base-url", server.url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ},
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        if Path("schemas/acme/model-0005.json").exists():
            break
        time.sleep(0.001)
    process.send_signal(interrupt)
    process.wait(20)
    known = {each["model_id"]: each for each in server.served}
    for file in Path("schemas").rglob("*.json"):
        content = json.loads(file.read_text())
        assert content == known[content["model_id"]]
    assert sync(server.url).exit_code == 0
    assert len(stored()) == 400
