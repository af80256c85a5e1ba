"""`runcomfy-codegen diff`."""

import sys
from pathlib import Path

import click

from runcomfy_codegen.app.compare import compare_revisions, report
from runcomfy_codegen.cli._exit import NO, PROBLEMS, fail, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import counted, printable, problem_line

FAILING = {
    "breaking": ("breaking",),
    "additive": ("breaking", "additive"),
    "any": ("breaking", "additive", "harmless"),
}


@click.command(name="diff")
@click.argument("old")
@click.argument("new")
@SCHEMAS
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
@click.option(
    "--fail-on",
    type=click.Choice(list(FAILING)),
    help="Exit with 1 if there is such a change, or a worse one.",
)
@reports_errors
def command(old: str, new: str, schemas: Path, style: str, fail_on: str | None) -> None:
    """Say what changed between two schema folders, and what of it breaks callers.

    OLD and NEW are folders or git revisions: HEAD~1, a tag, or REV:PATH. A change of
    an input breaks if it refuses what was valid, one of an output if it gives what a
    reader does not expect.
    """
    found = compare_revisions(old, new, schemas)
    wrong = [(old, problem) for problem in found.old_problems]
    wrong += [(new, problem) for problem in found.new_problems]
    for side, problem in wrong:
        click.echo(problem_line(side, problem), err=True)
    if wrong:
        fail(f"{counted(len(wrong), 'Problem')}; nothing was compared", PROBLEMS)
    for line in report(found.changes, style):
        click.echo(printable(line) if style == "text" else line)
    if fail_on and any(c.verdict in FAILING[fail_on] for c in found.changes):
        sys.exit(NO)
