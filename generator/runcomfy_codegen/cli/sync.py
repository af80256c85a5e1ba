"""`runcomfy-codegen sync`."""

import os
import sys
from pathlib import Path

import click

from runcomfy_codegen.app.compare import Account, account, naming_problems
from runcomfy_codegen.app.sync_apply import apply
from runcomfy_codegen.app.sync_plan import Plan, plan, result
from runcomfy_codegen.catalogue.listing import Filter, Listing, list_catalogue
from runcomfy_codegen.cli._changes import say_model
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._progress import progress
from runcomfy_codegen.cli._wording import (
    NO,
    PROBLEMS,
    counted,
    fail,
    printable,
    problem_line,
    reports_errors,
)
from runcomfy_codegen.errors import CodegenError
from runcomfy_codegen.http import BASE_URL_VARIABLE, DEFAULT_BASE_URL, Service
from runcomfy_codegen.ir import Problem
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.store.folder import Folder, read


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
    service = Service.of(base_url, os.environ)
    which = Filter(search, category, kind)
    names = runtime_names(load_templates())
    folder = read(schemas) if schemas.is_dir() else Folder({}, {}, {}, ())
    with progress() as told:
        listing = list_catalogue(service, which, told)
    made = plan(folder, listing)
    after = result(folder, made, prune)
    _say(made, _account(folder, after, made, names), prune)
    errors = made.errors if dry_run else [*made.errors, *apply(schemas, made, prune)]
    problems = [*made.problems, *naming_problems(after, names)]
    _say_wrong(schemas, listing, errors, problems)
    _say_summary(made, len(errors) + len({p.file for p in made.problems}), dry_run)
    if listing.failure:
        stored = made.writes and not dry_run
        kept = "what came before that is stored" if stored else "nothing was stored"
        fail(printable(f"{listing.failure}; {kept}"), NO)
    if errors or problems:
        sys.exit(PROBLEMS)


def _account(folder: Folder, after: Folder, made: Plan, names: set[str]) -> Account:
    """Return what changed in the models that were stored before."""
    new = set(made.new.values())
    files = {path: after.files[path] for path in after.files if path not in new}
    return account(folder, Folder(files, after.names, after.retired, ()), names)


def _say(made: Plan, found: Account, prune: bool) -> None:
    for model_id in sorted(made.new):
        say_model("new", model_id)
    for model_id in sorted(made.changed):
        say_model("changed", model_id, found.changes)
    for model_id in made.returned:
        say_model("published again", model_id)
    for model_id in sorted(made.gone):
        if prune:
            say_model("retired", model_id)
        else:
            click.echo(printable(f"gone  {model_id}  (--prune retires it)"))
    breaking = sum(change.verdict == "breaking" for change in found.changes)
    if breaking:
        click.echo(counted(breaking, "breaking change"))


def _say_wrong(
    schemas: Path,
    listing: Listing,
    errors: list[CodegenError],
    problems: list[Problem],
) -> None:
    for remark in listing.remarks:
        click.echo(printable(remark), err=True)
    for error in errors:
        click.echo(printable(f"skipped  {error}"), err=True)
    for problem in problems:
        click.echo(problem_line(schemas, problem), err=True)


def _say_summary(made: Plan, skipped: int, dry_run: bool) -> None:
    counts = {
        "new": len(made.new),
        "changed": len(made.changed),
        "gone": len(made.gone),
        "unchanged": made.unchanged,
        "skipped": skipped,
    }
    words = ", ".join(f"{count} {word}" for word, count in counts.items())
    click.echo(f"{words}{'; nothing was written' if dry_run else ''}")
