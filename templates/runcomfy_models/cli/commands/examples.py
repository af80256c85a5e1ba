"""`example`: a request body that works."""

from __future__ import annotations

import click

from ..requests.described import describe
from ..session import Session
from .models import print_document


@click.command("example")
@click.argument("model")
@click.pass_obj
def example_command(session: Session, model: str) -> None:
    """Print a request body that a model takes, for `run MODEL --input FILE`."""
    print_document(describe(session, model).example())
