"""A submit is sent once: every way in which its answer can be lost or odd."""

import socket

import httpx2
import pytest

from runcomfy_models import (
    AuthenticationError,
    InsufficientBalanceError,
    InvalidInputError,
    ModelNotFoundError,
    NetworkError,
    RateLimitError,
    RunComfyError,
    ServerError,
    SubmitUncertainError,
    UnexpectedResponseError,
)
from tests.support.faces import Face
from tests.support.scripted_server import Reply, ScriptedServer

BIG = b"x" * 200_000
LOST = {
    "dropped": Reply(drop=True),
    "hangs": Reply(hang=True),
    "cut off": Reply(body=b'{"request_id": "a"}', cut=5),
    "request timeout": Reply(408),
    "server error": Reply(500, json={"error_code": 500001, "message": "oops"}),
    "bad gateway": Reply(502, body=b"<html>", headers={"Content-Type": "text/html"}),
    "unavailable": Reply(503, headers={"Retry-After": "0"}),
    "gateway timeout": Reply(504),
    "server error as 200": Reply(json={"error_code": 500001}),
    "see other": Reply(303, headers={"Location": "/v1/requests/a/status"}),
    "empty": Reply(),
    "no content": Reply(204),
    "broken JSON": Reply(body=b'{"request_id": '),
    "a list": Reply(json=["a"]),
    "deep JSON": Reply(body=b"[" * 100_000),
    "a web page": Reply(body=b"<html>", headers={"Content-Type": "text/html"}),
    "no request_id": Reply(json={"status": "in_queue"}),
    "empty request_id": Reply(json={"request_id": " "}),
    "odd request_id": Reply(json={"request_id": ["a"]}),
    "huge": Reply(body=BIG),
}


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_uncertain_and_never_sent_again(
    face: Face, server: ScriptedServer, kind: str
) -> None:
    server.script("submit", LOST[kind])
    client = face.client(timeout=0.15, max_answer_bytes=150_000)
    with pytest.raises(SubmitUncertainError) as caught:
        client.submit_model("a/b", {})
    assert len(server.received) == 1
    assert "before you do" in str(caught.value)
    assert "try again" not in str(caught.value)
    error = caught.value
    reply = LOST[kind]
    if not (reply.drop or reply.hang or reply.cut):
        assert error.status_code == reply.status
    failed = reply.status >= 400 or kind == "server error as 200"
    assert isinstance(error, ServerError) is failed
    if reply.status < 300 and not failed and error.status_code:
        assert isinstance(error, UnexpectedResponseError)


REFUSED = [
    (Reply(429, json={"request_id": "taken"}), RateLimitError),
    (Reply(401), AuthenticationError),
    (Reply(402), InsufficientBalanceError),
    (Reply(400, json={"error_code": 400002}), InsufficientBalanceError),
    (Reply(200, json={"error_code": 400002}), InsufficientBalanceError),
    (Reply(404), ModelNotFoundError),
    (Reply(400, json={"code": "400001"}), ModelNotFoundError),
    (Reply(422, json={"detail": []}), InvalidInputError),
    (Reply(422, body=b"not JSON", cut=3), InvalidInputError),
    (Reply(307, headers={"Location": "/elsewhere"}), UnexpectedResponseError),
    (Reply(302, headers={"Location": "http://[broken"}), RunComfyError),
]


@pytest.mark.parametrize(("reply", "kind"), REFUSED)
def test_a_refusal_is_raised_at_once(
    face: Face, server: ScriptedServer, reply: Reply, kind: type[RunComfyError]
) -> None:
    server.script("submit", reply)
    with pytest.raises(kind) as caught:
        face.client().submit_model("a/b", {})
    assert len(server.received) == 1
    if kind is not RunComfyError:
        assert not isinstance(caught.value, SubmitUncertainError)
        assert caught.value.status_code == reply.status


def test_a_429_is_a_refusal_and_tried_again(face: Face, server: ScriptedServer) -> None:
    busy = Reply(429, headers={"Retry-After": "0.01"}, json={"message": "not taken"})
    server.script("submit", busy, busy, Reply(json={"request_id": "a"}))
    assert face.client().submit_model("a/b", {}).request_id == "a"
    assert len(server.received) == 3


@pytest.mark.parametrize("retries", [0, 2])
def test_a_429_that_lasts_is_raised(
    face: Face, server: ScriptedServer, retries: int
) -> None:
    server.script("submit", Reply(429, headers={"Retry-After": "0.01"}))
    with pytest.raises(RateLimitError) as caught:
        face.client(max_retries=retries).submit_model("a/b", {})
    assert len(server.received) == retries + 1
    assert caught.value.retry_after == 0.01


def test_a_refused_connection_is_tried_again(face: Face) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        client = face.client(base_url=url, max_retries=3)
        with pytest.raises(NetworkError, match="Nothing was submitted") as caught:
            client.submit_model("a/b", {})
    assert url in str(caught.value)
    assert not isinstance(caught.value, SubmitUncertainError)


class Flaky(httpx2.HTTPTransport):
    """Fails to connect at first."""

    def __init__(self, errors: list[Exception]) -> None:
        super().__init__()
        self.errors = errors
        self.calls = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return super().handle_request(request)


class AsyncFlaky(httpx2.AsyncHTTPTransport):
    def __init__(self, errors: list[Exception]) -> None:
        super().__init__()
        self.errors = errors
        self.calls = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return await super().handle_async_request(request)


def flaky(face: Face, *errors: Exception) -> Flaky | AsyncFlaky:
    return (Flaky if face.kind == "sync" else AsyncFlaky)(list(errors))


def test_what_never_left_is_sent_again(face: Face, server: ScriptedServer) -> None:
    transport = flaky(
        face,
        httpx2.ConnectError("Name or service not known"),
        httpx2.ConnectTimeout(""),
        httpx2.PoolTimeout(""),
        httpx2.ProxyError("502 Bad Gateway"),
    )
    job = face.client(transport=transport).submit_model("a/b", {})
    assert job.request_id == "req-1"
    assert (transport.calls, len(server.received)) == (5, 1)


@pytest.mark.parametrize(
    "error",
    [
        httpx2.ReadTimeout("x"),
        httpx2.WriteTimeout("x"),
        httpx2.ReadError("x"),
        httpx2.WriteError("x"),
        httpx2.CloseError("x"),
        httpx2.RemoteProtocolError("x"),
        OSError("x"),
        RuntimeError("x"),
    ],
)
def test_what_may_have_left_is_not(face: Face, error: Exception) -> None:
    transport = flaky(face, error)
    with pytest.raises(SubmitUncertainError, match=type(error).__name__):
        face.client(transport=transport).submit_model("a/b", {})
    assert transport.calls == 1


def test_no_retries_when_none_are_wanted(face: Face) -> None:
    transport = flaky(face, httpx2.ConnectError("x"))
    with pytest.raises(NetworkError):
        face.client(transport=transport, max_retries=0).submit_model("a/b", {})
    assert transport.calls == 1


def test_a_number_serves_as_request_id(face: Face, server: ScriptedServer) -> None:
    server.script("submit", Reply(201, json={"request_id": 17}))
    assert face.client().submit_model("a/b", {}).request_id == "17"
