"""Make a text that a regular expression matches, without ever running it."""

from collections.abc import Iterator

from runcomfy_codegen.schema.patterns import matches, parse
from runcomfy_codegen.schema.patterns.syntax import (
    Alternatives,
    Group,
    Node,
    Property,
    Repeat,
    Set,
)

LONGEST = 1_000
CHARACTERS = "a0A_- ./:,;@#é\n"
REST = "z9Z-_ ./:,;@#é\n"
"""What to try where the pattern must not match the first ones."""
PRINTED = range(0x21, 0x20000)
"""Where to look for a character with a property."""


def from_pattern(pattern: str, repeats: int = 0) -> Iterator[str]:
    """Yield texts that should match; each repetition is made so often, if it may be."""
    parsed = parse(pattern)
    for characters in (CHARACTERS, REST):
        yield _Writer(repeats, characters).text(parsed)


class _Writer:
    """Writes what a parsed pattern stands for."""

    def __init__(self, repeats: int, characters: str) -> None:
        self.repeats, self.characters = repeats, characters

    def text(self, alternatives: Alternatives) -> str:
        """Return what the first of some alternatives stands for."""
        text = ""
        for node in alternatives.branches[0]:
            if len(text) >= LONGEST:
                break
            text += self._one(node)
        return text[:LONGEST]

    def _one(self, node: Node) -> str:
        match node:
            case Set():
                return self._character(node)
            case Group():
                return self.text(node.alternatives)
            case Repeat():
                most = LONGEST if node.most is None else min(node.most, LONGEST)
                return self._one(node.part) * min(most, max(node.least, self.repeats))
        return ""

    def _character(self, node: Set) -> str:
        """Return a character of a set: one of ours, else the first that there is."""
        for character in self.characters:
            if _is_in(character, node):
                return character
        for member in node.members:
            if not isinstance(member, Property) and not node.negated:
                return chr(member[0])
        return next((c for c in map(chr, PRINTED) if _is_in(c, node)), "")


def _is_in(character: str, node: Set) -> bool:
    """Whether a character is one of a set."""
    return any(_is_of(character, member) for member in node.members) != node.negated


def _is_of(character: str, member: tuple[int, int] | Property) -> bool:
    if isinstance(member, Property):
        letter = "P" if member.negated else "p"
        return matches(rf"^\{letter}{{{member.name}}}$", character)
    return member[0] <= ord(character) <= member[1]
