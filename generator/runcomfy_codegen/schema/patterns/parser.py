r"""Parse a regular expression as ECMA 262 does with the flag `u`, which JSON Schema asks for.

Beyond that flag it takes what everybody writes: an escaped punctuation mark, and brackets
that close nothing. What only other dialects know, such as `(?P<name>…)` or `\A`, it refuses.
"""

import re
from collections.abc import Mapping

from runcomfy_codegen.schema.patterns.escapes import SETS, Escapes
from runcomfy_codegen.schema.patterns.syntax import (
    LINE_ENDS,
    Alternatives,
    Assertion,
    Group,
    Look,
    MalformedPatternError,
    Node,
    Property,
    Range,
    Repeat,
    Set,
)

MOST_NESTED = 100
"""Groups inside each other; Python itself reads no deeper ones."""
QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d{1,9})(,(\d{1,9})?)?\})\??")
COUNTS: Mapping[str, tuple[int, int | None]] = {
    "*": (0, None),
    "+": (1, None),
    "?": (0, 1),
}
GROUP = re.compile(r"\((?:\?(?::|<[A-Za-z_$][\w$]*>|<?[=!]))?")
UNKNOWN_GROUP = re.compile(r"\(\?(?!:|<[A-Za-z_$][\w$]*>|<?[=!])")
NUMBERED = re.compile(r"(\\(?!0)\d)\d*")
"""A reference to a group by its number."""
NAMED = re.compile(r"(\\k)[^>]*>?")
"""A reference to a group by its name."""
DASH_OF_A_RANGE = re.compile(r"-(?!\])")


def parse(pattern: str) -> Alternatives:
    """Return what a pattern is made of. Raises MalformedPatternError."""
    parser = _Parser(pattern)
    found = parser.alternatives()
    if parser.at < len(pattern):
        raise MalformedPatternError(f"a ) at {parser.at} that closes nothing")
    return found


class _Parser:
    """Reads a pattern from its start to its end."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0
        self.escapes = Escapes(text)

    def alternatives(self) -> Alternatives:
        """Read up to the end, or to a `)`."""
        branches: list[tuple[Node, ...]] = []
        parts: list[Node] = []
        while self._next() not in ("", ")"):
            if self._next() == "|":
                self.at += 1
                branches.append(tuple(parts))
                parts = []
            else:
                part = self._atom()
                parts.append(self._repeated(part))
        return Alternatives((*branches, tuple(parts)))

    def _next(self) -> str:
        """Return the next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def _repeated(self, part: Node) -> Node:
        """Read the quantifier behind a part, if there is one."""
        start = self.at
        found = QUANTIFIER.match(self.text, start)
        if not found:
            return part
        if isinstance(part, Assertion | Look):
            raise MalformedPatternError(f"nothing to repeat at {start}")
        self.at = found.end()
        if QUANTIFIER.match(self.text, self.at):
            raise MalformedPatternError(f"nothing to repeat at {self.at}")
        least, most = _counts(found)
        return Repeat(part, least, most, found[0])

    def _atom(self) -> Node:
        """Read one part, without what repeats it."""
        character = self.text[self.at]
        match character:
            case "(":
                return self._group()
            case "[":
                return self._set()
            case "\\":
                return self._escape()
            case "^" | "$":
                self.at += 1
                return Assertion(character)
            case ".":
                self.at += 1
                return Set(LINE_ENDS, negated=True)
        if QUANTIFIER.match(self.text, self.at):
            raise MalformedPatternError(f"nothing to repeat at {self.at}")
        self.at += 1
        return Set(((ord(character), ord(character)),))

    def _group(self) -> Node:
        """Read a group, or what must stand ahead or behind."""
        start = self.at
        opening = self._opening()
        inner = self._inside(start)
        whole = self.text[start : self.at]
        is_look = opening.endswith(("=", "!"))
        if is_look:
            return Look(whole)
        kept = "(?:" if opening == "(?:" else "("
        return Group(inner, kept)

    def _opening(self) -> str:
        """Read how a group begins."""
        start = self.at
        found = GROUP.match(self.text, start)
        assert found is not None
        self.at = found.end()
        if UNKNOWN_GROUP.match(self.text, start):
            what = self.text[start : start + 4]
            raise MalformedPatternError(f"ECMA 262 has no {what} as at {start}")
        return found[0]

    def _inside(self, start: int) -> Alternatives:
        """Read what a group holds that starts at an offset, and the `)` that ends it."""
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise MalformedPatternError(f"groups nested deeper than {MOST_NESTED}")
        inner = self.alternatives()
        if not self._next():
            raise MalformedPatternError(f"the group at {start} does not end")
        self.depth -= 1
        self.at += 1
        return inner

    def _escape(self) -> Node:
        """Read what stands behind a backslash, outside of a set."""
        letter = self.text[self.at + 1 : self.at + 2]
        match letter:
            case "b":
                self.at += 2
                return Assertion("\\b")
            case "B":
                self.at += 2
                return Assertion("\\B")
            case "k":
                return self._reference(NAMED)
            case "D" | "S" | "W":
                self.at += 2
                return Set(SETS[letter.lower()], negated=True)
        if NUMBERED.match(self.text, self.at):
            return self._reference(NUMBERED)
        members, self.at = self.escapes.read(self.at)
        return Set(members)

    def _reference(self, form: re.Pattern[str]) -> Look:
        """Read a reference to a group, by its number or its name."""
        found = form.match(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return Look(found[1])

    def _set(self) -> Set:
        """Read characters in brackets."""
        start = self.at
        self.at += 1
        negated = self._next() == "^"
        if negated:
            self.at += 1
        members: list[Range | Property] = []
        while self._next() not in ("", "]"):
            members += self._members()
        if not self._next():
            raise MalformedPatternError(f"the set at {start} does not end")
        self.at += 1
        return Set(tuple(members), negated)

    def _members(self) -> list[Range | Property]:
        """Read one member of a set: a character, a range, or characters with a property."""
        first = self._member()
        if not DASH_OF_A_RANGE.match(self.text, self.at):
            return first
        start = self.at
        self.at += 1
        if not self._next():
            raise MalformedPatternError(f"the range at {start} does not end")
        last = self._member()
        low, high = _character(first), _character(last)
        if low is not None and high is not None:
            return [_range(low, high, start)]
        dash = (ord("-"), ord("-"))  # as everybody but the flag `u` reads `[\w-.]`
        return [*first, dash, *last]

    def _member(self) -> list[Range | Property]:
        """Read one character of a set, or an escape that stands for some."""
        if self._next() == "\\":
            members, self.at = self.escapes.read(self.at, is_inside=True)
            return list(members)
        code = ord(self._next())
        self.at += 1
        return [(code, code)]


def _range(low: int, high: int, at: int) -> Range:
    """Return the range between two characters, whose dash is at an offset."""
    if low > high:
        raise MalformedPatternError(f"the range at {at} ends before it starts")
    return low, high


def _counts(found: re.Match[str]) -> tuple[int, int | None]:
    """Return how often at least and at most a quantifier repeats."""
    match found.groups():
        case (None, _, _):
            return COUNTS[found[0][0]]
        case (least, None, _):
            return int(least), int(least)
        case (least, _, None):
            return int(least), None
    least, most = int(found[1]), int(found[3])
    if least > most:
        what = f"{found[0]} repeats at least more than at most"
        raise MalformedPatternError(what)
    return least, most


def _character(members: list[Range | Property]) -> int | None:
    """Return the one character that a member of a set is, if it is one."""
    if len(members) != 1 or isinstance(members[0], Property):
        return None
    first, last = members[0]
    return first if first == last else None
