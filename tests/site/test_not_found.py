"""The page for what is not there leads back, wherever the site stands."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from runcomfy_codegen.app.site.not_found import PAGE

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--virtual-time-budget=2000", "--dump-dom"),
]


class Pages(SimpleHTTPRequestHandler):
    """Serves a folder as hosts of static sites do: a page for what is not there."""

    def send_error(self, code: int, *_: object, **__: object) -> None:
        body = PAGE.encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A site below a folder of its host."""
    top = tmp_path / "host" / "team" / "docs"
    top.mkdir(parents=True)
    (top / "models.json").write_text("[]")
    handler = partial(Pages, directory=str(tmp_path / "host"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_its_links_lead_to_the_sites_top(address: str, tmp_path: Path) -> None:
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [*command, f"{address}/team/docs/models/acme/gone.html"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "This page does not exist" in done.stdout
    assert re.findall(r'<a href="([^"]*)"', done.stdout) == [
        f"{address}/team/docs/models.html",
        f"{address}/team/docs/guides/quick-start.html",
        f"{address}/team/docs/index.html",
    ]


def test_it_loads_nothing() -> None:
    assert not re.search(r"\b(src|srcset|url\()", PAGE)
    assert re.findall(r'href="([^/][^"]*)"', PAGE) == []
