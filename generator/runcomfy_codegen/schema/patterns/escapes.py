"""Read what stands behind a backslash, as ECMA 262 does."""

import re
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
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,8})\})"
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
        if letter in SETS and letter:
            return SETS[letter], at + 2
        if letter in CONTROLS and letter:
            self._refuse_octal(at)
            return _one(CONTROLS[letter]), at + 2
        if letter == "b" and is_inside:
            return _one(0x08), at + 2
        if found := PROPERTY.match(self.text, at):
            name = (found[2] or "") + found[3]
            if not found[2] and is_script(name):
                raise MalformedPatternError(f"ECMA 262 writes \\p{{Script={name}}}")
            return (Property(name, found[1] == "P"),), found.end()
        if found := CONTROL.match(self.text, at):
            return _one(ord(found[1]) % 32), found.end()
        if found := NUMBERED.match(self.text, at):
            return self._numbered(found)
        if letter and not letter.isalnum():
            return _one(ord(letter)), at + 2
        raise MalformedPatternError(f"ECMA 262 has no \\{letter} as at {at}")

    def _refuse_octal(self, at: int) -> None:
        following = self.text[at + 2 : at + 3]
        if self.text[at + 1] == "0" and following.isdecimal():
            raise MalformedPatternError(f"ECMA 262 has no octal number as at {at}")

    def _numbered(self, found: re.Match[str]) -> tuple[Members, int]:
        """Return a character by its number, two halves of a surrogate pair as one."""
        code = int(next(filter(None, found.groups())), 16)
        if code > LAST:
            raise MalformedPatternError(f"there is no character {found[0]}")
        low = LOW_HALF.match(self.text, found.end())
        if code in HIGH_HALVES and low:
            pair = 0x10000 + (code - 0xD800) * 0x400 + int(low[1], 16) - 0xDC00
            return _one(pair), low.end()
        if code in HIGH_HALVES or code in LOW_HALVES:
            raise UnsupportedPatternError(f"{found[0]} is half of a character")
        return _one(code), found.end()


def _one(code: int) -> Members:
    return ((code, code),)
