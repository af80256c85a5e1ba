"""Print what changed in a model. `sync` and `generate` share it."""

from collections.abc import Iterable

import click

from runcomfy_codegen.cli._wording import printable
from runcomfy_codegen.diff import Change
from runcomfy_codegen.diff.report import change_words


def say_model(state: str, model_id: str, changes: Iterable[Change] = ()) -> None:
    """Print a model with its state, and below it those of the changes that are its own."""
    click.echo(printable(f"{state}  {model_id}"))
    for change in sorted(changes, key=lambda change: change.order):
        if change.model_id != model_id:
            continue
        if change.kind == "model-added" or _is_plain_removal(change):
            continue  # the state says so
        click.echo(printable(f"    {change.verdict}  {change_words(change)}"))


def _is_plain_removal(change: Change) -> bool:
    return change.kind == "model-removed" and not change.after
