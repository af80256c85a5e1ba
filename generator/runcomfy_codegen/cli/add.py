"""`runcomfy-codegen add`."""

from pathlib import Path

import click

from runcomfy_codegen.app.add import add
from runcomfy_codegen.cli._exit import PROBLEMS, fail, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import counted, printable


@click.command(name="add")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…")
@SCHEMAS
@click.option("--force", is_flag=True, help="Overwrite a stored model that differs.")
@reports_errors
def command(sources: tuple[str, ...], schemas: Path, force: bool) -> None:
    """Save pages or catalogue entries as stored models.

    A SOURCE is a file with a page's text or HTML, or with a catalogue entry, a list
    of them or a response that holds one (JSON), or the URL of either; - is standard
    input. A stored model that differs is never overwritten without --force.
    """
    failed = 0
    for source in sources:
        outcome = add(source, schemas, force)
        for added in outcome.saved:
            click.echo(f"{added.state}  {printable(added.path)}")
        for error in outcome.errors:
            failed += 1
            click.echo(printable(str(error)), err=True)
    if failed:
        fail(f"{counted(failed, 'source')} could not be added", PROBLEMS)
