"""Say by line how a file differs from what would be generated. Pure, and bounded."""

from collections.abc import Iterator
from difflib import unified_diff

MOST_LINES = 60
"""Of one file, how many are shown."""
LONGEST_LINE = 200
MAX_BYTES, MAX_LINES = 2 * 2**20, 20_000
"""Of what is compared: beyond that it takes too long."""


def hunks(path: str, present: bytes | None, wanted: bytes | None) -> Iterator[str]:
    """Yield a unified difference, from what is there to what would be generated.

    The lines are as they stand in the files, and to be escaped. Nothing is said of a
    file that would not be generated.
    """
    if wanted is None:
        return
    before, after = _lines(present or b""), _lines(wanted)
    if before is None or after is None:
        yield f"{path}: not text, or too large to be compared by line"
        return
    shown = unified_diff(before, after, path, f"{path} (generated)", lineterm="")
    for number, line in enumerate(shown):
        if number >= MOST_LINES:
            yield f"… and more lines of {path}"
            return
        yield line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"


def _lines(content: bytes) -> list[str] | None:
    """Return the lines of a text; None if it is not one, or has too many."""
    if len(content) > MAX_BYTES or b"\0" in content:
        return None
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return None
    return lines if len(lines) <= MAX_LINES else None
