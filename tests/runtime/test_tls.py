"""The same over TLS, as all real traffic goes: certificates, answers, deadlines."""

import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

import httpcore2
import pytest
import trustme

from runcomfy_models import NetworkError, WaitTimeoutError
from tests.support.faces import Face
from tests.support.scripted_server import Reply, ScriptedServer


class TLSServer(ScriptedServer):
    def __init__(self, context: ssl.SSLContext) -> None:
        self.context = context
        super().__init__()
        self.url = self.url.replace("http:", "https:")

    def get_request(self) -> tuple[socket.socket, Any]:
        sock, address = super().get_request()
        options = {"server_side": True, "do_handshake_on_connect": False}
        return self.context.wrap_socket(sock, **options), address

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that does not trust this server."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls_server(authority: trustme.CA) -> Iterator[TLSServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = TLSServer(context)
    yield server
    server.stop()


@pytest.fixture
def trusted(authority: trustme.CA, monkeypatch: pytest.MonkeyPatch) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    monkeypatch.setattr(httpcore2, "default_ssl_context", lambda **options: context)


@pytest.mark.usefixtures("trusted")
def test_a_job_runs_over_tls(face: Face, tls_server: TLSServer) -> None:
    client = face.client(base_url=tls_server.url)
    assert client.run_model("a/b", {}).request_id == "req-1"


@pytest.mark.usefixtures("trusted")
def test_the_deadline_holds_over_tls(face: Face, tls_server: TLSServer) -> None:
    tls_server.script("status", Reply(headers={"X-Slow": "x" * 5000}, drip=0.02))
    began = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        face.client(base_url=tls_server.url).job("r").wait(timeout=0.5)
    assert time.monotonic() - began < 20  # the head alone would take 100
    assert tls_server.received


def test_a_server_that_cannot_be_trusted_gets_nothing(
    face: Face, tls_server: TLSServer
) -> None:
    client = face.client(base_url=tls_server.url, max_retries=0)
    with pytest.raises(NetworkError, match="CERTIFICATE_VERIFY_FAILED"):
        client.submit_model("a/b", {})
    assert not tls_server.received
