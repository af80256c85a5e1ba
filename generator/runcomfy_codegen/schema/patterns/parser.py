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
NEGATED = ("D", "S", "W")
GROUP = re.compile(r"\((?:\?(?::|<[A-Za-z_$][\w$]*>|<?[=!]))?")


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
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                branches.append(tuple(parts))
                parts = []
            else:
                parts.append(self._repeated(self._atom()))
        return Alternatives((*branches, tuple(parts)))

    def _repeated(self, part: Node) -> Node:
        """Read the quantifier behind a part, if there is one."""
        found = QUANTIFIER.match(self.text, self.at)
        if not found:
            return part
        if isinstance(part, Assertion | Look):
            raise MalformedPatternError(f"nothing to repeat at {self.at}")
        self.at = found.end()
        least, most = _counts(found)
        if most is not None and least > most:
            raise MalformedPatternError(
                f"{found[0]} repeats at least more than at most"
            )
        if QUANTIFIER.match(self.text, self.at):
            raise MalformedPatternError(f"nothing to repeat at {self.at}")
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
        found = GROUP.match(self.text, start)
        opening = found[0] if found else "("
        self.at += len(opening)
        if opening == "(" and self.text.startswith("?", self.at):
            what = self.text[start : start + 4]
            raise MalformedPatternError(f"ECMA 262 has no {what} as at {start}")
        self.depth += 1
        if self.depth > MOST_NESTED:
            raise MalformedPatternError(f"groups nested deeper than {MOST_NESTED}")
        inner = self.alternatives()
        if self.at >= len(self.text):
            raise MalformedPatternError(f"the group at {start} does not end")
        self.depth -= 1
        self.at += 1
        if opening.endswith(("=", "!")):
            return Look(self.text[start : self.at])
        return Group(inner, "(?:" if opening == "(?:" else "(")

    def _escape(self) -> Node:
        """Read what stands behind a backslash, outside of a set."""
        letter = self.text[self.at + 1 : self.at + 2]
        if letter == "b" or letter == "B":
            self.at += 2
            return Assertion("\\b" if letter == "b" else "\\B")
        if letter.isdecimal() and letter != "0":
            found = re.compile(r"\\\d+").match(self.text, self.at)
            self.at = found.end() if found else self.at
            return Look("\\" + letter)
        if letter == "k":
            end = self.text.find(">", self.at)
            self.at = end + 1 if end > 0 else len(self.text)
            return Look("\\k")
        if letter in NEGATED:
            self.at += 2
            return Set(SETS[letter.lower()], negated=True)
        members, self.at = self.escapes.read(self.at)
        return Set(members)

    def _set(self) -> Set:
        """Read characters in brackets."""
        start = self.at
        negated = self.text.startswith("^", start + 1)
        self.at += 2 if negated else 1
        members: list[Range | Property] = []
        while self.at < len(self.text) and self.text[self.at] != "]":
            members += self._members()
        if self.at >= len(self.text):
            raise MalformedPatternError(f"the set at {start} does not end")
        self.at += 1
        return Set(tuple(members), negated)

    def _members(self) -> list[Range | Property]:
        """Read one member of a set: a character, a range, or characters with a property."""
        first = self._member()
        is_range = self.text.startswith("-", self.at) and not self.text.startswith(
            "-]", self.at
        )
        if not is_range:
            return first
        start, self.at = self.at, self.at + 1
        if self.at >= len(self.text):
            raise MalformedPatternError(f"the range at {start} does not end")
        last = self._member()
        low, high = _character(first), _character(last)
        if low is None or high is None:  # as everybody but the flag `u` reads `[\w-.]`
            return [*first, (ord("-"), ord("-")), *last]
        if low > high:
            raise MalformedPatternError(f"the range at {start} ends before it starts")
        return [(low, high)]

    def _member(self) -> list[Range | Property]:
        if self.text[self.at] == "\\":
            members, self.at = self.escapes.read(self.at, is_inside=True)
            return list(members)
        code = ord(self.text[self.at])
        self.at += 1
        return [(code, code)]


def _counts(found: re.Match[str]) -> tuple[int, int | None]:
    """Return how often at least and at most a quantifier repeats."""
    least, comma, most = found.groups()
    if least is None:
        return COUNTS[found[0][0]]
    if comma is None:
        return int(least), int(least)
    return int(least), int(most) if most else None


def _character(members: list[Range | Property]) -> int | None:
    """Return the one character that a member of a set is, if it is one."""
    if len(members) != 1 or isinstance(members[0], Property):
        return None
    first, last = members[0]
    return first if first == last else None
