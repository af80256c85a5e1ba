"""Make a text that a regular expression matches, without ever running it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from runcomfy_codegen.schema.patterns import parsed

LONGEST = 1_000
CHARACTERS = "a0A_- ./:,;@#é\n"
OTHERS = "z9Z-_ ./:,;@#é\n"
"""What to try where the pattern must not match the first ones."""
CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda c: c.isalnum() or c == "_",
    "CATEGORY_NOT_DIGIT": lambda c: not c.isdecimal(),
    "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
    "CATEGORY_NOT_WORD": lambda c: not (c.isalnum() or c == "_"),
}
REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def from_pattern(pattern: str, repeats: int = 0) -> Iterator[str]:
    """Yield texts that should match; each repetition is made so often, if it may be.

    What is looked for ahead is tried at the start, and what must not be there is
    passed over, so a text may fail to match.
    """
    for characters in (CHARACTERS, OTHERS):
        writer = _Writer(repeats, characters)
        text = writer.text(parsed(pattern))
        yield text
        if ahead := "".join(writer.ahead):
            yield ahead + text[len(ahead) :]
            yield ahead + text


class _Writer:
    """Writes what a parsed pattern stands for."""

    def __init__(self, repeats: int, characters: str) -> None:
        self.repeats, self.characters = repeats, characters
        self.groups: dict[int, str] = {}
        self.ahead: list[str] = []

    def text(self, parsed: Iterable[Any]) -> str:
        text = ""
        for op, value in parsed:
            if len(text) >= LONGEST:
                break
            text += self._one(str(op), value)
        return text[:LONGEST]

    def _one(self, op: str, value: Any) -> str:
        if op == "LITERAL":
            return chr(value)
        if op == "NOT_LITERAL":
            return self._first(lambda c: ord(c) != value)
        if op == "ANY":
            return self.characters[0]
        if op == "IN":
            return self._first(lambda c: _is_in(c, value)) or _least(value)
        if op in REPEATS:
            least, most, inner = value
            count = min(int(most), max(int(least), self.repeats), LONGEST)
            return self.text(inner) * count
        if op == "SUBPATTERN":
            text = self.text(value[-1])
            self.groups[value[0]] = text
            return text
        if op == "BRANCH":
            return self.text(value[1][0])
        if op == "GROUPREF":
            return self.groups.get(value, "")
        if op == "ASSERT" and value[0] > 0:
            self.ahead.append(self.text(value[1]))
        return self.text(value) if op == "ATOMIC_GROUP" else ""

    def _first(self, fits: Callable[[str], bool]) -> str:
        return next(filter(fits, self.characters), "")


def _is_in(character: str, members: Iterable[Any]) -> bool:
    negated, found = False, False
    for op, value in members:
        match str(op):
            case "NEGATE":
                negated = True
            case "LITERAL":
                found = found or ord(character) == value
            case "RANGE":
                found = found or value[0] <= ord(character) <= value[1]
            case "CATEGORY":
                found = found or CATEGORIES[str(value)](character)
    return found != negated


def _least(members: Iterable[Any]) -> str:
    """Return a character that a set names, if none of ours is in it."""
    for op, value in members:
        if str(op) in ("LITERAL", "RANGE"):
            return chr(value if str(op) == "LITERAL" else value[0])
    return ""
