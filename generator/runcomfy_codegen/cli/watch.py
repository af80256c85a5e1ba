"""`runcomfy-codegen watch`."""

import time
from contextlib import suppress
from pathlib import Path

import click
from watchfiles import Change, DefaultFilter, watch

from runcomfy_codegen.cli._options import OUT, SCHEMAS, TEMPLATES
from runcomfy_codegen.cli._wording import error_lines, reports_errors
from runcomfy_codegen.cli.generate import generate
from runcomfy_codegen.errors import CodegenError, UsageError
from runcomfy_codegen.resources import templates_folder
from runcomfy_codegen.store.folder import HISTORY_NAME

SETTLED = 100
"""Milliseconds without a change after which a save is taken as done."""
ROUND = 250
"""Milliseconds after which a round without changes ends."""


class _Inputs(DefaultFilter):
    """Let through what a person may save, and not what a run writes down itself."""

    def __init__(self, schemas: Path) -> None:
        super().__init__()
        self.schemas = schemas.resolve()

    def __call__(self, change: Change, path: str) -> bool:
        """Whether a change is worth a run."""
        file = Path(path)
        own = HISTORY_NAME in file.name and file.parent.resolve() == self.schemas
        return not own and super().__call__(change, path)


@click.command(name="watch")
@SCHEMAS
@OUT
@TEMPLATES
@reports_errors
def command(schemas: Path, out: Path, templates: Path | None) -> None:
    """Regenerate on every change, until Ctrl-C."""
    folders = [schemas, templates_folder(), *([templates] if templates else [])]
    for folder in folders:
        if not folder.is_dir():
            raise UsageError(str(folder), "there is no such folder", "give another")
    rounds = watch(
        *folders,
        watch_filter=_Inputs(schemas),
        step=SETTLED,
        rust_timeout=ROUND,
        yield_on_timeout=True,
    )
    next(rounds)  # from here on no change is missed, also while the first run lasts
    _generate_once(schemas, out, templates)
    click.echo("watching; Ctrl-C stops")
    with suppress(KeyboardInterrupt):
        for changes in rounds:
            if changes:
                _generate_once(schemas, out, templates)


def _generate_once(schemas: Path, out: Path, templates: Path | None) -> None:
    """Generate, and say what is wrong rather than stop."""
    try:
        generate(schemas, out, templates, frozenset(), False, time.perf_counter())
    except CodegenError as error:
        for line in error_lines(schemas, error):
            click.echo(line, err=True)
