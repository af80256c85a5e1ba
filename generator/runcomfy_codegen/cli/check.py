"""`runcomfy-codegen check`. Imports little before it knows that there is work."""

from typing import TYPE_CHECKING

import click

from runcomfy_codegen.app.idle import stamped
from runcomfy_codegen.cli._exit import NO, fail, reports_errors
from runcomfy_codegen.cli._options import OUT_TEXT, SCHEMAS_TEXT, TEMPLATES_TEXT
from runcomfy_codegen.cli._wording import counted, drift_line, remedy

if TYPE_CHECKING:
    from runcomfy_codegen.ir import Drift


@click.command(name="check")
@SCHEMAS_TEXT
@OUT_TEXT
@TEMPLATES_TEXT
@click.option(
    "--full", is_flag=True, help="Make everything anew in memory, and trust no record."
)
@reports_errors
def command(schemas: str, out: str, templates: str | None, full: bool) -> None:
    """Say whether the generated tree is up to date. Writes nothing.

    Exits with 1, and names every file that is missing, stale, edited by hand or
    orphaned. Of models whose inputs did not change, it trusts what manifest.json in the
    tree records; --full does not.
    """
    known = None if full else stamped(schemas, out, templates)
    if known is not None:
        _say_up_to_date(known.files, full)
        return
    files, drifts = _checked(schemas, out, templates, full)
    if drifts:
        fail(remedy(drifts, full), NO)
    _say_up_to_date(files, full)


def _say_up_to_date(files: int, full: bool) -> None:
    trust = "made anew and compared" if full else "as manifest.json records them"
    click.echo(f"{counted(files, 'file')} up to date, {trust}")


def _checked(
    schemas: str, out: str, templates: str | None, full: bool
) -> "tuple[int, tuple[Drift, ...]]":
    """Compare the tree and say which files differ; return how many there should be."""
    from pathlib import Path

    from runcomfy_codegen.app.check import check
    from runcomfy_codegen.cli._progress import shown_progress
    from runcomfy_codegen.session import Session

    with shown_progress() as progress:
        session = Session(progress)
        own = Path(templates) if templates is not None else None
        found = check(Path(schemas), Path(out), own, full, session)
    for drift in found.drifts:
        click.echo(drift_line(Path(out), drift))
    return found.files, found.drifts
