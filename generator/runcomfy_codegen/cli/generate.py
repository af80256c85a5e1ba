"""`runcomfy-codegen generate`."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from runcomfy_codegen.cli.options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli.reporting import (
    drift_line,
    note_line,
    remedy,
    reports_errors,
)
from runcomfy_codegen.ir import Written
from runcomfy_codegen.pipeline import Build, build, load_templates, output_files
from runcomfy_codegen.write import recorded_models, write


@click.command(name="generate")
@SCHEMAS
@OUT
@TEMPLATES
@click.option(
    "--only", multiple=True, metavar="MODEL_ID", help="This model alone; repeatable."
)
@click.option("--force", is_flag=True, help="Replace files that were edited by hand.")
@reports_errors
def command(
    schemas: Path,
    out: Path,
    templates: Path | None,
    only: tuple[str, ...],
    force: bool,
) -> None:
    """Generate the package, its docs and its tests."""
    started = time.perf_counter()
    shipped = load_templates(templates)
    built = build(schemas, shipped)
    _check_known(built, only)
    recorded = recorded_models(out)
    files = output_files(built, shipped, frozenset(only), recorded)
    written = write(out, files, force, partial=bool(only))
    _say_written(schemas, out, built, written, recorded, time.perf_counter() - started)


def _check_known(built: Build, only: Iterable[str]) -> None:
    known = {module.model.model_id for module in built.package.modules}
    for model_id in only:
        if model_id not in known:
            raise click.BadParameter(
                f"there is no stored model {model_id!r}; `runcomfy-codegen list` "
                "lists them",
                param_hint="--only",
            )


def _say_written(
    schemas: Path,
    out: Path,
    built: Build,
    written: Written,
    recorded: dict[str, Any],
    seconds: float,
) -> None:
    touched = {*written.created, *written.replaced}
    changed = 0
    for module in built.package.modules:
        model = module.model
        path = f"runcomfy_models/{module.vendor}/{module.name}.py"
        others = (f"docs/models/{module.vendor}/{module.name}.md",)
        if not touched & {path, *others}:
            continue
        changed += 1
        state = "changed" if model.model_id in recorded else "new"
        click.echo(f"{state}  {model.model_id}")
        click.echo(
            f"    from runcomfy_models.{module.vendor} import {module.name}  "
            f"# {(out / path).as_posix()}"
        )
        for note in model.notes:
            if note.severity == "warning":
                click.echo(f"    {note_line(schemas, note)}")
    for drift in written.kept:
        click.echo(drift_line(out, drift), err=True)
    if written.kept:
        click.echo(remedy(written.kept), err=True)
    removed = len(recorded.keys() - {m.model.model_id for m in built.package.modules})
    unchanged = len(built.package.modules) - changed
    click.echo(
        f"{changed} changed, {unchanged} unchanged, {removed} removed, {seconds:.1f} s"
    )
