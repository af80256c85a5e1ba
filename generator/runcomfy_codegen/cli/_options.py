"""The options that several commands share.

pathlib takes longer to import than a run may last that finds nothing changed. So there are
two kinds of each: one gives a `Path`, the other, for commands which may end at once, a text.
"""

import os
from collections.abc import Callable
from typing import Any, TypeAlias

import click

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Folder(click.Path):
    """A folder, as a `Path`."""

    def coerce_path_result(self, value: Any) -> Any:
        from pathlib import Path

        return Path(os.fsdecode(super().coerce_path_result(value)))


def _schemas(folder: click.Path) -> Decorator:
    help_text = "The folder of stored models."
    return click.option(
        "--schemas", type=folder, default="schemas", show_default=True, help=help_text
    )


def _out(folder: click.Path) -> Decorator:
    help_text = "The folder of the generated package."
    return click.option(
        "--out", type=folder, default="generated", show_default=True, help=help_text
    )


def _templates(folder: click.Path) -> Decorator:
    help_text = "A folder of templates that override the shipped ones."
    return click.option("--templates", type=folder, help=help_text)


_PATH, _TEXT = _Folder(file_okay=False), click.Path(file_okay=False)
SCHEMAS, OUT, TEMPLATES = _schemas(_PATH), _out(_PATH), _templates(_PATH)
SCHEMAS_TEXT, OUT_TEXT = _schemas(_TEXT), _out(_TEXT)
TEMPLATES_TEXT = _templates(_TEXT)
