"""What `sync` makes of the files that are there, and of a terminal."""

import json
import os
import pty
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from runcomfy_codegen.catalogue import listing
from tests.support.lying_catalogue import LyingCatalogue, entries, entry
from tests.support.scripted_server import Received, Reply

Sync = Callable[..., Result]
Lying = Callable[..., LyingCatalogue]
Store = Callable[..., Path]


def test_a_file_in_the_place_of_a_folder(sync: Sync, lying: Lying) -> None:
    Path("schemas").mkdir()
    Path("schemas/acme").write_text("mine")
    done = sync(lying([entry("acme/a"), entry("other/b")]).url)
    assert done.exit_code == 3
    assert "skipped  schemas/acme: cannot be used: " in done.stderr
    assert "1 skipped" in done.stdout
    assert Path("schemas/acme").read_text() == "mine"
    assert json.loads(Path("schemas/other/b.json").read_text()) == entry("other/b")


def test_the_last_model_of_a_vendor_goes_with_its_folder(
    sync: Sync, lying: Lying, store: Store
) -> None:
    store(entry("other/old"))
    assert sync(lying([entry("acme/a")]).url, "--prune").exit_code == 0
    assert not Path("schemas/other").exists()
    assert sorted(os.listdir("schemas")) == [
        "acme",
        "listed.txt",
        "retired.toml",
        "shown.toml",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff = 1", "cannot be read"), (b"= 1", "retired.toml")],
    ids=["no UTF-8", "no TOML"],
)
def test_a_list_of_retirements_that_is_broken(
    sync: Sync, lying: Lying, store: Store, content: bytes, said: str
) -> None:
    old = store(entry("acme/old"))
    Path("schemas/retired.toml").write_bytes(content)
    done = sync(lying([entry("acme/a")]).url, "--prune")
    assert done.exit_code in (1, 3)
    assert said in done.stderr
    assert old.exists()
    assert Path("schemas/retired.toml").read_bytes() == content


@pytest.mark.parametrize("overlay", ["{", "7"])
def test_an_overlay_that_is_broken_stops_no_other(
    sync: Sync, lying: Lying, store: Store, overlay: str
) -> None:
    store(entry("acme/a", display_name="Old"))
    Path("schemas/acme/a.overlay.json").write_text(overlay)
    done = sync(lying([entry("acme/a"), entry("acme/b")]).url)
    assert "1 new, 1 changed" in done.stdout
    assert Path("schemas/acme/b.json").exists()
    assert Path("schemas/acme/a.overlay.json").read_text() == overlay


class Moved(LyingCatalogue):
    """Sends each caller on to another path of its own."""

    def reply_to(self, call: Received) -> Reply:
        if call.path.startswith("/moved"):
            return super().reply_to(call)
        self.received.append(call)
        return Reply(302, headers={"Location": f"/moved{call.target}"})


def test_a_redirect_within_the_origin_keeps_the_token(sync: Sync) -> None:
    server = Moved(entries(2))
    try:
        assert sync(server.url).exit_code == 0
    finally:
        server.stop()
    assert any(call.path.startswith("/moved") for call in server.received)
    assert {call.headers["authorization"] for call in server.received} == {
        "Bearer secret-token"
    }
    assert len(list(Path("schemas").rglob("*.json"))) == 2


def test_nobody_listens(sync: Sync) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    done = sync(f"http://127.0.0.1:{port}")
    assert done.exit_code == 1
    assert "no answer came: " in done.stderr
    assert "nothing was stored" in done.stderr


def test_an_error_that_breaks_off_is_still_that_error(sync: Sync, lying: Lying) -> None:
    server = lying([])
    server.always = Reply(500, body=b"{" * 99, cut=9)
    done = sync(server.url)
    assert done.exit_code == 1
    assert "HTTP 500" in done.stderr


@pytest.mark.parametrize("total", [True, False])
def test_a_terminal_is_told_how_far_it_is(lying: Lying, total: bool) -> None:
    server = lying(entries(listing.LIMIT + 1))
    if not total:
        server.total = lambda calls: None
    command = [sys.executable, "-m", "runcomfy_codegen", "sync"]
    leader, follower = pty.openpty()
    done = subprocess.run(
        [*command, "--base-url", server.url], stderr=follower, stdout=subprocess.PIPE
    )
    os.close(follower)
    shown = os.read(leader, 10_000).decode()
    os.close(leader)
    assert done.returncode == 0
    of = f" of {listing.LIMIT + 1}" if total else ""
    assert f"models listed: {listing.LIMIT}{of}" in shown


def test_a_pipe_is_told_nothing_on_the_way(sync: Sync, lying: Lying) -> None:
    done = sync(lying(entries(3)).url)
    assert not done.stderr


EMPTY: list[Any] = [None, "", [], {}]


@pytest.mark.parametrize("nothing", EMPTY)
def test_what_the_catalogue_leaves_empty_takes_nothing_away(
    sync: Sync, lying: Lying, store: Store, nothing: Any
) -> None:
    file = store(entry("acme/a", pricing_note="0.1 USD an image"))
    assert sync(lying([entry("acme/a", pricing_note=nothing)]).url).exit_code == 0
    assert json.loads(file.read_text())["pricing_note"] == "0.1 USD an image"
