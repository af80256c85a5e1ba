"""What the service says, made harmless before anything sees it. Pure.

The one place: here an answer becomes JSON of bounded depth without the token, and here
its words are cut and cleaned before they stand in an error or in a log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .secret import Secret

DEEPEST = 100
"""Levels of an answer. What is nested deeper is not the API's."""
LONGEST_WORDS = 500
LONGEST_NUMBER = 300
"""Digits of a number; a longer one is kept as the text that it came as."""


def read_json(body: bytes | None, secret: Secret) -> object:
    """Return the JSON value of a body, None where there is none that can be used."""
    if not body:
        return None
    try:
        value = _parse(body)
        return None if _is_too_deep(value) else secret.redact_json(value)
    except (ValueError, RecursionError):
        return None


def shown(text: str, secret: Secret | None = None, longest: int = LONGEST_WORDS) -> str:
    """Return words as they may be shown: one short line without control characters.

    Redacted before they are cut: half of a token would not be recognised.
    """
    if secret is not None:
        text = secret.redact(text)
    text = text[: longest * 20]
    line = " ".join(text.split())[:longest]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def _parse(body: bytes) -> object:
    """Parse JSON; numbers of a length that Python refuses stay texts."""
    import json

    from .money import ExactFloat

    try:
        value: object = json.loads(body, parse_float=ExactFloat)
    except ValueError:
        value = json.loads(body, parse_float=ExactFloat, parse_int=_whole_number)
    return value


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


def _is_too_deep(value: object) -> bool:
    """Tell whether a value has too many levels; level by level, so never recursing."""
    level = [value]
    for _ in range(DEEPEST):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True
