"""What a case is: a value of a field, the rule that it tries, and which side it is on."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypeAlias

from runcomfy_codegen.ir import Json

LONGEST, LONGEST_TEXT = 100_000, 1_000_000
"""Items, and characters, of what is tried: beyond them a limit is not."""
MOST_WRITTEN = 100
"""Items that differ, or stand beside one that does, are all written: no more of them."""
ANY_LETTER, ANY_TEXT = "漢", 'Aa 1é漢!\n"\\'
"""What no pattern that nobody wrote would match."""
CHARACTERS_OF_A_VALUE = 10
"""As many characters are as much to write as one value."""


class CaseKind(Enum):
    """What sort of rule a value tries."""

    LISTED = "a value that the schema lists"
    STRANGER = "a value that it does not list"
    TYPE = "a value of a type without limits"
    BOUND = "a number beside a bound, or between bounds"
    LENGTH = "a text as long as it may be, or longer"
    MEDIUM = "the URL of a medium, or a text that is none"
    PATTERN = "a text that a pattern matches, or not"
    COUNT = "as many items or fields as there may be, or more"
    SHAPE = "a field that is missing, unknown or of another type"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A value repeated, which is written as `value * count`."""

    value: Json
    count: int

    def whole(self) -> Json:
        """Return what it stands for."""
        return self.value * self.count


Value: TypeAlias = Json | Repeat


class Trial(NamedTuple):
    """A value that a rule gives, and whether the rule takes it."""

    kind: CaseKind
    rule: str
    value: Value
    accepted: bool

    def inside(self, place: str, value: Value) -> "Trial":
        """Return the same rule tried inside a greater value."""
        return self._replace(rule=f"{place}, {self.rule}", value=value)


Trials: TypeAlias = Iterator[Trial]


@dataclass(frozen=True, slots=True)
class Case:
    """One change to the example, and the rule that it tries."""

    kind: CaseKind
    rule: str
    """In words, the field's name before them."""
    field: str
    value: Value
    accepted: bool


def weight(value: Value) -> int:
    """Return how much a value is to write, and to check: values, and characters by tens."""
    match value:
        case Repeat():
            return weight(value.value)
        case str():
            return 1 + len(value) // CHARACTERS_OF_A_VALUE
        case dict():
            return 1 + sum(map(weight, value)) + sum(map(weight, value.values()))
        case list():
            return 1 + sum(map(weight, value))
    return 1


def whole(value: Value) -> Json:
    """Return a value with each repetition in it made."""
    match value:
        case Repeat():
            return value.whole()
        case list():
            return [whole(item) for item in value]
        case dict():
            return {key: whole(item) for key, item in value.items()}
    return value


def is_repeated(value: Value) -> bool:
    """Whether a value has a repetition in it that has to be written."""
    match value:
        case Repeat():
            return value.count > 1
        case list():
            return any(map(is_repeated, value))
        case dict():
            return any(map(is_repeated, value.values()))
    return False
