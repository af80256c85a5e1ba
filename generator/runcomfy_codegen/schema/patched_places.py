"""Tell which places a JSON Merge Patch sets, and what stood there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from runcomfy_codegen.ir import Json
from runcomfy_codegen.schema.pointer import ABSENT, Absent, escape


@dataclass(frozen=True, slots=True)
class Place:
    """One place that a patch sets."""

    pointer: str
    before: Json | Absent
    """What the target has there."""
    after: Json | Absent
    """What the patch leaves there."""


def patched_places(
    target: Json | Absent, patch: Json | Absent, pointer: str = ""
) -> Iterator[Place]:
    """Yield each place that a patch sets: the deepest that the target has, too."""
    match target, patch:
        case Mapping(), Mapping():
            for key, value in patch.items():
                before = target.get(key, ABSENT)
                after = ABSENT if value is None else value
                below = f"{pointer}/{escape(key)}"
                yield from patched_places(before, after, below)
        case _:
            yield Place(pointer, target, patch)
