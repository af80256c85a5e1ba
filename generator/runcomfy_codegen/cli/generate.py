"""`runcomfy-codegen generate`. Imports little before it knows that there is work."""

import gc
import time
from pathlib import Path

import click

from runcomfy_codegen.app.generate import Generated, generate, stamped
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES


@click.command(name="generate")
@SCHEMAS
@OUT
@TEMPLATES
@click.option(
    "--only", multiple=True, metavar="MODEL_ID", help="This model alone; repeatable."
)
@click.option("--force", is_flag=True, help="Replace files that were edited by hand.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes to use; by default as many as pay for themselves.",
)
@reports_errors
def command(
    schemas: Path,
    out: Path,
    templates: Path | None,
    only: tuple[str, ...],
    force: bool,
    jobs: int | None,
) -> None:
    """Generate the package, its docs and its tests."""
    started = time.perf_counter()
    known = stamped(schemas, out, templates)
    if known is not None:
        _say_summary(0, known.models, 0, started)
        return
    gc.disable()  # a run makes millions of objects and hardly a cycle, and ends
    generate_once(schemas, out, templates, frozenset(only), force, jobs, started)


def generate_once(
    schemas: Path,
    out: Path,
    templates: Path | None,
    only: frozenset[str],
    force: bool,
    jobs: int | None,
    started: float,
) -> None:
    """Generate, and say what was done. Raises CodegenError."""
    from runcomfy_codegen.app.plan import Request
    from runcomfy_codegen.cli._progress import shown_progress
    from runcomfy_codegen.session import Session

    request = Request(only, force)
    with shown_progress() as progress:
        session = Session(progress, jobs)
        done = generate(schemas, out, templates, request, session, _say_waiting)
    _say_models(schemas, out, done)
    _say_kept(out, done)
    changed, removed = len(done.changed), len(done.plan.removed)
    _say_summary(changed, len(done.plan.models) - changed, removed, started)


def _say_waiting() -> None:
    click.echo("waiting for another run to end", err=True)


def _say_models(schemas: Path, out: Path, done: Generated) -> None:
    """Print each model that was written or removed, with its import and its warnings."""
    from runcomfy_codegen.cli._wording import model_lines, note_line

    changes = done.plan.changes
    for model_id in sorted(done.plan.removed):
        for line in model_lines("removed", model_id, changes):
            click.echo(line)
    for module in done.plan.package.modules:
        model_id = module.model.model_id
        if model_id not in done.changed:
            continue
        state = "changed" if model_id in done.known else "new"
        for line in model_lines(state, model_id, changes):
            click.echo(line)
        path = out / f"runcomfy_models/{module.vendor}/{module.name}.py"
        line = f"from runcomfy_models.{module.vendor} import {module.name}"
        click.echo(f"    {line}  # {path.as_posix()}")
        for note in module.model.notes:
            if note.severity == "warning":
                click.echo(f"    {note_line(schemas, note)}")


def _say_kept(out: Path, done: Generated) -> None:
    """Print what was left as it is, and what to do about it."""
    from runcomfy_codegen.cli._wording import drift_line, remedy

    for drift in done.written.kept:
        click.echo(drift_line(out, drift), err=True)
    if done.written.kept:
        click.echo(remedy(done.written.kept), err=True)


def _say_summary(changed: int, unchanged: int, removed: int, started: float) -> None:
    seconds = time.perf_counter() - started
    click.echo(
        f"{changed} changed, {unchanged} unchanged, {removed} removed, {seconds:.1f} s"
    )
