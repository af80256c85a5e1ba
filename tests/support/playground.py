"""A playground that runs as a process of its own, and a page of it."""

import http.client
import json
import re
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.support.command import FLEX, PICTURE, Command

CALL = {"model_id": FLEX, "input": {"prompt": "a hat", "image_urls": [PICTURE]}}
MARK = "X-RunComfy-Playground"


class Playground:
    """A playground that runs, and a page of it."""

    def __init__(self, url: str) -> None:
        self.host = url.removeprefix("http://").rstrip("/")
        _, _, page = self.send("GET", "/")
        found = re.search(rb'name="runcomfy-playground" content="([^"]+)"', page)
        assert found
        self.headers = {
            "Origin": f"http://{self.host}",
            "Content-Type": "application/json",
            MARK: found[1].decode(),
        }

    def send(
        self, method: str, path: str, content: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request as it is; return the status, the headers and the body."""
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            given = {name.replace("_", "-"): text for name, text in headers.items()}
            connection.request(method, path, content or None, given)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def ask(self, path: str, body: Any = None, **changed: str) -> tuple[int, Any]:
        """Ask as a page of it does, but for some headers; return status and answer."""
        headers = {**self.headers, **changed}
        kept = {name: text for name, text in headers.items() if text}
        method = "GET" if body is None else "POST"
        content = b"" if body is None else json.dumps(body).encode()
        status, _, answer = self.send(method, f"/-/{path}", content, **kept)
        return status, json.loads(answer)

    def connected(self) -> socket.socket:
        """Return a connection to it, for what no client sends."""
        host, _, port = self.host.partition(":")
        return socket.create_connection((host, int(port)), timeout=30)

    def written(self, first: str, body: bytes, **changed: str | None) -> bytes:
        """Return a request as a page of it has it, but for its start and some headers.

        None leaves a header out, and `{host}` stands for this host.
        """
        own = {"Host": "{host}", "Content-Length": str(len(body)), **self.headers}
        headers = {**own, **changed}
        lines = [
            f"{name}: {text}" for name, text in headers.items() if text is not None
        ]
        head = "\r\n".join([first, *lines, "", ""])
        return head.replace("{host}", self.host).encode() + body

    def answers(self, request: bytes) -> tuple[list[int], bytes]:
        """Send bytes and no more; return the status of each answer, and all bytes."""
        received = bytearray()
        with self.connected() as peer:
            peer.sendall(request)
            peer.shutdown(socket.SHUT_WR)
            while part := peer.recv(65536):
                received += part
        found = re.findall(rb"^HTTP/1\.\d (\d{3}) ", received, re.MULTILINE)
        return [int(status) for status in found], bytes(received)


Started = Callable[..., Playground]


def playgrounds(command: Command, folder: Path) -> Iterator[Started]:
    """Give what starts a playground of a small site; stop those that were started.

    None of them may have failed within.
    """
    site = folder / "site"
    (site / "models").mkdir(parents=True)
    (site / "index.html").write_text("<html><head></head><body>docs</body></html>")
    (folder / "beside.txt").write_text("not of the site")
    (site / "link.txt").symlink_to(folder / "beside.txt")
    (site / "circle").symlink_to("circle")
    processes = []

    def start(*words: str) -> Playground:
        process = command.start(
            "playground", "--port", "0", "--site", str(site), *words
        )
        processes.append(process)
        assert process.stdout
        return Playground(process.stdout.readline().decode().strip())

    yield start
    for process in processes:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        assert process.returncode == 0
        assert b"Traceback" not in said, said.decode()


def ended(playground: Playground, request_id: str) -> Any:
    """Ask until a job has ended."""
    while True:
        status, job = playground.ask(f"jobs/{request_id}")
        assert status == 200, job
        if job["state"] in ("succeeded", "failed", "cancelled"):
            return job
