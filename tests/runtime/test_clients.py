"""Clients of one's own making, sharing, closing, proxies, timeouts, origins."""

import gzip
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest

from runcomfy_models import (
    ClientClosedError,
    NetworkError,
    RunComfy,
    UnexpectedResponseError,
)
from tests.support.faces import Blocking, Face
from tests.support.scripted_server import Reply, ScriptedServer


def http_client(face: Face, **options: Any) -> Any:
    return (httpx2.Client if face.kind == "sync" else httpx2.AsyncClient)(**options)


def close(face: Face, client: Any) -> None:
    if face.kind == "sync":
        client.close()
    else:
        face.runner.run(client.aclose())


def test_a_client_can_be_closed_twice_but_not_used(face: Face) -> None:
    client = face.client()
    job = client.job("r")
    client.close()
    client.close()
    for use in (job.status, job.wait, lambda: client.submit_model("a/b", {})):
        with pytest.raises(ClientClosedError, match="make a new one"):
            use()


def test_a_with_block_closes(face: Face) -> None:
    client = face.client()
    if face.kind == "sync":
        with client as same:
            assert same is client
    else:

        async def block() -> None:
            async with client.target as same:
                assert same is client.target

        face.runner.run(block())
    with pytest.raises(ClientClosedError):
        client.job("r").status()


def test_the_callers_client_is_used_and_left_open(
    face: Face, server: ScriptedServer, token: str, tmp_path: Any
) -> None:
    theirs = http_client(
        face,
        headers={"X-Mine": "yes", "Authorization": "Bearer other", "Cookie": "a=b"},
        follow_redirects=True,
        auth=("user", "password"),
    )
    client = face.client(http_client=theirs)
    result = client.run_model("a/b", {"x": 1})
    for call in server.received:
        assert call.headers["x-mine"] == "yes"
        assert call.headers["authorization"] == f"Bearer {token}"
    assert server.received[0].json == {"x": 1}
    assert server.received[0].headers["content-type"] == "application/json"
    client.download(result, tmp_path)
    assert {"authorization", "cookie"}.isdisjoint(server.received[-1].headers)
    server.script("status", Reply(302, headers={"Location": "/elsewhere"}))
    with pytest.raises(UnexpectedResponseError, match="redirect"):
        client.job("r").status()
    assert not server.calls("/elsewhere")
    client.close()
    assert not theirs.is_closed
    again = face.client(http_client=theirs)
    close(face, theirs)
    with pytest.raises(ClientClosedError, match="http_client"):
        again.job("r").status()


def test_the_callers_timeouts_are_kept(face: Face, server: ScriptedServer) -> None:
    server.script("status", Reply(hang=True))
    theirs = http_client(face, timeout=0.2)
    for options in (
        {"http_client": theirs},
        {"timeout": 0.2},
        {"timeout": httpx2.Timeout(5, read=0.2)},
        {"http_client": http_client(face), "timeout": 0.2},
    ):
        began = time.monotonic()
        with pytest.raises(NetworkError, match="ReadTimeout"):
            face.client(max_retries=0, **options).job("r").status()
        assert time.monotonic() - began < 10
    close(face, theirs)


def test_a_transport_is_used(face: Face) -> None:
    seen: list[httpx2.Request] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return httpx2.Response(200, json={"status": "in_queue", "queue_position": 4})

    transport = httpx2.MockTransport(handler)
    client = face.client(transport=transport, base_url="https://api.test")
    assert client.job("r").status().queue_position == 4
    assert str(seen[0].url) == "https://api.test/v1/requests/r/status"
    client.job("r").cancel()
    assert seen[1].headers["content-length"] == "0"


def test_a_proxy_is_used(face: Face, server: ScriptedServer) -> None:
    target = "http://api.test/v1/requests/r/status"
    client = face.client(proxy=server.url, base_url="http://api.test")
    server.script("status", Reply(json={"status": "in_queue"}))
    assert client.job("r").status().state == "in_queue"
    assert server.received[0].target == target


def test_the_environments_proxy_is_used(
    face: Face, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert face.client(base_url="http://api.test").job("r").status().ended
    assert server.received[0].target == "http://api.test/v1/requests/r/status"


def test_urls_in_answers_are_ignored(face: Face, server: ScriptedServer) -> None:
    elsewhere = ScriptedServer()
    try:
        urls = {
            name: f"{elsewhere.url}/v1/requests/x/{name.removesuffix('_url')}"
            for name in ("status_url", "result_url", "cancel_url")
        }
        server.script("submit", Reply(json={"request_id": "r", **urls}))
        server.script("status", Reply(json={"status": "completed", **urls}))
        job = face.client().submit_model("a/b", {})
        job.wait()
        job.cancel()
        assert not elsewhere.received
    finally:
        elsewhere.stop()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(
    face: Face, server: ScriptedServer, status: int
) -> None:
    server.script("status", Reply(status, headers={"Location": f"{server.url}/x"}))
    with pytest.raises(UnexpectedResponseError, match="redirects"):
        face.client().job("r").status()
    assert len(server.received) == 1


def test_cookies_are_not_kept(face: Face, server: ScriptedServer) -> None:
    server.script(
        "status", Reply(json={"status": "x"}, headers={"Set-Cookie": "a=b; Path=/"})
    )
    job = face.client().job("r")
    job.status()
    job.status()
    assert "cookie" not in server.received[-1].headers


def test_connections_are_reused(face: Face, server: ScriptedServer) -> None:
    before = threading.active_count()
    job = face.client().job("r")
    for _ in range(20):
        job.status()
    assert threading.active_count() - before <= 1


def test_threads_share_a_client(server: ScriptedServer, token: str) -> None:
    with (
        RunComfy(token, base_url=server.url, poll_interval=0.01) as client,
        ThreadPoolExecutor(20) as pool,
    ):
        results = pool.map(lambda n: client.run_model("a/b", {"n": n}), range(60))
        assert len({result.request_id for result in results}) == 60


def test_tasks_share_a_client(server: ScriptedServer, face: Face) -> None:
    import asyncio

    client = face.client()
    if not isinstance(client, Blocking):
        pytest.skip("sync clients have no tasks")

    async def many() -> set[str]:
        calls = [client.target.run_model("a/b", {"n": n}) for n in range(150)]
        return {result.request_id for result in await asyncio.gather(*calls)}

    assert len(face.runner.run(many())) == 150


def test_a_client_of_the_wrong_kind_is_refused(face: Face) -> None:
    other = httpx2.AsyncClient() if face.kind == "sync" else httpx2.Client()
    with pytest.raises(TypeError, match="http_client must be an httpx2"):
        face.client(http_client=other)
    with pytest.raises(TypeError, match="transport must be an httpx2"):
        face.client(transport=other)
    if isinstance(other, httpx2.Client):
        other.close()
    else:
        face.runner.run(other.aclose())


def test_a_compressed_answer_is_read_or_refused(
    face: Face, server: ScriptedServer
) -> None:
    body = gzip.compress(b'{"status": "in_queue"}')
    headers = {"Content-Encoding": "gzip"}
    server.script("status", Reply(body=body, headers=headers))
    job = face.client(max_answer_bytes=10_000_000).job("r")
    assert job.status().state == "in_queue"
    for broken in (b"not gzip", gzip.compress(b" " * 50_000_000)):
        server.script("status", Reply(body=broken, headers=headers))
        with pytest.raises(UnexpectedResponseError, match="cannot be decoded"):
            job.status()
