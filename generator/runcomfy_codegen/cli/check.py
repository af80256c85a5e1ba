"""`runcomfy-codegen check`. Imports little before it knows that there is work."""

from typing import TYPE_CHECKING

import click

from runcomfy_codegen.app.idle import stamped
from runcomfy_codegen.cli._exit import NO, fail, reports_errors
from runcomfy_codegen.cli._options import OUT_TEXT, SCHEMAS_TEXT, TEMPLATES_TEXT
from runcomfy_codegen.cli._wording import counted, drift_line, printable, remedy

if TYPE_CHECKING:
    from runcomfy_codegen.app.check import Checked

MOST_LINES = 500
"""How many lines of differences are shown in all."""


@click.command(name="check")
@SCHEMAS_TEXT
@OUT_TEXT
@TEMPLATES_TEXT
@click.option(
    "--full", is_flag=True, help="Make everything anew in memory, and trust no record."
)
@click.option("--diff", "with_hunks", is_flag=True, help="Show the lines that differ.")
@reports_errors
def command(
    schemas: str, out: str, templates: str | None, full: bool, with_hunks: bool
) -> None:
    """Say whether the generated tree is up to date. Writes nothing.

    Exits with 1, and names every file that is missing, stale, edited by hand or
    orphaned. Of models whose inputs did not change, it trusts what manifest.json in the
    tree records; --full does not.
    """
    known = None if full else stamped(schemas, out, templates)
    if known is not None:
        _say_up_to_date(known.files, full)
        return
    found = _checked(schemas, out, templates, full, with_hunks)
    _say_drifts(out, found)
    if found.drifts:
        fail(remedy(found.drifts, full), NO)
    _say_up_to_date(found.files, full)


def _say_up_to_date(files: int, full: bool) -> None:
    trust = "made anew and compared" if full else "as manifest.json records them"
    click.echo(f"{counted(files, 'file')} up to date, {trust}")


def _say_drifts(out: str, found: "Checked") -> None:
    """Name each file that differs, and show how if that was asked for."""
    from pathlib import Path

    shown = 0
    for drift in found.drifts:
        click.echo(drift_line(Path(out), drift))
        lines = found.hunks.get(drift.path, ())
        for line in lines[: max(0, MOST_LINES - shown)]:
            click.echo(_coloured(line))
        shown += len(lines)
    if shown > MOST_LINES:
        click.echo(f"… and {shown - MOST_LINES} more lines in all")


def _coloured(line: str) -> str:
    """Return a line of a difference, in the colour of what it means."""
    colours = {"+": "green", "-": "red", "@": "cyan"}
    return click.style(f"    {printable(line)}", fg=colours.get(line[:1]))


def _checked(
    schemas: str, out: str, templates: str | None, full: bool, with_hunks: bool
) -> "Checked":
    """Compare the tree, with progress on a terminal."""
    from pathlib import Path

    from runcomfy_codegen.app.check import check
    from runcomfy_codegen.cli._progress import shown_progress
    from runcomfy_codegen.session import Session

    with shown_progress() as progress:
        session = Session(progress)
        own = Path(templates) if templates is not None else None
        return check(Path(schemas), Path(out), own, full, session, with_hunks)
