"""`runcomfy-codegen generate`. Imports little before it knows that there is work."""

import gc
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runcomfy_codegen.cache.stamp import (
    Counts,
    put_stamp,
    signature,
    sources,
    stamped,
)
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._wording import reports_errors

if TYPE_CHECKING:
    from runcomfy_codegen.app.build import Plan
    from runcomfy_codegen.ir import Written


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
    generate(schemas, out, templates, frozenset(only), force, started, jobs)


def generate(
    schemas: Path,
    out: Path,
    templates: Path | None,
    only: frozenset[str],
    force: bool,
    started: float,
    jobs: int | None = None,
) -> None:
    """Generate, and say what was done. Raises CodegenError."""
    from runcomfy_codegen.app.build import plan
    from runcomfy_codegen.cli._progress import progress
    from runcomfy_codegen.output.files import locked
    from runcomfy_codegen.output.writer import read_tree, write
    from runcomfy_codegen.resources import load_templates

    _refuse_inside(schemas, out)
    read = sources(schemas, templates)
    before = signature(read)
    shipped = load_templates(templates)
    with locked(out, _say_waiting), progress() as told:
        tree = read_tree(out)
        planned = plan(schemas, tree, shipped, only, force, jobs, told)
        written = write(
            tree, planned.contents, planned.expected, force, bool(only), told
        )
        unmoved = before == signature(read)
        if not only:
            _keep_history(schemas, planned.history)
    models = len(planned.models)
    touched = {*written.created, *written.replaced}
    changed = {i for i, paths in planned.made.items() if paths & touched}
    known = frozenset(tree.recorded)
    _say_written(schemas, out, planned, written, changed, known)
    _say_summary(len(changed), models - len(changed), len(planned.removed), started)
    if unmoved and not only and not written.kept:
        counts = Counts(models, len(planned.expected))
        put_stamp(out, signature([*read, str(out)]), counts)


def _refuse_inside(schemas: Path, out: Path) -> None:
    """What is generated would be read as stored models by the next run."""
    from runcomfy_codegen.errors import UsageError

    if out.resolve().is_relative_to(schemas.resolve()):
        what = "it is in the folder of stored models"
        raise UsageError(str(out), what, "give another with --out")


def _keep_history(schemas: Path, history: bytes) -> None:
    """Write down what the changelog has to remember, beside the schemas."""
    from runcomfy_codegen.errors import StoreError
    from runcomfy_codegen.output.files import write_file
    from runcomfy_codegen.store.folder import HISTORY_NAME

    file = schemas / HISTORY_NAME
    if file.is_file() and file.read_bytes() == history:
        return
    try:
        write_file(schemas, HISTORY_NAME, history)
    except StoreError as error:
        click.echo(f"{error}; the changelog will not remember this run", err=True)


def _say_waiting() -> None:
    click.echo("waiting for another run to end", err=True)


def _say_summary(changed: int, unchanged: int, removed: int, started: float) -> None:
    seconds = time.perf_counter() - started
    click.echo(
        f"{changed} changed, {unchanged} unchanged, {removed} removed, {seconds:.1f} s"
    )


def _say_written(
    schemas: Path,
    out: Path,
    planned: "Plan",
    written: "Written",
    changed: set[str],
    known: frozenset[str],
) -> None:
    from runcomfy_codegen.cli._changes import say_model
    from runcomfy_codegen.cli._wording import drift_line, note_line, remedy

    for model_id in sorted(planned.removed):
        say_model("removed", model_id, planned.changes)
    for module in planned.package.modules:
        model = module.model
        if model.model_id not in changed:
            continue
        path = out / f"runcomfy_models/{module.vendor}/{module.name}.py"
        state = "changed" if model.model_id in known else "new"
        say_model(state, model.model_id, planned.changes)
        click.echo(
            f"    from runcomfy_models.{module.vendor} import {module.name}  "
            f"# {path.as_posix()}"
        )
        for note in model.notes:
            if note.severity == "warning":
                click.echo(f"    {note_line(schemas, note)}")
    for drift in written.kept:
        click.echo(drift_line(out, drift), err=True)
    if written.kept:
        click.echo(remedy(written.kept), err=True)
