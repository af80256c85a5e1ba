"""`runcomfy-codegen watch`."""

import time
from contextlib import suppress
from pathlib import Path

import click

from runcomfy_codegen.app.plan import Request
from runcomfy_codegen.app.watch import saved_inputs
from runcomfy_codegen.cli._exit import reports_errors
from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._wording import error_lines
from runcomfy_codegen.cli.generate import generate_once
from runcomfy_codegen.errors import CodegenError


@click.command(name="watch")
@SCHEMAS
@OUT
@TEMPLATES
@reports_errors
def command(schemas: Path, out: Path, templates: Path | None) -> None:
    """Regenerate on every change, until Ctrl-C."""
    rounds = saved_inputs(schemas, templates)
    next(rounds)
    _generate(schemas, out, templates)
    click.echo("watching; Ctrl-C stops")
    with suppress(KeyboardInterrupt):
        for _ in rounds:
            _generate(schemas, out, templates)


def _generate(schemas: Path, out: Path, templates: Path | None) -> None:
    """Generate, and say what is wrong rather than stop."""
    started = time.perf_counter()
    try:
        generate_once(schemas, out, templates, Request(), None, started)
    except CodegenError as error:
        for line in error_lines(schemas, error):
            click.echo(line, err=True)
