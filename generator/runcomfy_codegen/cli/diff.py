"""`runcomfy-codegen diff`."""

import sys
from pathlib import Path

import click

from runcomfy_codegen.app.compare import account
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import (
    NO,
    PROBLEMS,
    counted,
    fail,
    printable,
    problem_line,
    reports_errors,
)
from runcomfy_codegen.diff import Verdict
from runcomfy_codegen.diff.report import json_text, markdown_report, text_report
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.store.revisions import read_revision

FAILING: dict[str, tuple[Verdict, ...]] = {
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
    found = account(
        read_revision(old, schemas),
        read_revision(new, schemas),
        runtime_names(load_templates()),
    )
    wrong = [(old, p) for p in found.old_problems]
    wrong += [(new, p) for p in found.new_problems]
    for side, problem in wrong:
        click.echo(problem_line(side, problem), err=True)
    if wrong:
        fail(f"{counted(len(wrong), 'Problem')}; nothing was compared", PROBLEMS)
    if style == "json":
        click.echo(json_text(found.changes))
    elif style == "markdown":
        lines = list(markdown_report(found.changes)) or ["No model changed.", ""]
        click.echo("\n".join(lines), nl=False)
    else:
        for line in text_report(found.changes):
            click.echo(printable(line))
    if fail_on and any(c.verdict in FAILING[fail_on] for c in found.changes):
        sys.exit(NO)
