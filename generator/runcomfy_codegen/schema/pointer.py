"""Write, read and follow JSON pointers (RFC 6901)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from runcomfy_codegen.ir import Json


class Absent:
    """Stands for a value that is not there, since null is one."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Absent()


def escape(part: str) -> str:
    """Escape one part of a pointer."""
    return part.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """Return what an escaped part of a pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def pointer_to(path: Iterable[str | int]) -> str:
    """Return the pointer that leads along a path."""
    return "".join(f"/{escape(str(part))}" for part in path)


def parts_of(pointer: str) -> list[str]:
    """Return the keys and indices that a pointer leads along."""
    return list(map(unescape, pointer.split("/")[1:]))


def value_at(value: Json, pointer: str) -> Json | Absent:
    """Return what a pointer names in a JSON value, or that it is not there."""
    for part in parts_of(pointer):
        value = child_at(value, part)
    return value


def child_at(value: Json | Absent, part: str) -> Json | Absent:
    """Return what a JSON value holds at one part of a pointer."""
    match value:
        case Mapping() if part in value:
            return value[part]
        case list() if _is_index(part, value):
            return value[int(part)]
        case _:
            return ABSENT


def _is_index(part: str, items: Sequence[Json]) -> bool:
    """Whether a part of a pointer is the index of one of some items."""
    is_short = len(part) <= len(str(len(items)))  # Python reads no number of any length
    return part.isdecimal() and is_short and int(part) < len(items)
