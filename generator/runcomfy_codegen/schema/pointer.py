"""Write and read JSON pointers (RFC 6901)."""

from collections.abc import Iterable, Sequence

from runcomfy_codegen.ir import Json


def escape(part: str) -> str:
    """Escape one part of a pointer."""
    return part.replace("~", "~0").replace("/", "~1")


def unescape(part: str) -> str:
    """Return what an escaped part of a pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def is_index(part: str, items: Sequence[Json]) -> bool:
    """Whether a part of a pointer is the index of one of some items."""
    is_short = len(part) <= len(str(len(items)))  # Python reads no number of any length
    return part.isdecimal() and is_short and int(part) < len(items)


def pointer_to(path: Iterable[str | int]) -> str:
    """Return the pointer that leads along a path."""
    return "".join(f"/{escape(str(part))}" for part in path)
