"""Calls that are safe to repeat are repeated, with pauses that grow."""

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from runcomfy_models import (
    NetworkError,
    RateLimitError,
    ServerError,
    UnexpectedResponseError,
)
from runcomfy_models._core import service_rules as _rules
from runcomfy_models._core.timing import Timing
from tests.support.faces import QUICK, Face
from tests.support.scripted_server import Reply, ScriptedServer

GOOD = Reply(json={"status": "in_progress"})
PASSING = {
    "request timeout": Reply(408),
    "rate limit": Reply(429),
    "server error": Reply(500),
    "bad gateway": Reply(502, body=b"<html>"),
    "drop": Reply(drop=True),
    "cut off": Reply(body=b'{"status": "x"}', cut=4),
    "hang": Reply(hang=True),
}


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_fault_passes(face: Face, server: ScriptedServer, kind: str) -> None:
    server.script("status", *[PASSING[kind]] * 3, GOOD)
    assert face.client(timeout=0.1).job("r").status().state == "in_progress"
    assert len(server.received) == 4


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate limit", RateLimitError),
        ("server error", ServerError),
        ("drop", NetworkError),
    ],
)
def test_a_lasting_fault_is_raised(
    face: Face, server: ScriptedServer, kind: str, error: type[Exception]
) -> None:
    server.script("status", PASSING[kind])
    with pytest.raises(error):
        face.client(max_retries=2).job("r").status()
    assert len(server.received) == 3


def test_a_huge_body_is_not_read(face: Face, server: ScriptedServer) -> None:
    # The rest of it never comes: only who reads on would miss it.
    announced = {"Content-Length": "100000000"}
    server.script("status", Reply(body=b"x" * 300_000, headers=announced))
    client = face.client(timeout=1, max_answer_bytes=100_000)
    with pytest.raises(UnexpectedResponseError, match="max_answer_bytes, 100000 b"):
        client.job("r").status()
    server.script("status", GOOD)
    assert client.job("r").status().state == "in_progress"


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured_up_to_a_cap(
    face: Face, server: ScriptedServer, form: str
) -> None:
    timing = QUICK._replace(longest_retry_after=0.15)
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    value = "3600" if form == "seconds" else later
    server.script("status", Reply(503, headers={"Retry-After": value}), GOOD)
    began = time.monotonic()
    face.client(timing).job("r").status()
    assert 0.15 <= time.monotonic() - began < 1


def test_backoff_doubles_and_is_capped() -> None:
    longest = Timing(jitter=lambda: 0.0)
    waits = [longest.backoff(failures, None) for failures in (1, 2, 3, 5, 6, 5000)]
    assert waits == [0.5, 1, 2, 8, 8, 8]
    assert Timing(jitter=lambda: 1.0).backoff(3, None) == 1.0
    assert longest.backoff(1, 4.0) == 4.0
    assert longest.backoff(1, 0.0) == 0.5
    assert longest.backoff(1, 1e9) == 60


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7),
        (" 1.5 ", 1.5),
        ("0", 0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30),
        ("Saturday, 21-Nov-26 10:00:30 GMT", 30),
        ("Sat Nov 21 10:00:30 2026", 30),
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("1e400", None),
        ("9" * 400, float("inf")),
        ("²", None),
        ("Sat, 21 Nov 99999999999 10:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(
    value: str | None, seconds: float | None
) -> None:
    assert _rules.retry_after(value, datetime(2026, 11, 21, 10, tzinfo=UTC)) == seconds


def test_polls_start_fast_and_slow_down() -> None:
    waits = [_rules.poll_interval(waited) for waited in (0, 1, 5, 20, 25, 10_000)]
    assert waits == [0.4, 0.4, 1, 4, 5, 5]
    waited = polls = 0.0
    while waited < 600:
        waited += _rules.poll_interval(waited)
        polls += 1
    assert polls < 150
