"""`runcomfy-codegen check`. Imports little before it knows that there is work."""

from pathlib import Path

import click

from runcomfy_codegen.cache.stamp import stamped
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._wording import (
    NO,
    counted,
    drift_line,
    fail,
    remedy,
    reports_errors,
)


@click.command(name="check")
@SCHEMAS
@OUT
@TEMPLATES
@reports_errors
def command(schemas: Path, out: Path, templates: Path | None) -> None:
    """Say whether the generated tree is up to date. Writes nothing.

    Exits with 1, and names every file that is missing, stale, edited by hand or
    orphaned.
    """
    known = stamped(schemas, out, templates)
    files = known.files if known is not None else _checked(schemas, out, templates)
    click.echo(f"{counted(files, 'file')} up to date")


def _checked(schemas: Path, out: Path, templates: Path | None) -> int:
    """Return how many files there are if each is up to date, else exit."""
    from runcomfy_codegen.app.build import plan
    from runcomfy_codegen.cli._progress import progress
    from runcomfy_codegen.output.writer import compare, read_tree
    from runcomfy_codegen.resources import load_templates

    tree = read_tree(out)
    with progress() as told:
        planned = plan(schemas, tree, load_templates(templates), progress=told)
    drifts = compare(tree, planned.expected)
    for drift in drifts:
        click.echo(drift_line(out, drift))
    if drifts:
        fail(remedy(drifts), NO)
    return len(planned.expected)
