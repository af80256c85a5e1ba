"""What a regular expression is made of, and what can be wrong with one."""

from typing import Literal, NamedTuple, TypeAlias

LAST = 0x10FFFF
"""The last character."""
Range: TypeAlias = tuple[int, int]
"""Characters by their numbers, from the first to the last."""
DIGITS: tuple[Range, ...] = ((0x30, 0x39),)
WORDS: tuple[Range, ...] = (*DIGITS, (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACES: tuple[Range, ...] = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
LINE_ENDS: tuple[Range, ...] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))


class PatternError(Exception):
    """A pattern that nothing is matched by; says why."""


class MalformedPatternError(PatternError):
    """A text that is not a regular expression of ECMA 262."""


class UnsupportedPatternError(PatternError):
    """A regular expression that cannot be matched in linear time."""


class Property(NamedTuple):
    r"""A property of characters: `\p{L}`, or negated `\P{L}`."""

    name: str
    negated: bool


class Set(NamedTuple):
    """One character of a set: of ranges, or with a property."""

    members: tuple[Range | Property, ...]
    negated: bool = False


class Assertion(NamedTuple):
    r"""A place: `^`, `$`, `\b` or `\B`."""

    text: Literal["^", "$", "\\b", "\\B"]


class Repeat(NamedTuple):
    """A part repeated: `text` is how that was written, such as `{2,4}?`."""

    part: "Node"
    least: int
    most: int | None
    text: str


class Group(NamedTuple):
    """Alternatives in parentheses; `opening` is `(` or `(?:`."""

    alternatives: "Alternatives"
    opening: str


class Look(NamedTuple):
    """What must or must not stand ahead or behind, or a reference to a group."""

    text: str


class Alternatives(NamedTuple):
    """Sequences, of which one is matched."""

    branches: tuple[tuple["Node", ...], ...]


Node: TypeAlias = Set | Assertion | Repeat | Group | Look


def complement(ranges: tuple[Range, ...]) -> tuple[Range, ...]:
    """Return every character that is in none of some ranges, which are in order."""
    found, start = [], 0
    for first, last in ranges:
        if start < first:
            found.append((start, first - 1))
        start = last + 1
    return (*found, (start, LAST)) if start <= LAST else tuple(found)
