"""Where a value stands in the text of a JSON file."""

import json
import re
from collections.abc import Iterator

from runcomfy_codegen.schema.pointer import parts_of

_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


def line_of(text: str, pointer: str) -> int:
    """Return the line, from 1, of what a pointer names, or of the nearest around it.

    The text is JSON that could be read; what could not be is on line 1.
    """
    try:
        at = _offset_of(text, pointer)
    except (ValueError, IndexError, RecursionError):
        return 1
    lines_before = text.count("\n", 0, at)
    return lines_before + 1


def _offset_of(text: str, pointer: str) -> int:
    """Return where what a pointer names stands in a text, or the nearest around it."""
    at = _skip(text, 0)
    for part in parts_of(pointer):
        found = _find(text, at, part)
        if found is None:
            return at
        at = found
    return at


def _find(text: str, start: int, part: str) -> int | None:
    """Return where a part of the object or array at an offset stands, if it is there."""
    reading = {"{": _members, "[": _items}.get(text[start])
    parts = reading(text, start) if reading else ()
    for name, at in parts:
        if name == part:
            return at
    return None


def _members(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the name of each member of an object, and where it is looked for.

    That is at its name; at its value where that is an object or an array.
    """
    at = _skip(text, start + 1)
    while text[at] != "}":
        name, behind_name = _decode(text, at)
        colon = _skip(text, behind_name)
        value = _skip(text, colon + 1)
        is_nested = text.startswith(("{", "["), value)
        yield name, value if is_nested else at
        at = _next(text, value)


def _items(text: str, start: int) -> Iterator[tuple[str, int]]:
    """Yield the index of each item of an array, and where it stands."""
    at = _skip(text, start + 1)
    index = 0
    while text[at] != "]":
        yield str(index), at
        at = _next(text, at)
        index += 1


def _next(text: str, at: int) -> int:
    """Return where the next member or item stands, or the bracket that closes."""
    _, end = _decode(text, at)
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    """Return the offset of the next character that is not white space."""
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()
