"""`runcomfy-codegen overlay`."""

from pathlib import Path

import click

from runcomfy_codegen.app.overlay import start_overlay, words
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import printable


@click.command(name="overlay")
@click.argument("model_id")
@click.argument("pointers", nargs=-1, metavar="[POINTER]...")
@SCHEMAS
@reports_errors
def command(model_id: str, pointers: tuple[str, ...], schemas: Path) -> None:
    """Start an overlay over a stored model, or record anew what it covers.

    Each POINTER, such as /input_schema/properties/size, copies what is published there
    into the overlay, for you to change. The overlay records what it is written against,
    so that `lint`, `sync` and `diff` tell when the service moves on beneath it.
    """
    started = start_overlay(schemas, model_id, pointers)
    state = "new" if started.is_new else "recorded"
    click.echo(printable(f"{state}  {(schemas / started.path).as_posix()}"))
    for place in started.places:
        before, after = words(place)
        click.echo(printable(f"    {place.pointer}: {before} -> {after}"))
