import asyncio
import ssl
from collections.abc import Iterator

import httpcore2
import pytest

from tests.support.faces import Face
from tests.support.scripted_server import ScriptedServer

TOKEN = "tok-3f9a81c27be64d05"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    # The system's certificates take long to load, and none of these tests needs them.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    monkeypatch.setattr(httpcore2, "default_ssl_context", lambda **options: context)
    for name in ("RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("RUNCOMFY_BASE_URL", raising=False)


@pytest.fixture
def token() -> str:
    return TOKEN


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.stop()


@pytest.fixture(params=["sync", "async"])
def face(request: pytest.FixtureRequest, server: ScriptedServer) -> Iterator[Face]:
    """One of the two kinds of client, set up for the server, with short waits."""
    defaults = {"token": TOKEN, "base_url": server.url, "poll_interval": 0.005}
    with asyncio.Runner() as runner:
        face = Face(request.param, runner, defaults)
        yield face
        face.close()
