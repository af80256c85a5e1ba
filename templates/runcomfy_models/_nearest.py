"""What a misspelt name was most likely meant to be. Imports nothing before it is asked."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["nearest", "suggestion"]


def nearest(word: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return the names that a word was most likely meant to be, the likeliest first."""
    from difflib import get_close_matches

    lowered: dict[str, str] = {}
    for name in known:
        lowered.setdefault(name.casefold(), name)
    wanted = word.casefold()
    close = get_close_matches(wanted, lowered, count, 0.6)
    for name in lowered:
        if wanted and wanted in name and name not in close and len(close) < count:
            close.append(name)
    return [lowered[name] for name in close]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'a' or 'b'?`, or nothing where no name is near."""
    names = " or ".join(map(repr, nearest(word, known)))
    return f"; did you mean {names}?" if names else ""
