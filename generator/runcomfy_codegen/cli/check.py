"""`runcomfy-codegen check`. Imports little before it knows that there is work."""

from pathlib import Path

import click

from runcomfy_codegen.cli.options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli.reporting import (
    NO,
    counted,
    drift_line,
    fail,
    remedy,
    reports_errors,
)
from runcomfy_codegen.stamp import stamped


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
    from runcomfy_codegen.cli.progress import progress
    from runcomfy_codegen.pipeline import plan
    from runcomfy_codegen.template_files import load_templates
    from runcomfy_codegen.write import compare, read_tree

    tree = read_tree(out)
    with progress() as told:
        planned = plan(schemas, tree, load_templates(templates), progress=told)
    drifts = compare(tree, planned.expected)
    for drift in drifts:
        click.echo(drift_line(out, drift))
    if drifts:
        fail(remedy(drifts), NO)
    return len(planned.expected)
