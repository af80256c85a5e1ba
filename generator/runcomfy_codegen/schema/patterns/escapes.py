"""Read what stands behind a backslash, as ECMA 262 does."""

import re
from collections.abc import Callable
from typing import TypeAlias

from runcomfy_codegen.schema.patterns.engine import is_script
from runcomfy_codegen.schema.patterns.syntax import (
    DIGITS,
    LAST,
    SPACES,
    WORDS,
    MalformedPatternError,
    Property,
    Range,
    UnsupportedPatternError,
    complement,
)

Members: TypeAlias = tuple[Range | Property, ...]

SETS: dict[str, tuple[Range, ...]] = {
    "d": DIGITS,
    "D": complement(DIGITS),
    "s": SPACES,
    "S": complement(SPACES),
    "w": WORDS,
    "W": complement(WORDS),
}
CONTROLS = {"f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B, "0": 0x00}
NUMBERED = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{0*([0-9A-Fa-f]{1,8})\})"
)
LOW_HALF = re.compile(r"\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})")
CONTROL = re.compile(r"\\c([A-Za-z])")
PROPERTY = re.compile(
    r"\\([pP])\{([A-Za-z_]+=)?([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*)\}"
)
HIGH_HALVES, LOW_HALVES = range(0xD800, 0xDC00), range(0xDC00, 0xE000)


class Escapes:
    """Reads the escapes of one pattern."""

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, at: int, is_inside: bool = False) -> tuple[Members, int]:
        r"""Return the characters that an escape stands for, and where it ends.

        `is_inside` says that it stands in a set, where `\b` is a character.
        """
        letter = self.text[at + 1 : at + 2]
        if letter in SETS:
            return SETS[letter], at + 2
        if letter in CONTROLS:
            self._refuse_octal(at)
            return _one(CONTROLS[letter]), at + 2
        if letter == "b" and is_inside:
            return _one(0x08), at + 2
        for form, reading in FORMS.items():
            found = form.match(self.text, at)
            if found:
                return reading(self, found)
        is_punctuation = letter != "" and not letter.isalnum()
        if is_punctuation:
            return _one(ord(letter)), at + 2
        raise MalformedPatternError(f"ECMA 262 has no \\{letter} as at {at}")

    def _refuse_octal(self, at: int) -> None:
        """Refuse a digit behind a zero, which is an octal number elsewhere."""
        following = self.text[at + 2 : at + 3]
        if self.text[at + 1] == "0" and following.isdecimal():
            raise MalformedPatternError(f"ECMA 262 has no octal number as at {at}")

    def property(self, found: re.Match[str]) -> tuple[Members, int]:
        """Return characters with a property, such as a category or a script."""
        letter, kind, value = found.groups()
        if kind is None and is_script(value):
            raise MalformedPatternError(f"ECMA 262 writes \\p{{Script={value}}}")
        name = f"{kind or ''}{value}"
        return (Property(name, negated=letter == "P"),), found.end()

    def control(self, found: re.Match[str]) -> tuple[Members, int]:
        """Return a control character by its letter."""
        return _one(ord(found[1]) % 32), found.end()

    def numbered(self, found: re.Match[str]) -> tuple[Members, int]:
        """Return a character by its number, two halves of a surrogate pair as one."""
        code = int(next(filter(None, found.groups())), 16)
        if code > LAST:
            raise MalformedPatternError(f"there is no character {found[0]}")
        if code in HIGH_HALVES:
            return self._pair(code, found)
        if code in LOW_HALVES:
            raise _half(found)
        return _one(code), found.end()

    def _pair(self, high: int, found: re.Match[str]) -> tuple[Members, int]:
        """Return the character that two halves make, the low one of which must follow."""
        low = LOW_HALF.match(self.text, found.end())
        if low is None:
            raise _half(found)
        above = (high - 0xD800) * 0x400 + int(low[1], 16) - 0xDC00
        return _one(0x10000 + above), low.end()


def _half(found: re.Match[str]) -> UnsupportedPatternError:
    return UnsupportedPatternError(f"{found[0]} is half of a character")


_Reading: TypeAlias = Callable[[Escapes, re.Match[str]], tuple[Members, int]]
FORMS: dict[re.Pattern[str], _Reading] = {
    PROPERTY: Escapes.property,
    CONTROL: Escapes.control,
    NUMBERED: Escapes.numbered,
}
"""How the escapes look that are more than a letter, and how each is read."""


def _one(code: int) -> Members:
    return ((code, code),)
