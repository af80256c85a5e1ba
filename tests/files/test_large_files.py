"""Large files: sent in pieces, whole, with their length; memory stays flat."""

import asyncio
import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest

from runcomfy_models import AsyncRunComfy, FileTooLargeError, RunComfy
from tests.support.scripted_server import Reply, ScriptedServer

VIDEO = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"
LARGE = VIDEO + bytes(range(256)) * 40_000
"""Larger than what is kept encoded, and no multiple of three."""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.stop()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(LARGE)
    return path


def bodies(server: ScriptedServer) -> list[Any]:
    return [call.json for call in server.calls("submit")]


@pytest.mark.parametrize("own_client", [False, True])
@pytest.mark.parametrize("is_async", [False, True])
def test_files_arrive_whole_among_the_rest_also_again(
    server: ScriptedServer, film: Path, is_async: bool, own_client: bool
) -> None:
    server.script("submit", Reply(429), Reply(json={"request_id": "r"}))
    body = {"é": 'before "', "a": [film, {"b": LARGE[:999]}], "z": "after"}
    settings: dict[str, Any] = {"base_url": server.url}

    async def submit() -> None:
        async with AsyncRunComfy("t", **settings) as client:
            await client.submit_model("a/b", body)

    async def submit_by_own() -> None:
        async with httpx2.AsyncClient() as http_client:
            settings["http_client"] = http_client
            await submit()

    if is_async:
        asyncio.run(submit_by_own() if own_client else submit())
    else:
        with httpx2.Client() as http_client:
            settings["http_client"] = http_client if own_client else None
            with RunComfy("t", **settings) as client:
                client.submit_model("a/b", body)
    urls = [
        "data:video/mp4;base64," + base64.b64encode(content).decode()
        for content in (LARGE, LARGE[:999])
    ]
    expected = {**body, "a": [urls[0], {"b": urls[1]}]}
    assert bodies(server) == [expected, expected]
    for call in server.calls("submit"):
        assert call.headers["content-length"] == str(len(call.body))
        assert "transfer-encoding" not in call.headers


def test_ten_files_beyond_the_size_of_a_request_are_refused(
    server: ScriptedServer, film: Path
) -> None:
    with (
        RunComfy("t", base_url=server.url) as client,
        pytest.raises(FileTooLargeError, match=r"130\.2 MiB, and may have 64 MiB"),
    ):
        client.submit_model("a/b", {"films": [film] * 10})
    assert server.received == []


class Discarding(BaseHTTPRequestHandler):
    """Takes any submit, and keeps nothing of it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, 65536)))
        self.answer({"request_id": "r"})

    def do_GET(self) -> None:
        self.answer({"status": "succeeded", "output": {}})

    def answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


MEASURED = """
import asyncio, resource, sys
from pathlib import Path
from runcomfy_models import AsyncRunComfy, InputModel, OutputModel, RunComfy
from runcomfy_models.integrations.bucket import to_bucket
from runcomfy_models.media import VideoSource

way, url, folder = sys.argv[1:]

class Output(OutputModel):
    pass

class Input(InputModel[Output]):
    model_id = "a/b"
    video: VideoSource

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

options = {"base_url": url, "poll_interval": 0.01}
if way == "bucket":
    options["uploader"] = to_bucket(f"file://{folder}/bucket", public_url="https://x.test")
inputs = [Input(video=path) for path in Path(folder).glob("*.mp4")]
warm = Path(folder) / "warm"

async def run():
    async with AsyncRunComfy("t", **options) as client:
        await client.run(Input(video=warm))
        before = peak()
        async for _, outcome in client.run_many(inputs):
            print(outcome)
        return before

if way == "async":
    before = asyncio.run(run())
else:
    with RunComfy("t", **options) as client:
        client.run(Input(video=warm))
        before = peak()
        for _, outcome in client.run_many(inputs):
            print(outcome)
print(peak() - before)
"""


@pytest.mark.stress
@pytest.mark.parametrize("way", ["sync", "async", "bucket"])
def test_memory_stays_flat_with_ten_files_of_30_mb(tmp_path: Path, way: str) -> None:
    (tmp_path / "warm").write_bytes(VIDEO)
    for number in range(10):
        film = VIDEO + bytes([number]) * 30_000_000
        (tmp_path / f"{number}.mp4").write_bytes(film)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Discarding)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-c", MEASURED, way),
                *(f"http://127.0.0.1:{server.server_port}", str(tmp_path)),
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        server.shutdown()
        server.server_close()
    *outcomes, megabytes = done.stdout.splitlines()
    assert len(outcomes) == 10
    assert all(line.startswith("Result(") for line in outcomes), outcomes
    assert float(megabytes) < 60
