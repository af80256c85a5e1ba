"""`playground`: the docs on this machine, with a Run button in each form."""

from __future__ import annotations

import os
from contextlib import ExitStack
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..._core.settings import TOKEN_VARIABLES
from ..output import complain, print_line
from ..session import Session, saved_token

if TYPE_CHECKING:
    from ...client import RunComfy


def _dollars(_: click.Context, __: click.Parameter, value: str) -> Decimal:
    """Return an amount of US dollars, exact."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount < 0:
        raise click.BadParameter(f"{value!r} is not an amount of dollars")
    return amount


@click.command("playground")
@click.option(
    "--site",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    help="The docs, as `runcomfy-codegen docs build` makes them.",
)
@click.option(
    "--port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    default=8788,
    show_default=True,
    help="0: any free one.",
)
@click.option(
    "--max-cost-usd",
    metavar="USD",
    callback=_dollars,
    default="1",
    show_default=True,
    help="What all runs together may cost.",
)
@click.option(
    "--allow-unpriced", is_flag=True, help="Run models whose price is unknown."
)
@click.option("--simulator", is_flag=True, help="Run all against a simulator, free.")
@click.pass_obj
def playground_command(
    session: Session,
    site: Path,
    port: int,
    max_cost_usd: Decimal,
    allow_unpriced: bool,
    simulator: bool,
) -> None:
    """Serve the docs on this machine, with a button in each form that runs the model.

    This process holds the token: no page gets it. Price and balance are shown before,
    and nothing runs beyond the ceiling, or at an unknown price unless allowed.
    """
    from ..playground.runs import Runs
    from ..playground.server import PlaygroundServer

    if not (site / "index.html").is_file():
        raise click.UsageError(
            f"{site} holds no built docs; run `runcomfy-codegen docs build`, or name "
            "them with --site"
        )
    with ExitStack() as stack:
        client, secret = _client(session, simulator, stack)
        runs = Runs(client, max_cost_usd, allow_unpriced or simulator)
        try:
            server = stack.enter_context(PlaygroundServer(site, runs, port, secret))
        except OSError as error:
            raise click.UsageError(f"--port {port}: {error.strerror}") from error
        print_line(server.url)
        complain(f"runs cost at most ${max_cost_usd:f} in all; Ctrl-C stops it")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _client(
    session: Session, simulator: bool, stack: ExitStack
) -> tuple[RunComfy, str]:
    """Return the client of the service or of a simulator, and its token."""
    from ...client import RunComfy

    if simulator:
        from ...simulator import Simulator

        served = stack.enter_context(Simulator(queued=1, running=2, unit="seconds"))
        client = stack.enter_context(RunComfy(served.token, base_url=served.url))
        return client, served.token
    return session.client, _token()


def _token() -> str:
    """Return the token that the session's client uses, to keep it out of all answers."""
    found = (os.environ.get(name, "").strip() for name in TOKEN_VARIABLES)
    return next(filter(None, found), "") or saved_token() or ""
