"""The help of a model: what it is, its flags, and a call that works."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

import click

from .._core.fields.dialect import Reader, Schema, numbers
from .._core.fields.values import MISSING, read_json, shown
from . import PROGRAM
from .described import Described
from .flags import Flag, every_flag, flag_of
from .output import clean, harmless, width

LONGEST = 200
"""Characters of a field's description in a list of flags."""


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
        formatter.write_dl(list(_options(ctx)), col_max=26)
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
    rows = [
        (_spelled(model.reader, flag), _about(model.reader, flag)) for flag in flags
    ]
    with formatter.section("Flags of the model (* required)"):
        formatter.write_dl(rows, col_max=26)


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
    items = reader.items(schema)
    if not isinstance(value, list) or reader.kinds(items) != {"string"}:
        return []
    texts = [item for item in value if isinstance(item, str)]
    is_plain = all(text[:1] not in ("[", "@", "") for text in texts)
    return texts if is_plain and len(texts) == len(value) else []


def _text(reader: Reader, schema: Schema, value: object) -> str:
    """Return what stands behind a flag: in quotes where it would be read as JSON."""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    bare = read_json(value)
    if reader.kinds(schema) != {"string"} and not (
        bare is MISSING or isinstance(bare, str)
    ):
        return json.dumps(value, ensure_ascii=False)
    return f"@{value}" if value.startswith("@") else value


def _spelled(reader: Reader, flag: Flag) -> str:
    star = "* " if flag.required else "  "
    kinds = reader.kinds(flag.schema)
    name = clean(flag.spelled)
    if kinds and kinds <= {"boolean", "null"} and not reader.choices(flag.schema):
        return f"{star}{name} / --no-{name[2:]}"
    return f"{star}{name} {_metavar(reader, flag)}"


def _metavar(reader: Reader, flag: Flag) -> str:
    """Return what stands for a flag's value, in one word."""
    schema, name = flag.schema, str(flag.path[-1])
    items = reader.items(schema)
    medium = reader.medium(schema if items is None else items, name)
    if medium:
        return medium.upper()
    if reader.is_choice(schema):
        return "CHOICE"
    kinds = sorted(
        (reader.kinds(schema) if items is None else reader.kinds(items)) - {"null"}
    )
    words = {
        "array": "JSON",
        "integer": "INTEGER",
        "number": "NUMBER",
        "object": "JSON",
        "string": "TEXT",
        "boolean": "BOOLEAN",
    }
    return "|".join(dict.fromkeys(words.get(kind, "JSON") for kind in kinds)) or "JSON"


def _about(reader: Reader, flag: Flag) -> str:
    """Return what a flag is for, and what it takes."""
    text = clean(flag.schema.get("description") or "")
    if not text:
        title = clean(flag.schema.get("title") or "")
        text = (
            title
            if title.lower() != str(flag.path[-1]).replace("_", " ").lower()
            else ""
        )
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition(" ")[0] + " ..."
    return " ".join(filter(None, [text, *_limits(reader, flag)])) or "-"


def _limits(reader: Reader, flag: Flag) -> Iterator[str]:
    """Yield a flag's choices, bounds and default, each in brackets."""
    schema = flag.schema
    if schema.get("deprecated") is True:
        yield "[deprecated]"
    items = reader.items(schema)
    choices = reader.choices(schema if items is None else items)
    if choices:
        names = [c if isinstance(c, str) else shown(c) for c in choices]
        yield f"[{' | '.join(map(clean, names))}]"
    for branch in reader.branches(schema):
        low = next(numbers(branch, "minimum", "exclusiveMinimum"), None)
        high = next(numbers(branch, "maximum", "exclusiveMaximum"), None)
        if low is not None or high is not None:
            yield f"[{'' if low is None else low}..{'' if high is None else high}]"
    if items is not None:
        most = next(numbers(schema, "maxItems"), None)
        yield "[repeat for each" + (f", at most {most}]" if most is not None else "]")
    default = schema.get("default")
    if default not in (None, "") and not flag.required:
        yield f"[default: {clean(shown(default, 40)) if not isinstance(default, str) else clean(default)[:40]}]"
