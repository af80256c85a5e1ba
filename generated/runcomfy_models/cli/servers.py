"""`simulator`: programs of the package that run until they are stopped."""

from __future__ import annotations

import click

from . import PROGRAM

PASSED_ON = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "help_option_names": [],
}


@click.command("simulator", context_settings=PASSED_ON)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def simulator_command(options: tuple[str, ...]) -> int:
    """Serve a local stand-in for the service, free of charge."""
    from ..simulator.__main__ import main

    return main(options, f"{PROGRAM} simulator")
