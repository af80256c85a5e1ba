"""`runcomfy-codegen resolve`."""

from pathlib import Path

import click

from runcomfy_codegen.app.resolve import resolve
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._progress import say_waiting, shown_progress
from runcomfy_codegen.cli._wording import counted, printable
from runcomfy_codegen.session import Session


@click.command(name="resolve")
@SCHEMAS
@OUT
@TEMPLATES
@reports_errors
def command(schemas: Path, out: Path, templates: Path | None) -> None:
    """Resolve what a git merge left in the generated tree.

    Makes it anew from the merged schemas, and stages it. Conflicts elsewhere, such as in
    one stored model, are yours to resolve first.
    """
    with shown_progress() as progress:
        session = Session(progress)
        done = resolve(schemas, out, templates, session, say_waiting)
    for path in done.conflicts:
        click.echo(printable(f"resolved  {(out / path).as_posix()}"))
    written = done.generated.written
    files = len(written.created) + len(written.replaced)
    click.echo(
        f"{counted(len(done.conflicts), 'conflict')} resolved: {counted(files, 'file')} "
        f"written, {len(written.deleted)} deleted, and {out.as_posix()} staged"
    )
    click.echo("next: `git commit`", err=True)
