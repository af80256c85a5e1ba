"""One request, and what is said of each answer that is none."""

import socket
import threading
import urllib.error
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from runcomfy_codegen import http as fetching
from runcomfy_codegen.catalogue import asking
from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.http import (
    DEFAULT_BASE_URL,
    FetchError,
    Service,
    TooLargeError,
    fetch,
    origin,
)
from tests.support.lying_catalogue import LyingCatalogue, entries, entry
from tests.support.scripted_server import Reply

Sync = Callable[..., Result]
Lying = Callable[..., LyingCatalogue]
NOBODY = Service("http://127.0.0.1:9")


def refused(reply: Reply, lying: Lying, most: int = 2**20, **how: float) -> FetchError:
    server = lying([])
    server.always = reply
    with pytest.raises(FetchError) as raised:
        fetch(server.url, NOBODY, most, **how)
    return raised.value


def test_what_is_sent(lying: Lying) -> None:
    server = lying([])
    server.always = Reply(body=b"content")
    assert fetch(f"{server.url}/a", Service(server.url, "t"), 7) == b"content"
    (call,) = server.received
    assert (call.method, call.target) == ("GET", "/a")
    assert call.headers["accept"] == "*/*"
    assert call.headers["user-agent"] == "runcomfy-codegen"
    assert call.headers["authorization"] == "Bearer t"


def test_an_answer_of_one_byte_too_many(lying: Lying) -> None:
    error = refused(Reply(body=b"x" * (2**21 + 1)), lying, 2**21)
    assert isinstance(error, TooLargeError)
    assert str(error) == "the answer is larger than 2 MiB"
    assert not error.again


@pytest.mark.parametrize(
    ("status", "again"),
    [
        *((400, False), (404, False), (408, True), (409, False), (425, True)),
        *((429, True), (499, False), (500, True), (503, True)),
    ],
)
def test_which_refusals_may_pass(lying: Lying, status: int, again: bool) -> None:
    error = refused(Reply(status, body=b"why"), lying)
    assert (error.what, str(error)) == (f"HTTP {status}", f"HTTP {status}")
    assert (error.status, error.body, error.again) == (status, b"why", again)
    assert error.wait is None


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("7", 7.0),
        (" 12 ", 12.0),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
    ],
)
def test_how_long_a_server_asks_to_wait(
    lying: Lying, said: str, wait: float | None
) -> None:
    error = refused(Reply(429, headers={"Retry-After": said}), lying)
    assert error.wait == wait


def test_a_body_of_an_error_is_read_in_part(lying: Lying) -> None:
    error = refused(Reply(500, body=b"x" * (fetching.PIECE + 1)), lying)
    assert len(error.body) == fetching.PIECE


def test_an_answer_that_breaks_off(lying: Lying) -> None:
    error = refused(Reply(body=b"x" * 99, cut=9), lying)
    assert (error.what, error.again) == ("the answer breaks off", True)


def test_a_connection_that_is_closed(lying: Lying) -> None:
    error = refused(Reply(drop=True), lying)
    assert error.what.startswith("no ")
    assert error.again


def said_by(pieces: Iterable[bytes], most: int, **how: float) -> FetchError:
    """Return what is said of a server that sends these pieces, and no more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def answer() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(1000)
                for piece in pieces:
                    connection.sendall(piece)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(FetchError) as raised:
            fetch(url, NOBODY, most, **how)
        thread.join(20)
    assert not thread.is_alive()
    return raised.value


def test_an_answer_that_is_no_http() -> None:
    error = said_by([b"nonsense\r\n\r\n"], 99)
    assert error.what == "no whole answer came (BadStatusLine)"
    assert error.again


CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    ("start", "again"),
    [
        (b"", CONTINUE * 1000),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 2**16),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1;" + b"e" * 60_000 + b"\r\nx\r\n",
        ),
    ],
    ids=["interim answers", "a body", "chunks of nothing"],
)
def test_an_answer_without_an_end(start: bytes, again: bytes) -> None:
    error = said_by(chain([start], repeat(again, 400)), 2**20, deadline=20)
    assert error.what == "the answer is larger than 1 MiB"


def test_a_length_that_no_memory_has() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n"
    assert said_by([head, b"x"], 99).what == "the answer breaks off"


@pytest.mark.parametrize(
    "location", ["ftp://127.0.0.1/", "file:///etc/passwd", "http://[x", "data:,x"]
)
def test_a_redirect_to_what_is_not_http(lying: Lying, location: str) -> None:
    error = refused(Reply(302, headers={"Location": location}), lying)
    assert error.what == f"it redirects to {location!r}, which is not http(s)"
    assert not error.again


def test_a_redirect_is_followed_whatever_its_body_is(lying: Lying) -> None:
    elsewhere = lying([])
    elsewhere.always = Reply(body=b"there")
    headers = {"Location": elsewhere.url, "Content-Length": "100000000000"}
    server = lying([])
    server.always = Reply(302, body=b"x" * 2**20, headers=headers)
    assert fetch(server.url, NOBODY, 99, deadline=20) == b"there"


def test_a_redirect_in_circles(lying: Lying) -> None:
    error = refused(Reply(302, headers={"Location": "/"}), lying)
    assert error.what == "it redirects more than 10 times"


def test_a_server_that_says_nothing(lying: Lying) -> None:
    error = refused(Reply(hang=True), lying, timeout=0.05)
    assert error.what.startswith("no answer came: ")
    assert "timed out" in error.what
    assert error.again


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b" " * 1000, trickle=0.005),
        Reply(body=b"x", drip=0.005, headers={"X": "x" * 9999}),
        Reply(500, body=b" " * 9999, drip=0.005),
    ],
    ids=["the body", "the head", "an error"],
)
def test_an_answer_that_takes_too_long(lying: Lying, reply: Reply) -> None:
    error = refused(reply, lying, deadline=0.05)
    assert (error.what, error.again) == ("the answer took more than 0 s", True)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(FetchError) as raised:
        fetch(f"http://127.0.0.1:{port}", NOBODY, 99)
    assert raised.value.what.startswith("no answer came: [Errno ")
    assert raised.value.again
    assert isinstance(raised.value.__cause__, urllib.error.URLError)


@pytest.mark.parametrize(
    "url",
    ["", "ftp://a/b", "http://", "http://a b/", "http://a:port/", "http://a/\x00"],
)
def test_what_is_no_url(url: str) -> None:
    with pytest.raises(FetchError, match="is not an http") as raised:
        fetch(url, NOBODY, 99)
    assert not raised.value.again


def test_a_redirect_elsewhere_is_followed_without_a_token(lying: Lying) -> None:
    elsewhere = lying([])
    elsewhere.always = Reply(body=b"there")
    server = lying([])
    server.always = Reply(302, headers={"Location": f"{elsewhere.url}/b"})
    assert fetch(server.url, NOBODY, 99) == b"there"
    assert "authorization" not in elsewhere.received[0].headers


def test_a_redirect_elsewhere_with_a_token(lying: Lying) -> None:
    server = lying([])
    server.always = Reply(302, headers={"Location": "http://127.0.0.2:9/b"})
    with pytest.raises(FetchError) as raised:
        fetch(server.url, Service(server.url, "t"), 99)
    said = "it redirects to http://127.0.0.2:9/b, where the token does not go"
    assert raised.value.what == said
    assert not raised.value.again


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("http://a/b?c", ("http", "a", 80)),
        ("https://A.b", ("https", "a.b", 443)),
        ("https://a:8443/", ("https", "a", 8443)),
    ],
)
def test_an_origin_has_its_port(url: str, whole: tuple[str, str, int]) -> None:
    assert origin(url) == whole


@pytest.mark.parametrize(
    ("given", "environment", "base_url"),
    [
        (None, {}, DEFAULT_BASE_URL),
        (None, {"RUNCOMFY_BASE_URL": "http://b:1/"}, "http://b:1"),
        ("http://a:1/v1/", {"RUNCOMFY_BASE_URL": "http://b:1"}, "http://a:1"),
        (" http://a:1//v1 ", {}, "http://a:1"),
        ("http://a:1/api", {}, "http://a:1/api"),
    ],
)
def test_where_the_service_is(
    given: str | None, environment: dict[str, str], base_url: str
) -> None:
    assert Service.of(given, environment) == Service(base_url, "")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "http://a/?x",
            f"http://a/?x: is not an http(s) URL; give one such as {DEFAULT_BASE_URL}",
        ),
        (
            "http://a/#x",
            f"http://a/#x: is not an http(s) URL; give one such as {DEFAULT_BASE_URL}",
        ),
        (
            "http://u:p@a",
            f"the base URL: holds a user name or password; give one such as {DEFAULT_BASE_URL}",
        ),
    ],
)
def test_where_no_service_is(url: str, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        Service.of(url, {})
    assert str(raised.value) == said


def test_a_token_that_is_none_is_not_shown() -> None:
    with pytest.raises(UsageError) as raised:
        Service.of(None, {"RUNCOMFY_TOKEN": "Bearer abc"})
    assert str(raised.value) == (
        "the token in RUNCOMFY_TOKEN: holds a space, a line break or a character that "
        "is not ASCII; copy the token again, without the word Bearer"
    )


def test_a_token_is_left_out_of_what_is_said() -> None:
    service = Service("http://a", "abc")
    assert service.redact("an abc here") == "an *** here"
    assert Service("http://a").redact("abc") == "abc"
    assert "abc" not in repr(service)


SAID: list[tuple[Reply, str]] = [
    (Reply(404, json={"error_code": 404001}), "HTTP 404: 404001; see that --base-url"),
    (Reply(400, json={"code": "77", "message": "no"}), "HTTP 400: 77 no; see that"),
    (Reply(400, json={"error": {"a": 1}}), 'HTTP 400: {"a": 1}; see that'),
    (Reply(400, json={"detail": "x" * 300}), f"HTTP 400: {'x' * 200}; see that"),
    (Reply(400, json={"error_code": "E77"}), "HTTP 400; see that"),
    (Reply(400, json=[1]), "HTTP 400; see that"),
    (Reply(400, body=b"{"), "HTTP 400; see that --base-url is that of the API"),
    (
        Reply(401, json={"message": "no secret-token"}),
        "HTTP 401: no ***; set RUNCOMFY_API_TOKEN to another token that may list",
    ),
    (
        Reply(400, json={"error_code": 403003}),
        "HTTP 400: 403003; set RUNCOMFY_API_TOKEN",
    ),
    (
        Reply(json={"error_code": 7, "detail": "bad"}),
        "the service says 7 bad; see that",
    ),
    (Reply(json={"error_code": 403001}), "the service says 403001; set RUNCOMFY_API_T"),
    (Reply(json={}), 'the answer has no list of "models"; see that --base-url'),
    (Reply(body=b"\n <p>"), "it answers with a page, not with JSON; see that"),
    (Reply(500, json={"message": "oops"}), "HTTP 500: oops; try again later"),
    (Reply(body=b"{"), "the answer is broken JSON; try again later"),
    (Reply(json={"error_code": 500000}), "the service says 500000; try again later"),
    (Reply(json={"error_code": 599999}), "the service says 599999; try again later"),
    (Reply(json={"error_code": 600000}), "the service says 600000; see that"),
]


@pytest.mark.parametrize(("reply", "said"), SAID, ids=lambda value: str(value)[:30])
def test_what_is_said_of_an_answer(
    sync: Sync, lying: Lying, reply: Reply, said: str
) -> None:
    server = lying([])
    server.always = reply
    done = sync(server.url)
    assert done.exit_code == 1
    assert f"{server.url}/v1/models: {said}" in done.stderr
    assert done.stderr.endswith("; nothing was stored\n")


def test_without_a_token_one_is_asked_for(
    sync: Sync, lying: Lying, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNCOMFY_API_TOKEN")
    server = lying([])
    server.always = Reply(401)
    said = "set RUNCOMFY_API_TOKEN to a token that may list the catalogue"
    assert said in sync(server.url).stderr


@pytest.mark.parametrize(
    ("asked", "pauses"),
    [(None, [0.5, 1.0, 2.0]), ("1", [1.0, 1.0, 2.0]), ("90", [30.0] * 3)],
)
def test_how_long_it_waits(
    sync: Sync,
    lying: Lying,
    monkeypatch: pytest.MonkeyPatch,
    asked: str | None,
    pauses: list[float],
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(asking, "PAUSES", (0.5, 1.0, 2.0))
    monkeypatch.setattr("time.sleep", waited.append)
    server = lying([])
    headers = {} if asked is None else {"Retry-After": asked}
    server.always = Reply(503, headers=headers)
    assert sync(server.url).exit_code == 1
    assert waited == pauses
    assert len(server.received) == 4


def test_a_part_of_the_catalogue_is_asked_for(sync: Sync, lying: Lying) -> None:
    server = lying(entries(1))
    done = sync(server.url, "--search", "a b", "--category", "c", "--kind", "model")
    assert done.exit_code == 0
    query = "search=a+b&category=c&kind=model&limit=100&offset=0&include_schema=true"
    assert server.received[0].target == f"/v1/models?{query}"


def test_what_a_part_lacks_is_not_gone(sync: Sync, lying: Lying) -> None:
    sync(lying([entry("acme/a"), entry("acme/b")]).url)
    done = sync(lying([entry("acme/b")]).url, "--search", "b", "--prune")
    assert done.exit_code == 0
    assert "0 new, 0 changed, 0 gone, 1 unchanged, 0 skipped" in done.output
    assert Path("schemas/acme/a.json").exists()


def test_a_model_that_is_listed_twice_is_remarked_once(
    sync: Sync, lying: Lying
) -> None:
    others: list[Any] = [entry("acme/a", description=text) for text in "xyz"]
    done = sync(lying([entry("acme/a"), *others]).url)
    said = "acme/a is listed twice, differently: the first is taken\n"
    assert done.stderr == said


def test_a_dry_run_writes_nothing(sync: Sync, lying: Lying) -> None:
    done = sync(lying([entry("acme/a"), {"model_id": "acme/b"}]).url, "--dry-run")
    assert done.exit_code == 3
    summary = "1 new, 0 changed, 0 gone, 0 unchanged, 1 skipped; nothing was written"
    assert done.stdout == f"new  acme/a\n{summary}\n"
    assert done.stderr.startswith("skipped  ")
    assert not Path("schemas").exists()


def test_what_changed_and_what_is_gone_is_said(sync: Sync, lying: Lying) -> None:
    sync(lying([entry("acme/a"), entry("acme/b")]).url)
    number = {"type": "object", "properties": {"prompt": {"type": "integer"}}}
    done = sync(lying([entry("acme/a", input_schema=number), entry("acme/c")]).url)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[:2] == ["new  acme/c", "changed  acme/a"]
    assert "gone  acme/b  (--prune retires it)" in lines
    assert any(line.endswith(("breaking change", "breaking changes")) for line in lines)
    assert lines[-1] == "1 new, 1 changed, 1 gone, 0 unchanged, 0 skipped"
