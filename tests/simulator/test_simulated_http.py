"""HTTP/1.1 itself: what is well formed, what is hostile, and many at once."""

import json
import socket
import threading
from urllib.parse import urlsplit

import pytest

from runcomfy_models.simulator import Fault, Simulator
from tests.support.raw_api import EDIT, EDIT_BODY, RawAPI

TOKEN = b"Authorization: Bearer simulator-token\r\n"
BODY = json.dumps(EDIT_BODY).encode()
POST = b"POST /v1/models/" + EDIT.encode() + b" HTTP/1.1\r\n" + TOKEN


def talk(simulator: Simulator, *pieces: bytes) -> bytes:
    """Send raw bytes and half-close; return all that comes back."""
    where = urlsplit(simulator.url)
    with socket.create_connection((where.hostname, where.port), timeout=5) as sock:
        for piece in pieces:
            sock.sendall(piece)
        sock.shutdown(socket.SHUT_WR)
        received = b""
        while piece := sock.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x00\xff\x00\xff\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n\r\n", 400),
        (b"GET http://elsewhere/ HTTP/1.1\r\n\r\n", 400),
        (b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA b: c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n folded: c\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHos", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"y" * 200_000, 431),
        (POST + b"Content-Length: -1\r\n\r\n", 400),
        (POST + b"Content-Length: 1, 2\r\n\r\n", 400),
        (POST + "Content-Length: ²\r\n\r\n".encode("latin-1"), 400),
        (POST + b"Content-Length: 67108865\r\n\r\n", 413),
        (POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (POST + b"Transfer-Encoding: gzip\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n0\r\n\r\n", 400),
        (POST + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n", 413),
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /v1/models/../../etc/passwd HTTP/1.1\r\n" + TOKEN + b"\r\n", 400),
        (b"DELETE /v1/models HTTP/1.1\r\n\r\n", 405),
        (b"POST /v1/requests/x/status HTTP/1.1\r\n\r\n", 405),
        (b"GET /v1/requests/x/cancel HTTP/1.1\r\n\r\n", 405),
        (b"HEAD /v1/models HTTP/1.1\r\n\r\n", 405),
    ],
)
def test_hostile_requests_get_a_clean_answer(
    simulator: Simulator, caplog: pytest.LogCaptureFixture, raw: bytes, status: int
) -> None:
    answer = talk(simulator, raw)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    _, _, body = answer.partition(b"\r\n\r\n")
    if not raw.startswith(b"HEAD"):
        assert json.loads(body)["error_message"]
    with RawAPI(simulator) as api:
        assert api.submit().status == 200
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("raw", [b"", b"\r\n", POST + b"Content-Length: 9\r\n\r\nhalf"])
def test_a_client_that_leaves_gets_nothing(simulator: Simulator, raw: bytes) -> None:
    assert talk(simulator, raw) == b""
    assert simulator.jobs == {}


def test_chunked_bodies_are_read(simulator: Simulator) -> None:
    chunks = b"%x;x=y\r\n%s\r\n" % (10, BODY[:10])
    chunks += b"%X\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(BODY) - 10, BODY[10:])
    head = POST + b"Transfer-Encoding: chunked\r\n\r\n"
    assert talk(simulator, head, chunks).startswith(b"HTTP/1.1 200 ")
    assert simulator.requests[0].raw == BODY


def test_expect_continue_is_answered(simulator: Simulator) -> None:
    head = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    answer = talk(simulator, head, BODY)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")


def test_pipelined_requests_are_answered_in_order(simulator: Simulator) -> None:
    get = b"GET /v1/models/categories HTTP/1.1\r\n" + TOKEN + b"\r\n"
    answer = talk(simulator, get + b"GET /x HTTP/1.1\r\n\r\n" + get)
    codes = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert codes == [b"200", b"404", b"200"]


@pytest.mark.parametrize(
    "head",
    [b"GET /x HTTP/1.0\r\n\r\n", b"GET /x HTTP/1.1\r\nConnection: Close\r\n\r\n"],
)
def test_a_connection_closes_when_the_client_says_so(
    simulator: Simulator, head: bytes
) -> None:
    answer = talk(simulator, head + head)
    assert answer.count(b"HTTP/1.1 404") == 1
    assert b"Connection: close" in answer


def test_an_answer_without_a_body_has_none(simulator: Simulator) -> None:
    simulator.script("catalogue", [Fault.answer(204, b"x")])
    answer = talk(simulator, b"GET /v1/models HTTP/1.1\r\n\r\n")
    assert answer == b"HTTP/1.1 204 No Content\r\n\r\n"


def test_a_connection_is_kept_alive(api: RawAPI) -> None:
    api.submit()
    first = api.sock
    assert first is not None
    api.submit([])
    api.status("unknown")
    assert api.sock is first


def test_urls_follow_the_name_that_the_client_uses(
    api: RawAPI, simulator: Simulator
) -> None:
    port = urlsplit(simulator.url).port
    for host, origin in (
        (f"localhost:{port}", f"http://localhost:{port}"),
        ("evil.example/path", simulator.url),
        ('"><script>', simulator.url),
    ):
        headers = {**api.headers, "Host": host}
        answer = api.call("POST", f"/v1/models/{EDIT}", EDIT_BODY, headers)
        assert answer.json["status_url"].startswith(f"{origin}/v1/requests/")


def test_many_at_once(simulator: Simulator) -> None:
    finished: list[str] = []

    def work() -> None:
        with RawAPI(simulator) as api:
            for _ in range(3):
                finished.append(api.finish(api.job())["status"])

    workers = [threading.Thread(target=work) for _ in range(100)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert finished == ["succeeded"] * 300
    assert len(simulator.jobs) == 300
    assert len(simulator.requests) == 300 * 6


def test_it_listens_on_this_machine_alone(simulator: Simulator) -> None:
    assert simulator.url.startswith("http://127.0.0.1:")


def test_a_port_in_use_is_an_os_error(simulator: Simulator) -> None:
    port = urlsplit(simulator.url).port
    assert port
    with pytest.raises(OSError, match="in use"):
        Simulator(port=port).start()


def test_closing_frees_the_port_and_may_be_repeated() -> None:
    simulator = Simulator()
    simulator.close()
    simulator.start()
    with RawAPI(simulator) as api:
        api.submit()
        simulator.close()
        simulator.close()
        with pytest.raises(OSError, match="refused"):
            talk(simulator, b"")
    with pytest.raises(RuntimeError, match="once"):
        simulator.start()
    with Simulator(port=urlsplit(simulator.url).port or 0) as again:
        assert again.url == simulator.url
