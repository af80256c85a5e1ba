"""`runcomfy-codegen init`."""

from pathlib import Path

import click

from runcomfy_codegen.app.init import init
from runcomfy_codegen.cli._exit import reports_errors

WORDS = {"extended": "extended", "kept": "kept as it was", "new": "new"}


@click.command(name="init")
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=Path()
)
@reports_errors
def command(folder: Path) -> None:
    """Begin a project of your own, in FOLDER or here.

    Makes schemas/, settings in pyproject.toml, workflows and a pre-commit hook. No file
    that is there is replaced.
    """
    for begun in init(folder):
        click.echo(f"{WORDS[begun.state]}  {(folder / begun.path).as_posix()}")
    click.echo(
        "next: `runcomfy-codegen sync` or `add`, then `runcomfy-codegen generate`"
    )
