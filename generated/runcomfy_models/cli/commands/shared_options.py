"""The options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

AS_JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, also on a terminal."
)


def timeout_option(help: str) -> Callable[[Any], Any]:
    """Return `--timeout`: how many seconds a command waits."""
    return click.option(
        "--timeout", type=click.FloatRange(min=0), metavar="SECONDS", help=help
    )
