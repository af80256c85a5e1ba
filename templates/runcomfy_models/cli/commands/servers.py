"""`mcp` and `simulator`: programs of the package that run until they are stopped."""

from __future__ import annotations

import click

from ...errors import ConfigurationError
from .. import PROGRAM
from ..session import base_url, saved_token

PASSED_ON = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "help_option_names": [],
}


@click.command("simulator", context_settings=PASSED_ON)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def simulator_command(options: tuple[str, ...]) -> int:
    """Serve a local stand-in for the service, free of charge."""
    from ...simulator.__main__ import main

    return main(options, f"{PROGRAM} simulator")


@click.command("mcp")
@click.option(
    "--http",
    "port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve HTTP on this machine; else stdin and stdout. 0: any free port.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="MODEL",
    help="A tool of its own for this model; repeat for several.",
)
@click.option(
    "--vendor",
    "vendors",
    multiple=True,
    metavar="VENDOR",
    help="A tool for each of a vendor's models.",
)
@click.option(
    "--max-cost-usd",
    metavar="USD",
    help="What the session may spend; without it, nothing that costs is offered.",
)
@click.option(
    "--max-jobs",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many jobs it may begin.",
)
@click.option(
    "--allow-unpriced", is_flag=True, help="Also jobs that nobody can price before."
)
@click.option(
    "--files", metavar="DIR", help="Let local files below this folder be sent."
)
@click.option("--out", metavar="DIR", help="Download what is made below this folder.")
@click.option(
    "--journal",
    metavar="FILE",
    help="What keeps account of submits; by default one for this user.",
)
def mcp_command(
    port: int | None,
    models: tuple[str, ...],
    vendors: tuple[str, ...],
    max_cost_usd: str | None,
    max_jobs: int | None,
    allow_unpriced: bool,
    files: str | None,
    out: str | None,
    journal: str | None,
) -> None:
    """Serve agents by the Model Context Protocol, within what may be spent."""
    try:
        from ...integrations.mcp import ServerOptions, run
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{error.name} is not installed: pip install 'runcomfy-models[mcp]'."
        ) from None
    options = ServerOptions(
        models, vendors, max_cost_usd, max_jobs, allow_unpriced, files, out, journal
    )
    run(options, port, token=saved_token(), base_url=base_url())
