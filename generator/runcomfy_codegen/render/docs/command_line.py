"""Write a model's example as flags of the package's command, for a shell."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from runcomfy_codegen.escape import INVISIBLE
from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.read import items_of, properties_of, types_of

OWN = frozenset(
    [
        *("allow-unpriced", "dry-run", "help", "input", "json", "max-cost-usd"),
        *("no-wait", "out", "timeout"),
    ]
)
"""The command's own options; a field of such a name is `--input.NAME`."""


def command_line(model_id: str, schema: Schema, body: Mapping[str, Json]) -> str:
    """Return the command that runs a model with a body, a flag a line."""
    lines = [f"runcomfy-models run {_word(model_id)}"]
    properties = properties_of(schema)
    for name, value in body.items():
        field = properties.get(name)
        lines += _flags(_flag(name), value, field if isinstance(field, dict) else {})
    lines.append("--out out")
    return " \\\n  ".join(lines)


def _flag(name: str) -> str:
    spelled = name.replace("_", "-")
    return f"input.{spelled}" if spelled in OWN else spelled


def _flags(flag: str, value: Json, schema: Schema) -> Iterator[str]:
    """Yield the flags that set a field: one for each item of a list of texts."""
    if isinstance(value, bool) and types_of(schema) == ("boolean",):
        yield _word(f"--{flag}" if value else f"--no-{flag}")
    elif _is_repeated(value, schema):
        for item in value:
            yield _given(flag, _escaped(item))
    else:
        yield _given(flag, _text(value, schema))


def _given(flag: str, text: str) -> str:
    """Return a flag with its value; one that could be a flag itself is joined to it."""
    if text.startswith("-"):
        return _word(f"--{flag}={text}")
    return f"{_word(f'--{flag}')} {_word(text)}"


def _is_repeated(value: Json, schema: Schema) -> TypeGuard[list[str]]:
    """Tell whether a list is given by repeating its flag: it is of plain texts."""
    if not (isinstance(value, list) and value and types_of(schema) == ("array",)):
        return False
    is_of_texts = types_of(items_of(schema)) == ("string",)
    return is_of_texts and all(isinstance(i, str) and i[:1] != "[" for i in value)


def _text(value: Json, schema: Schema) -> str:
    """Return what stands behind a flag: a text as it is, all else as JSON.

    Where more than a text may be meant, a text that reads as JSON is in quotes.
    """
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if schema.get("type") != "string" and _is_json(value):
        return json.dumps(value, ensure_ascii=False)
    return _escaped(value)


def _escaped(text: str) -> str:
    """Return a text so that it is not taken for the name of a file."""
    return f"@{text}" if text.startswith("@") else text


def _is_json(text: str) -> bool:
    """Tell whether a text reads as JSON that is not a text."""
    try:
        return not isinstance(json.loads(text), str)
    except (ValueError, RecursionError):
        return False


def _word(text: str) -> str:
    """Return one word of a shell, on one line, with what is invisible spelled out."""
    if not INVISIBLE.search(text):
        return shlex.quote(text)
    escaped = re.sub(r"[\\']", r"\\\g<0>", text)
    return f"$'{INVISIBLE.sub(_spelled, escaped)}'"


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    short = {9: r"\t", 10: r"\n", 13: r"\r"}
    if code in short:
        return short[code]
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
