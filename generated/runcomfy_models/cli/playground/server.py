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
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ...errors import RunComfyError
from .runs import RefusedError, Runs

MARK = "X-RunComfy-Playground"
LARGEST = 64 * 1024 * 1024
"""Bytes of a request, as the service's own clients have it."""
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
JOB = re.compile(r"/-/jobs/([A-Za-z0-9_-]{1,128})(/cancel)?")


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
        names = ("127.0.0.1", "localhost")
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in names)

    @property
    def url(self) -> str:
        """The address of the first page."""
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: PlaygroundServer  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"
    timeout = 60

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
        try:
            self._check_host()
            path = unquote(urlsplit(self.path).path, errors="strict")
            if path.startswith("/-/"):
                self._send_json(HTTPStatus.OK, self._run(path))
            elif self.command == "POST":
                raise RefusedError(405, "Pages are only read.")
            else:
                self._send_file(path)
        except RefusedError as error:
            self._send_json(error.status, {"error": str(error)})
        except RunComfyError as error:
            self._send_json(HTTPStatus.BAD_GATEWAY, {"error": str(error)})
        except ValueError:
            self._send_json(HTTPStatus.BAD_REQUEST, {"error": "This cannot be read."})

    def _check_host(self) -> None:
        if self.headers.get_all("Host") not in [[host] for host in self.server.hosts]:
            self.close_connection = True
            raise RefusedError(421, "This host is not served here.")

    def _run(self, path: str) -> dict[str, Any]:
        """Do what a page's form asks for."""
        self._check_caller()
        runs, job = self.server.runs, JOB.fullmatch(path)
        if self.command == "GET":
            if job and not job[2]:
                return runs.look(job[1])
        elif job and job[2]:
            self._body()
            return runs.cancel(job[1])
        elif path in ("/-/quote", "/-/run"):
            body = self._body()
            model_id, given = body.get("model_id"), body.get("input")
            if not isinstance(model_id, str) or not isinstance(given, dict):
                raise RefusedError(422, "It takes a model_id and an input.")
            act = runs.quote if path == "/-/quote" else runs.start
            return dict(act(model_id, given))
        raise RefusedError(404, "There is no such call.")

    def _check_caller(self) -> None:
        """Refuse whoever is not a page of ours."""
        self.close_connection = True  # what was not read is not taken for a request
        own = f"http://{self.headers.get('Host')}"
        # A browser names the origin of each POST; of a GET it may leave it out.
        unnamed = "" if self.command == "POST" else own
        origin = self.headers.get("Origin", unnamed)
        site = self.headers.get("Sec-Fetch-Site", "same-origin")
        mark = self.headers.get(MARK, "").encode()
        is_marked = secrets.compare_digest(mark, self.server.mark.encode())
        is_ours = is_marked and origin == own and site == "same-origin"
        if not is_ours:
            raise RefusedError(403, "Only a page of this playground may ask for that.")

    def _body(self) -> Mapping[str, Any]:
        if self.headers.get_content_type() != "application/json":
            raise RefusedError(415, "It takes JSON.")
        length = self.headers.get("Content-Length", "")
        if not length.isascii() or not length.isdigit() or len(length) > 10:
            raise RefusedError(411, "It takes a Content-Length.")
        if int(length) > LARGEST:
            raise RefusedError(413, f"It takes at most {LARGEST >> 20} MiB.")
        try:
            body = json.loads(self.rfile.read(int(length)))
        except RecursionError:
            raise RefusedError(400, "It is nested too deeply.") from None
        if not isinstance(body, dict):
            raise RefusedError(422, "It takes an object.")
        return body

    def _send_file(self, path: str) -> None:
        """Send a file of the site, and nothing from beside it."""
        found = (self.server.site / path.lstrip("/")).resolve()
        if found.is_dir():
            found = found / "index.html"
        if not found.is_relative_to(self.server.site) or not found.is_file():
            raise RefusedError(404, "There is no such page.")
        content = found.read_bytes()
        kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
        if found.suffix == ".html":
            meta = f'<meta name="runcomfy-playground" content="{self.server.mark}">'
            content = content.replace(b"<head>", b"<head>" + meta.encode(), 1)
        if kind.startswith("text/") or kind.endswith(("json", "javascript")):
            kind += "; charset=utf-8"
        self._send(HTTPStatus.OK, kind, content)

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
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
