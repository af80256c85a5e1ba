"""Serve the built docs on loopback, and run models for their forms.

The pages and whoever wrote their texts are strangers: this process holds the token, and
no answer of it ever carries it. Nothing is run for another origin: a call must name this
host (a name that was rebound to 127.0.0.1 does not), must come from a page of this very
origin, and must carry a mark that is made anew for each process and stands in its pages
alone, in a header that no form of another page can send.
"""

from __future__ import annotations

import json
import mimetypes
import re
import secrets
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from ...errors import (
    ConfigurationError,
    InvalidFileError,
    InvalidInputError,
    RunComfyError,
)
from .runs import RefusedError, Runs

MARK = "X-RunComfy-Playground"
LARGEST = 64 * 1024 * 1024
"""Bytes of a request, as the service's own clients have it."""
LONGEST_FAREWELL = 10.0
"""Seconds in which a peer may end what it sends, once it was answered."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https: http://127.0.0.1:*; "
    "media-src 'self' data: blob: https: http://127.0.0.1:*; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
JOB = re.compile(r"/-/jobs/([^/]+)(/cancel)?")


class PlaygroundServer(ThreadingHTTPServer):
    """The server of one site, one client and one ceiling."""

    daemon_threads = True

    def __init__(self, site: Path, runs: Runs, port: int, secret: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.site = site.resolve()
        self.runs = runs
        self.secret = secret.encode()
        """What no answer may hold."""
        self.mark = secrets.token_urlsafe(32)
        names = ["127.0.0.1", "localhost"]
        hosts = [f"{name}:{self.server_port}" for name in names]
        # A browser leaves out the port that is the usual one.
        self.hosts = frozenset(hosts + names if self.server_port == 80 else hosts)

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: PlaygroundServer  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"
    timeout = 60

    def handle(self) -> None:
        """Answer one request after the other, until the peer leaves: that is no fault."""
        with suppress(ConnectionError):
            super().handle()

    def finish(self) -> None:
        """Close once the peer has sent all: else it may never see its answer."""
        super().finish()
        deadline = time.monotonic() + LONGEST_FAREWELL
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)
            while self.connection.recv(1 << 16) and time.monotonic() < deadline:
                pass

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""

    def version_string(self) -> str:
        return "runcomfy-playground"

    def _answer(self) -> None:
        """Answer a request, whatever comes of it."""
        # A body that is not read must not be taken for the next request.
        if "Content-Length" in self.headers or "Transfer-Encoding" in self.headers:
            self.close_connection = True
        try:
            self._check_host()
            path = urlsplit(self.path).path
            if path.startswith("/-/"):
                self._send_json(HTTPStatus.OK, self._run(path))
            elif self.command == "POST":
                raise RefusedError(405, "Pages are only read.")
            else:
                self._send_file(unquote(path, errors="strict"))
        except RefusedError as error:
            self._send_json(error.status, {"error": str(error)})
        except (ConfigurationError, InvalidFileError, InvalidInputError) as error:
            self._send_json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(error)})
        except RunComfyError as error:
            self._send_json(HTTPStatus.BAD_GATEWAY, {"error": str(error)})
        except ValueError:
            self._send_json(HTTPStatus.BAD_REQUEST, {"error": "This cannot be read."})

    def _check_host(self) -> None:
        """Refuse a request for another host, in its header or in its first line."""
        host, target = self._header("Host"), urlsplit(self.path)
        is_named = target.scheme in ("", "http") and target.netloc in ("", host)
        if host not in self.server.hosts or not is_named:
            self.close_connection = True
            raise RefusedError(421, "This host is not served here.")

    def _header(self, name: str, absent: str = "") -> str:
        """Return a header. Raises RefusedError where it stands twice."""
        given = self.headers.get_all(name, [absent])
        if len(given) > 1:
            raise RefusedError(400, f"{name} stands twice.")
        return given[0]

    def _run(self, path: str) -> dict[str, Any]:
        """Do what a page's form asks for."""
        self._check_caller()
        runs, job = self.server.runs, JOB.fullmatch(path)
        if self.command == "GET" and job and not job[2]:
            return runs.look(unquote(job[1], errors="strict"))
        if self.command == "POST" and job and job[2]:
            self._body()
            return runs.cancel(unquote(job[1], errors="strict"))
        if self.command == "POST" and path in ("/-/quote", "/-/run"):
            body = self._body()
            model_id, given = body.get("model_id"), body.get("input")
            if not isinstance(model_id, str) or not isinstance(given, dict):
                raise RefusedError(422, "It takes a model_id and an input.")
            act = runs.quote if path == "/-/quote" else runs.start
            return dict(act(model_id, given))
        raise RefusedError(404, "There is no such call.")

    def _check_caller(self) -> None:
        """Refuse whoever is not a page of ours."""
        own = f"http://{self._header('Host')}"
        # A browser names the origin of each POST; of a GET it may leave it out.
        unnamed = "" if self.command == "POST" else own
        origin = self._header("Origin", unnamed)
        site = self._header("Sec-Fetch-Site", "same-origin")
        mark = self._header(MARK).encode()
        is_marked = secrets.compare_digest(mark, self.server.mark.encode())
        is_ours = is_marked and origin == own and site == "same-origin"
        if not is_ours:
            raise RefusedError(403, "Only a page of this playground may ask for that.")

    def _body(self) -> Mapping[str, Any]:
        """Read the object that was sent, whole. Raises RefusedError, ValueError."""
        self._header("Content-Type")
        if self.headers.get_content_type() != "application/json":
            raise RefusedError(415, "It takes JSON.")
        length = self._header("Content-Length")
        is_number = length.isascii() and length.isdigit() and len(length) <= 10
        if not is_number or "Transfer-Encoding" in self.headers:
            raise RefusedError(411, "It takes a Content-Length.")
        if int(length) > LARGEST:
            raise RefusedError(413, f"It takes at most {LARGEST >> 20} MiB.")
        content = self.rfile.read(int(length))
        if len(content) < int(length):
            raise RefusedError(400, "It was cut off.")
        try:
            body = json.loads(
                content, object_pairs_hook=_object, parse_constant=_refuse
            )
        except RecursionError:
            raise RefusedError(400, "It is nested too deeply.") from None
        if not isinstance(body, dict):
            raise RefusedError(422, "It takes an object.")
        return body

    def _send_file(self, path: str) -> None:
        """Send a file of the site, and nothing from beside it."""
        found, content = self._read_file(path)
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        if found.suffix == ".html":
            meta = f'<meta name="runcomfy-playground" content="{self.server.mark}">'
            content = content.replace(b"<head>", b"<head>" + meta.encode(), 1)
        if kind.startswith("text/") or kind.endswith(("json", "javascript")):
            kind += "; charset=utf-8"
        self._send(HTTPStatus.OK, kind, content)

    def _read_file(self, path: str) -> tuple[Path, bytes]:
        """Return a file of the site, and what it holds. Raises RefusedError."""
        try:
            found = (self.server.site / path.lstrip("/")).resolve()
            if found.is_dir():
                found = (found / "index.html").resolve()
            if found.is_relative_to(self.server.site) and found.is_file():
                return found, found.read_bytes()
        except (OSError, RuntimeError):
            pass  # it is not there, too long a name, a folder, a circle of links
        raise RefusedError(404, "There is no such page.")

    def _send_json(self, status: int, answer: Mapping[str, Any]) -> None:
        text = json.dumps(answer, ensure_ascii=False)
        self._send(status, "application/json", text.encode("utf-8", "replace"))

    def _send(self, status: int, kind: str, content: bytes) -> None:
        if self.server.secret and self.server.secret in content:
            status, kind = HTTPStatus.INTERNAL_SERVER_ERROR, "application/json"
            content = b'{"error": "This answer held the token, and was withheld."}'
        self.send_response(status)
        for name, value in {**GUARDS, "Content-Type": kind}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. Raises RefusedError where a name stands twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise RefusedError(400, "A name stands twice in an object.")
    return made


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
