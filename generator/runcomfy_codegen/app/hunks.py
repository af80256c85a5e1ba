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
    title = f"{path} (generated)"
    shown = [*unified_diff(before, after, path, title, lineterm="")]
    yield from map(_shortened, shown[:MOST_LINES])
    if len(shown) > MOST_LINES:
        yield f"… and more lines of {path}"


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"


def _lines(content: bytes) -> list[str] | None:
    """Return the lines of a text; None if it is not one, or has too many."""
    is_text = b"\0" not in content
    if not is_text or len(content) > MAX_BYTES:
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    lines = text.split("\n")
    return lines if len(lines) <= MAX_LINES else None
