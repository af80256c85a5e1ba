"""`runcomfy-codegen sync`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from runcomfy_codegen.app.sync import (
    BASE_URL_VARIABLE,
    DEFAULT_BASE_URL,
    LIMIT,
    SHARE,
    Filter,
    Synced,
    Wish,
    sync,
)
from runcomfy_codegen.cli._exit import NO, PROBLEMS, fail, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._progress import say_line, shown_progress
from runcomfy_codegen.cli._wording import (
    counted,
    model_lines,
    printable,
    problem_line,
)
from runcomfy_codegen.session import Session

FEW = 5
"""How many models of a kind are named that nothing is done with."""


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
@click.option(
    "--prune", is_flag=True, help="Retire the models that the service says are gone."
)
@click.option("--force", is_flag=True, help="Retire however many models are gone.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=LIMIT,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for each answer, with all tries for it.",
)
@reports_errors
def command(
    schemas: Path,
    base_url: str | None,
    search: str,
    category: str,
    kind: str,
    dry_run: bool,
    prune: bool,
    force: bool,
    timeout: float,
) -> None:
    """Bring the stored models to what the live catalogue lists.

    New and changed entries are written; what a page said and the catalogue does not is
    kept. A broken entry is reported and skipped. The token is that of
    RUNCOMFY_API_TOKEN.

    Models that are no longer listed are reported. With --prune, the service is asked for
    each of them; those that it does not know either are deleted and added to
    retired.toml, where a successor can be named. Their overlays stay. If they are more
    than one, and more than a tenth of all, none is retired without --force. Models that
    the catalogue never listed were added by hand, and are left alone.
    """
    which = Filter(search, category, kind)
    wish = Wish(which, prune, force, dry_run, timeout)
    with shown_progress() as progress:
        done = sync(schemas, base_url, wish, Session(progress), say_line)
    _say_models(done, prune)
    _say_wrong(schemas, done)
    _say_summary(done, dry_run)
    if done.failure:
        stored = done.plan.writes and not dry_run
        kept = "what came before that is stored" if stored else "nothing was stored"
        fail(printable(f"{done.failure}; {kept}"), NO)
    if done.refused:
        fail(_refusal(done), NO)
    if done.errors or done.problems:
        sys.exit(PROBLEMS)
    if done.confirmed.unsure:
        sys.exit(NO)


def _refusal(done: Synced) -> str:
    """Return why nothing was retired, and what to do."""
    models = len(done.plan.listed)
    return (
        f"{done.refused} of {counted(models, 'model')} are gone, more than one in "
        f"{SHARE}: none was retired; see that the service is well, then give --force"
    )


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
        click.echo(printable(_gone_line(done, model_id, prune)))
    if plan.own and prune:
        names = ", ".join(sorted(plan.own)[:FEW])
        left = len(plan.own) - FEW
        more = f" and {left} more" if left > 0 else ""
        click.echo(printable(f"left alone, never listed  {names}{more}"))
    breaking = sum(change.verdict == "breaking" for change in done.changes)
    if breaking:
        click.echo(counted(breaking, "breaking change"))


def _gone_line(done: Synced, model_id: str, prune: bool) -> str:
    """Return what becomes of a model that is not listed."""
    confirmed = done.confirmed
    if not prune:
        return f"gone  {model_id}  (--prune retires it)"
    if model_id in confirmed.published:
        return f"not listed  {model_id}  (the service has it all the same)"
    if model_id in confirmed.unsure:
        return f"not confirmed  {model_id}  ({confirmed.unsure[model_id]})"
    return f"gone  {model_id}" if done.refused else f"retired  {model_id}"


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
