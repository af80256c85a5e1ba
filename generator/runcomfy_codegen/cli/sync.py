"""`runcomfy-codegen sync`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from runcomfy_codegen.app.sync import (
    BASE_URL_VARIABLE,
    DEFAULT_BASE_URL,
    Filter,
    Synced,
    sync,
)
from runcomfy_codegen.cli._exit import NO, PROBLEMS, fail, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._progress import shown_progress
from runcomfy_codegen.cli._wording import (
    counted,
    model_lines,
    printable,
    problem_line,
)
from runcomfy_codegen.session import Session


@click.command(name="sync")
@SCHEMAS
@click.option(
    "--base-url",
    metavar="URL",
    help=f"The API; else {BASE_URL_VARIABLE}, else {DEFAULT_BASE_URL}.",
)
@click.option("--search", default="", metavar="TEXT", help="Only what matches a text.")
@click.option("--category", default="", help="Only models of a category.")
@click.option("--kind", default="", help="Only models of a kind.")
@click.option("--dry-run", is_flag=True, help="Print everything and write nothing.")
@click.option("--prune", is_flag=True, help="Retire the models that are gone.")
@reports_errors
def command(
    schemas: Path,
    base_url: str | None,
    search: str,
    category: str,
    kind: str,
    dry_run: bool,
    prune: bool,
) -> None:
    """Bring the stored models to what the live catalogue lists.

    New and changed entries are written; what a page said and the catalogue does not is
    kept. Models that are gone are reported; --prune deletes each with its overlay, and
    adds it to retired.toml, where its successor can be named. A broken entry is
    reported and skipped. The token is that of RUNCOMFY_API_TOKEN.
    """
    which = Filter(search, category, kind)
    with shown_progress() as progress:
        done = sync(schemas, base_url, which, prune, dry_run, Session(progress))
    _say_models(done, prune)
    _say_wrong(schemas, done)
    _say_summary(done, dry_run)
    if done.failure:
        stored = done.plan.writes and not dry_run
        kept = "what came before that is stored" if stored else "nothing was stored"
        fail(printable(f"{done.failure}; {kept}"), NO)
    if done.errors or done.problems:
        sys.exit(PROBLEMS)


def _say_models(done: Synced, prune: bool) -> None:
    """Print each model that is not as it was."""
    plan = done.plan
    for model_id in sorted(plan.new):
        _say(model_lines("new", model_id))
    for model_id in sorted(plan.changed):
        _say(model_lines("changed", model_id, done.changes))
    for model_id in plan.returned:
        _say(model_lines("published again", model_id))
    for model_id in sorted(plan.gone):
        if prune:
            _say(model_lines("retired", model_id))
        else:
            click.echo(printable(f"gone  {model_id}  (--prune retires it)"))
    breaking = sum(change.verdict == "breaking" for change in done.changes)
    if breaking:
        click.echo(counted(breaking, "breaking change"))


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _say_wrong(schemas: Path, done: Synced) -> None:
    """Print what is wrong with the listing, and with its entries."""
    for remark in done.remarks:
        click.echo(printable(remark), err=True)
    for error in done.errors:
        click.echo(printable(f"skipped  {error}"), err=True)
    for problem in done.problems:
        click.echo(problem_line(schemas, problem), err=True)


def _say_summary(done: Synced, dry_run: bool) -> None:
    """Print how many models there are of each state."""
    counts = {
        "new": len(done.plan.new),
        "changed": len(done.plan.changed),
        "gone": len(done.plan.gone),
        "unchanged": done.plan.unchanged,
        "skipped": done.skipped,
    }
    words = ", ".join(f"{count} {word}" for word, count in counts.items())
    click.echo(f"{words}{'; nothing was written' if dry_run else ''}")
