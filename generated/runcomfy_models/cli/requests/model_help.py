"""The help of a model: what it is, its flags, and a call that works."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

import click

from ..._core.fields.dialect import Reader, Schema
from ..._core.fields.values import MISSING, read_json
from .. import PROGRAM
from ..output import clean, harmless, width
from .described import Described
from .flag_help import describe_flag
from .flags import every_flag, flag_of


def write_help(ctx: click.Context, model: Described, own: frozenset[str]) -> str:
    """Return the help of a command with a model's flags in it."""
    formatter = click.HelpFormatter(width=width())
    usage = f"{shlex.quote(clean(model.model_id))} [FLAGS] [OPTIONS]"
    formatter.write_usage(ctx.command_path, usage)
    formatter.write_paragraph()
    with formatter.indentation():
        for text in model.words():
            formatter.write_text(clean(text))
            formatter.write_paragraph()
    write_flags(formatter, model, own)
    with formatter.section("Options"):
        formatter.write_dl(list(_options(ctx)), col_max=_first_column())
    with formatter.section("Example"):
        formatter.write(f"{example_command(model, ctx.info_name or 'run', own)}\n")
    return formatter.getvalue().rstrip("\n")


def _options(ctx: click.Context) -> Iterator[tuple[str, str]]:
    """Yield what the command has for itself."""
    for option in ctx.command.get_params(ctx):
        record = option.get_help_record(ctx)
        if record is not None and option.param_type_name == "option":
            yield record


def write_flags(
    formatter: click.HelpFormatter, model: Described, own: frozenset[str]
) -> None:
    """Write each flag of a model with its type and what it is for."""
    flags = list(every_flag(model.reader, own))
    if not flags:
        return
    rows = [describe_flag(model.reader, flag) for flag in flags]
    with formatter.section("Flags of the model (* required)"):
        formatter.write_dl(rows, col_max=_first_column())


def _first_column() -> int:
    """Return how wide the flags may be: on a narrow terminal, a third of it."""
    return min(26, width() // 3)


def example_command(
    model: Described, command: str = "run", own: frozenset[str] = frozenset()
) -> str:
    """Return the command line of a model's example, for a POSIX shell: a flag a line."""
    lines = [shlex.join([PROGRAM, command, model.model_id])]
    for words in example_flags(model.reader, model.example(), own):
        lines.append(shlex.join(words))
    return "  " + " \\\n      ".join(map(harmless, lines))


def example_flags(
    reader: Reader, body: dict[str, Any], own: frozenset[str]
) -> Iterator[list[str]]:
    """Yield the flags that make a body, each with its value."""
    for name, value in body.items():
        flag, schema = flag_of((name,), own), reader.at((name,))
        if isinstance(value, bool) and "boolean" in reader.kinds(schema):
            yield [flag if value else flag.replace("--", "--no-", 1)]
            continue
        texts = _plain_texts(reader, schema, value)
        for text in texts or [_text(reader, schema, value)]:
            yield _given(flag, text)


def _given(flag: str, text: str) -> list[str]:
    """Return a flag with its value; one that could be a flag itself is joined to it."""
    return [f"{flag}={text}"] if text.startswith("-") else [flag, text]


def _plain_texts(reader: Reader, schema: Schema, value: object) -> list[str]:
    """Return the texts of a list that is written by repeating its flag; else none."""
    kinds = reader.kinds(reader.items(schema))
    if not isinstance(value, list) or kinds != {"string"}:
        return []
    for text in value:
        if not isinstance(text, str) or text[:1] in ("[", "@", ""):
            return []
    return value


def _text(reader: Reader, schema: Schema, value: object) -> str:
    """Return what stands behind a flag: in quotes where it would be read as JSON."""
    quoted = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, str):
        return quoted
    bare = read_json(value)
    is_text = bare is MISSING or isinstance(bare, str)
    if not is_text and reader.kinds(schema) != {"string"}:
        return quoted
    return f"@{value}" if value.startswith("@") else value
