"""Escape text from schemas: one function for each language that it is written into.

Everything in a schema is hostile until it has been through one of these.
"""

import json
import re
from html import escape as escape_html
from json.encoder import encode_basestring
from textwrap import dedent

from runcomfy_codegen.ir import Json

# Controls, and characters that change how a line reads: they are spelled out. The
# list is fixed, so that it is the same with every version of Python.
INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3000"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
SPELLED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _spelled(text: str) -> str:
    """Return text with what is invisible spelled out. All of that is unprintable."""
    return text if text.isprintable() else INVISIBLE.sub(_spell, text)


def _spell(match: re.Match[str]) -> str:
    character = match[0]
    code = ord(character)
    if character in SPELLED:
        return SPELLED[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def python_string(text: str) -> str:
    """Return a Python string literal, with the quotes that black would choose."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = text.replace("\\", "\\\\").replace(quote, f"\\{quote}")
    return quote + _spelled(escaped) + quote


def docstring(text: str, indent: int = 4) -> str:
    """Return a docstring, quotes included; its first line starts where it is put.

    Lines behind the first keep how far they are indented beyond one another.
    """
    first, *others = [line.rstrip() for line in text.strip().split("\n")]
    lines = [first, *dedent("\n".join(others)).split("\n")] if others else [first]
    margin = " " * indent
    body = "\n".join(_docstring_line(line, margin) for line in lines).lstrip(" ")
    if others:
        body += f"\n{margin}"
    elif body.endswith('"'):
        body += " "
    return f'"""{" " if body.startswith(chr(34)) else ""}{body}"""'


def _docstring_line(line: str, margin: str) -> str:
    escaped = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return margin + _spelled(escaped) if line else ""


MARKDOWN_BACKSLASH = re.compile(r"([\\\\`*_\[\]#])")
MARKDOWN_REFERENCE = re.compile(r"^[-+!?=:.\d]|[<>{}|$~^@&]|=(?==)|:(?=\S)|(?<=-)-")


def markdown(text: str) -> str:
    """Return text that Markdown shows as it is, in a paragraph or a table cell.

    What could mean something is escaped by a backslash where every dialect knows
    that, else by a character reference. Line breaks become spaces.
    """
    spaced = INVISIBLE.sub("", " ".join(text.split())).strip()
    referenced = MARKDOWN_REFERENCE.sub(lambda m: f"&\0{ord(m[0])};", spaced)
    return MARKDOWN_BACKSLASH.sub(r"\\\1", referenced).replace("\0", "#")


def markdown_code(text: str) -> str:
    """Return text as code in Markdown, also inside a table."""
    shown = _spelled(text)
    if shown.strip() == shown and not re.search(r"^$|[`|<&]", shown):
        return f"`{shown}`"
    escaped = re.sub(r"[^\w ,;&#.-]", lambda m: f"&#{ord(m[0])};", html(shown))
    return f"<code>{escaped.replace('_', '&#95;')}</code>"


def html(text: str) -> str:
    """Return text for HTML, between tags or in an attribute."""
    return escape_html(INVISIBLE.sub(" ", text), quote=True)


def yaml(text: str) -> str:
    """Return a quoted string that YAML, and TOML where it is ASCII, read alike."""
    return _spelled(JSON.encode(text))


def json_text(value: Json, indent: int | None = None) -> str:
    """Return a value as JSON, on one line unless it is indented."""
    step = None if indent is None else " " * indent
    text = JSON.encode(value) if step is None else _indented(value, step, "\n")
    return text if text.isprintable() else INVISIBLE.sub(_spell_in_json, text)


def _indented(value: Json, step: str, margin: str) -> str:
    """Return what `json.dumps` would, which is slow where it indents."""
    if isinstance(value, str):
        return encode_basestring(value)
    if not (value and isinstance(value, dict | list)):
        return JSON.encode(value)
    inner = margin + step
    if isinstance(value, list):
        items = f",{inner}".join([_indented(item, step, inner) for item in value])
        return f"[{inner}{items}{margin}]"
    rows = []
    for key, item in value.items():
        rows.append(f"{_json_key(key)}: {_indented(item, step, inner)}")
    return f"{{{inner}{f',{inner}'.join(rows)}{margin}}}"


def _json_key(key: Json) -> str:
    return encode_basestring(key) if isinstance(key, str) else JSON.encode(key)


def _spell_in_json(match: re.Match[str]) -> str:
    character = match[0]
    if character == "\n":
        return character
    return json.dumps(character)[1:-1]


def shell(text: str) -> str:
    """Return text as one word of a POSIX shell, in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"
