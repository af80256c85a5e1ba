"""The playground under requests that no browser writes: nothing runs by them."""

import json
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.command import Command, pointed_at
from tests.support.playground import CALL, MARK, Playground, playgrounds

RUN = "POST /-/run HTTP/1.1"
BODY = json.dumps(CALL).encode()
MEBIBYTE = bytes(1 << 20)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator(queued=0, running=0) as running:
        yield running


@pytest.fixture(scope="module")
def playground(
    simulator: Simulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Playground]:
    folder = tmp_path_factory.mktemp("playground")
    for start in playgrounds(Command(folder, **pointed_at(simulator)), folder):
        yield start()


def submits(simulator: Simulator) -> int:
    return sum(request.method == "POST" for request in simulator.requests)


@pytest.mark.parametrize(
    ("first", "changed", "status"),
    [
        ("POST http://evil.example/-/run HTTP/1.1", {}, 421),
        ("POST ftp://{host}/-/run HTTP/1.1", {}, 421),
        ("POST http://[/-/run HTTP/1.1", {}, 400),
        ("POST /-/run HTTP/1.0", {"Host": None}, 421),
        (RUN, {"Host": None}, 421),
        (RUN, {"Host": "127.0.0.1.:80"}, 421),
        (RUN, {"Host": "user@{host}"}, 421),
        (RUN, {"Host": "{host}\r\nHost: {host}"}, 400),
        (RUN, {"Origin": "HTTP://{host}"}, 403),
        (RUN, {"Origin": "http://user@{host}"}, 403),
        (RUN, {"Origin": "http://{host}/"}, 403),
        (RUN, {"Origin": "https://{host}"}, 403),
        (RUN, {"Origin": "http://127.0.0.1"}, 403),
        (RUN, {"Origin": "http://{host}\r\nOrigin: http://evil.example"}, 400),
        (RUN, {MARK: None}, 403),
        (RUN, {"Content-Type": "application/json\r\nContent-Type: text/plain"}, 400),
        (RUN, {"Content-Length": None}, 411),
        (RUN, {"Content-Length": "-1"}, 411),
        (RUN, {"Content-Length": "5, 5"}, 411),
        (RUN, {"Content-Length": "9" * 30}, 411),
        (RUN, {"Content-Length": "9999"}, 400),
        (RUN, {"Content-Length": "5\r\nContent-Length: 6"}, 400),
        (RUN, {"Transfer-Encoding": "chunked"}, 411),
        (RUN, {"Transfer-Encoding": "chunked", "Content-Length": None}, 411),
        ("HEAD /-/run HTTP/1.1", {}, 404),
        ("GET /-/run HTTP/1.1", {}, 404),
        ("PUT /-/run HTTP/1.1", {}, 501),
        ("POST /%2d/run HTTP/1.1", {}, 405),
        ("POST /-/jobs/%FF/cancel HTTP/1.1", {}, 400),
        ("POST /-/jobs/../run HTTP/1.1", {}, 404),
    ],
    ids=str,
)
def test_no_odd_request_runs_anything(
    playground: Playground,
    simulator: Simulator,
    first: str,
    changed: dict[str, str | None],
    status: int,
) -> None:
    statuses, _ = playground.answers(playground.written(first, BODY, **changed))
    assert statuses == [status]
    assert submits(simulator) == 0


@pytest.mark.parametrize("path", ["/", "/index.html", "/-/jobs/x", "/nothing"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS"])
def test_a_body_is_never_taken_for_a_request(
    playground: Playground, simulator: Simulator, method: str, path: str
) -> None:
    hidden = playground.written(RUN, BODY)
    request = playground.written(f"{method} {path} HTTP/1.1", hidden)
    statuses, _ = playground.answers(request)
    assert len(statuses) == 1
    assert submits(simulator) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"model_id": "a/b", ' + BODY[1:], 400),
        (b'{"model_id": "a/b", "input": {"prompt": "a", "prompt": "b"}}', 400),
        (BODY.replace(b'"a hat"', b"NaN"), 400),
        (BODY.replace(b'"a hat"', b"-Infinity"), 400),
        (BODY.replace(b'"a hat"', b'"\\ud800"'), 422),
        (BODY.replace(b"flex", b".."), 404),
        (BODY.replace(b"blackforestlabs/", b"../"), 404),
        (BODY + BODY, 400),
        (b"[" * 100_000, 400),
        (b"9" * 10_000, 400),
        (b"\xff\xfe\x00", 400),
        (b"", 400),
    ],
    ids=lambda given: repr(given)[:40],
)
def test_no_odd_body_runs_anything(
    playground: Playground, simulator: Simulator, body: bytes, status: int
) -> None:
    statuses, answer = playground.answers(playground.written(RUN, body))
    assert statuses == [status], answer
    assert submits(simulator) == 0


def test_a_body_of_100_megabytes_is_refused_with_a_word(playground: Playground) -> None:
    head = playground.written(RUN, b"", **{"Content-Length": str(100 << 20)})
    with playground.connected() as peer:
        peer.sendall(head)
        for _ in range(100):
            peer.sendall(MEBIBYTE)
        answer = peer.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_an_address_of_ours_may_be_written_whole(playground: Playground) -> None:
    request = playground.written("GET http://{host}/ HTTP/1.1", b"")
    statuses, answer = playground.answers(request)
    assert statuses == [200]
    assert b"docs" in answer


def test_who_leaves_is_no_fault(playground: Playground) -> None:
    """The fixture sees whether the playground complains."""
    for begun in (b"GET / HT", playground.written(RUN, BODY)[:-9]):
        peer = playground.connected()
        peer.sendall(begun)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    assert playground.ask("quote", CALL)[0] == 200


def test_the_usual_port_is_left_out_by_browsers(
    simulator: Simulator, tmp_path: Path
) -> None:
    try:
        socket.create_server(("127.0.0.1", 80)).close()
    except OSError:
        pytest.skip("needs port 80")
    for start in playgrounds(Command(tmp_path, **pointed_at(simulator)), tmp_path):
        playground = start("--port", "80")
        assert playground.host == "127.0.0.1:80"
        playground.host = "127.0.0.1"
        playground.headers["Origin"] = "http://127.0.0.1"
        assert playground.ask("quote", CALL)[0] == 200
