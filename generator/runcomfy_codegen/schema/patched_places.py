"""Tell which places a JSON Merge Patch sets, and what stood there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from runcomfy_codegen.ir import Json
from runcomfy_codegen.schema.pointer import escape, is_index, unescape


class Absent:
    """Stands for a value that is not there, since null is one."""

    def __repr__(self) -> str:
        return "nothing"


ABSENT: Final = Absent()


@dataclass(frozen=True, slots=True)
class Place:
    """One place that a patch sets."""

    pointer: str
    before: Json | Absent
    """What the target has there."""
    after: Json | Absent
    """What the patch leaves there."""


def patched_places(
    target: Json | Absent, patch: Json, pointer: str = ""
) -> Iterator[Place]:
    """Yield each place that a patch sets: the deepest that the target has, too."""
    if not isinstance(patch, Mapping) or not isinstance(target, Mapping):
        yield Place(pointer, target, patch)
    else:
        for key, value in patch.items():
            below = f"{pointer}/{escape(key)}"
            before = target.get(key, ABSENT)
            if value is None:
                yield Place(below, before, ABSENT)
            else:
                yield from patched_places(before, value, below)


def value_at(value: Json, pointer: str) -> Json | Absent:
    """Return what a pointer names in a JSON value, or that it is not there."""
    for part in pointer.split("/")[1:]:
        part = unescape(part)
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and is_index(part, value):
            value = value[int(part)]
        else:
            return ABSENT
    return value
