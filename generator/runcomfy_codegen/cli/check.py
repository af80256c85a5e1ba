"""`runcomfy-codegen check`. Imports little before it knows that there is work."""

from pathlib import Path

import click

from runcomfy_codegen.app.check import Checked, check, check_stamp
from runcomfy_codegen.cli._exit import NO, fail, reports_errors
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._wording import counted, drift_line, printable, remedy

MOST_LINES = 500
"""How many lines of differences are shown in all."""


@click.command(name="check")
@SCHEMAS
@OUT
@TEMPLATES
@click.option(
    "--full", is_flag=True, help="Make everything anew in memory, and trust no record."
)
@click.option("--diff", "with_hunks", is_flag=True, help="Show the lines that differ.")
@reports_errors
def command(
    schemas: Path, out: Path, templates: Path | None, full: bool, with_hunks: bool
) -> None:
    """Say whether the generated tree is up to date. Writes nothing.

    Exits with 1, and names every file that is missing, stale, edited by hand or
    orphaned. Of models whose inputs did not change, it trusts what manifest.json in the
    tree records; --full does not.
    """
    found = None if full else check_stamp(schemas, out, templates)
    if found is None:
        found = _checked(schemas, out, templates, full, with_hunks)
    shown = 0
    for drift in found.drifts:
        click.echo(drift_line(out, drift))
        lines = found.hunks.get(drift.path, ())
        for line in lines[: max(0, MOST_LINES - shown)]:
            click.echo(_coloured(line))
        shown += len(lines)
    if shown > MOST_LINES:
        click.echo(f"… and {shown - MOST_LINES} more lines in all")
    if found.drifts:
        fail(remedy(found.drifts, full), NO)
    trust = "made anew and compared" if full else "as manifest.json records them"
    click.echo(f"{counted(found.files, 'file')} up to date, {trust}")


def _coloured(line: str) -> str:
    """Return a line of a difference, in the colour of what it means."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return click.style(f"    {printable(line)}", fg=colours.get(line[:1]))


def _checked(
    schemas: Path, out: Path, templates: Path | None, full: bool, with_hunks: bool
) -> Checked:
    """Compare the tree, with progress on a terminal."""
    from runcomfy_codegen.cli._progress import shown_progress
    from runcomfy_codegen.session import Session

    with shown_progress() as progress:
        return check(schemas, out, templates, full, Session(progress), with_hunks)
