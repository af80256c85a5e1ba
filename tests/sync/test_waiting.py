"""What `sync` says while it waits, and for how long it does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from runcomfy_codegen.catalogue import listing
from tests.support.lying_catalogue import LyingCatalogue, entries
from tests.support.scripted_server import Reply

Sync = Callable[..., Result]
Lying = Callable[..., LyingCatalogue]


def test_a_retry_is_told(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "LIMIT", 10)
    server = lying(entries(15))
    server.faults = {1: Reply(503, json={"message": "secret-token\x1b[1m"})}
    done = sync(server.url)
    assert done.exit_code == 0
    assert done.stderr == "catalogue, from 10: HTTP 503; it is asked again in 0 s\n"


def test_silence_is_told_and_has_an_end(sync: Sync, lying: Lying) -> None:
    server = lying([])
    server.always = Reply(hang=True)
    done = sync(server.url, "--timeout", "0.4")
    assert done.exit_code == 1
    said = done.stderr.splitlines()
    assert said[0] == "catalogue, from 0: waiting for an answer, at most 1 s more"
    assert "(--timeout is 0.4 s); try again later" in said[-1]
    assert not Path("schemas").exists()


def test_a_pause_beyond_the_limit_is_not_waited_for(sync: Sync, lying: Lying) -> None:
    server = lying([])
    server.always = Reply(429, headers={"Retry-After": "20"})
    done = sync(server.url, "--timeout", "5")
    assert done.exit_code == 1
    assert "HTTP 429; it asks to wait 20 s, and --timeout is 5 s" in done.stderr
    assert len(server.received) == 1


@pytest.mark.parametrize("given", ["0", "-1", "soon"])
def test_a_limit_is_a_number_of_seconds(sync: Sync, lying: Lying, given: str) -> None:
    assert sync(lying([]).url, "--timeout", given).exit_code == 2
