"""Where a value stands in the text of a JSON file."""

import json
import re

from runcomfy_codegen.schema.pointer import unescape

_SPACE = re.compile(r"[ \t\r\n]*")
_decode = json.JSONDecoder().raw_decode


def line_of(text: str, pointer: str) -> int:
    """Return the line, from 1, of what a pointer names, or of the nearest around it.

    The text is JSON that could be read; what could not be is on line 1.
    """
    at = _skip(text, 0)
    try:
        for part in pointer.split("/")[1:]:
            found = _find(text, at, unescape(part))
            if found is None:
                break
            at = found
    except (ValueError, IndexError, RecursionError):
        return 1
    return text.count("\n", 0, at) + 1


def _find(text: str, start: int, part: str) -> int | None:
    """Return where a part of the object or array at an offset stands, if it is there."""
    if text[start] not in "{[":
        return None
    is_object = text[start] == "{"
    at, index = _skip(text, start + 1), 0
    while text[at] not in "}]":
        here, name = at, str(index)
        if is_object:
            name, at = _decode(text, at)
            at = _skip(text, _skip(text, at) + 1)
        if name == part:
            return here if is_object and text[at] not in "{[" else at
        _, at = _decode(text, at)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return None


def _skip(text: str, at: int) -> int:
    """Return the offset of the next character that is not white space."""
    space = _SPACE.match(text, at)
    assert space is not None
    return space.end()
