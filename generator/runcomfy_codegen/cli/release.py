"""`runcomfy-codegen release`."""

from pathlib import Path

import click

from runcomfy_codegen.app.compare import report
from runcomfy_codegen.app.release import (
    Proposal,
    markdown_proposal,
    propose,
    release,
)
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._progress import say_waiting, shown_progress
from runcomfy_codegen.cli._wording import printable
from runcomfy_codegen.session import Session


@click.command(name="release")
@SCHEMAS
@OUT
@TEMPLATES
@click.option("--version", help="The version, instead of the one that is proposed.")
@click.option("--dry-run", is_flag=True, help="Say what it would be. Writes nothing.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
)
@reports_errors
def command(
    schemas: Path,
    out: Path,
    templates: Path | None,
    version: str | None,
    dry_run: bool,
    style: str,
) -> None:
    """Release the package: choose its version, and close its changelog with a date.

    The step is proposed from what changed in the models since the last release. Needs a
    tree in which everything is committed and generated.
    """
    if dry_run:
        _say(propose(schemas, version), style)
        return
    with shown_progress() as progress:
        session = Session(progress)
        made = release(schemas, out, templates, version, session, say_waiting)
    _say(made, style)
    click.echo(
        f"next: commit {schemas.as_posix()} and {out.as_posix()}, "
        f"`git tag v{made.version}`, and publish {out.as_posix()}",
        err=True,
    )


def _say(proposal: Proposal, style: str) -> None:
    if style == "markdown":
        click.echo(markdown_proposal(proposal))
        return
    if not proposal.previous:
        click.echo(f"the first release: {proposal.version}")
        return
    for line in report(proposal.changes, "text"):
        click.echo(printable(line))
    click.echo(f"{proposal.previous} -> {proposal.version}")
