"""`runcomfy-codegen add`."""

from pathlib import Path

import click

from runcomfy_codegen.app.add import add
from runcomfy_codegen.cli._exit import PROBLEMS, fail, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import counted, printable, problem_line


@click.command(name="add")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…")
@SCHEMAS
@click.option(
    "--force",
    is_flag=True,
    help="Store also what differs from a stored model, or has Problems.",
)
@reports_errors
def command(sources: tuple[str, ...], schemas: Path, force: bool) -> None:
    """Save pages or catalogue entries as stored models.

    A SOURCE is a file with a page's text or HTML, or with a catalogue entry, a list
    of them or a response that holds one (JSON), or the URL of either; - is standard
    input.

    What nothing could be generated from is told at once, and not stored. A stored model
    that differs is not overwritten. With --force both are done all the same: an overlay
    can mend the first, and of the second what only the stored one has is kept.
    """
    failed = 0
    for source in sources:
        outcome = add(source, schemas, force)
        for added in outcome.saved:
            click.echo(f"{added.state}  {printable(added.path)}")
        for error in outcome.errors:
            click.echo(printable(str(error)), err=True)
        for problem in outcome.problems:
            click.echo(problem_line(schemas, problem), err=True)
        failed += len(outcome.errors) + outcome.refused
        if outcome.problems and not outcome.refused:
            click.echo("stored all the same, by --force", err=True)
    if failed:
        fail(f"{counted(failed, 'source')} could not be added", PROBLEMS)
