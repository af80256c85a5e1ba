"""`runcomfy-codegen docs build` and `docs serve`."""

import functools
import http.server
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import click

from runcomfy_codegen.app.site import build_site
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import OUT
from runcomfy_codegen.cli._wording import counted
from runcomfy_codegen.errors import CodegenError


@click.group(name="docs")
def command() -> None:
    """Build the documentation site, or serve it."""


@command.command(name="build")
@OUT
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    help="The folder of the site. It is replaced.",
)
@click.option(
    "--url", default="", help="Where it will be, for canonical links and the sitemap."
)
@reports_errors
def build(out: Path, site: Path, url: str) -> None:
    """Build the site from the generated docs: static files, for any host."""
    started = time.perf_counter()
    pages = build_site(out, site, url)
    seconds = time.perf_counter() - started
    click.echo(f"{counted(pages, 'page')} in {site.as_posix()}, {seconds:.1f} s")


@command.command(name="serve")
@OUT
@click.option("--port", default=8000, show_default=True, help="0: any free one.")
@reports_errors
def serve(out: Path, port: int) -> None:
    """Serve the site on this machine, and build it again when the docs change."""
    from runcomfy_codegen.app.watch import saved

    with tempfile.TemporaryDirectory(prefix="runcomfy-docs-") as folder:
        site = Path(folder, "site")
        build_site(out, site)
        with _server(site, port) as server, suppress(KeyboardInterrupt):
            rounds = saved([out])
            next(rounds)
            address = f"http://127.0.0.1:{server.server_address[1]}/"
            click.echo(f"{address}  (Ctrl-C stops it)")
            threading.Thread(target=server.serve_forever, daemon=True).start()
            try:
                for _ in rounds:
                    _rebuild(out, site)
            finally:
                server.shutdown()


def _server(site: Path, port: int) -> http.server.ThreadingHTTPServer:
    handler = functools.partial(_QuietHandler, directory=str(site))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        raise click.BadParameter(str(error), param_hint="--port") from error


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of each request."""


def _rebuild(out: Path, site: Path) -> None:
    """Build the site again, and say what is wrong rather than stop."""
    try:
        click.echo(f"{counted(build_site(out, site), 'page')} built again")
    except CodegenError as error:
        click.echo(str(error), err=True)
