"""Text that is being read, and where in its file each character stands."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Self

from runcomfy_codegen.errors import SourceError

_REFERENCE = re.compile(r"&(?:#[xX]?[0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);?")


@dataclass(frozen=True)
class SourceText:
    """A text, and the file that it was taken from.

    For HTML, `text` is what a reader sees, put together from pieces of `raw`:
    `starts[i]` in `text` came from `origins[i]` in `raw`, unescaped.
    """

    text: str
    origin: str
    raw: str
    starts: tuple[int, ...] = ()
    origins: tuple[int, ...] = ()

    @classmethod
    def of(cls, text: str, origin: str) -> Self:
        """Take a file's text as it is. Raises SourceError if no model can be in it."""
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        source = cls(text, origin, text)
        if not text.replace("\0", "").strip():
            fix = "save a model's API page or a catalogue entry in it"
            raise SourceError(origin, "empty", fix)
        try:
            text.encode()
        except UnicodeEncodeError as error:
            what = "half of a surrogate pair, which is not a character"
            raise source.error(error.start, what, "save the file as UTF-8") from error
        return source

    def position(self, offset: int) -> tuple[int, int]:
        """Locate an offset of `text` in the file: line and column, from 1."""
        if self.starts:
            piece = bisect_right(self.starts, offset) - 1
            start = self.origins[max(piece, 0)]
            offset = _advance(self.raw, start, offset - self.starts[max(piece, 0)])
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(newline.end() for newline in re.finditer("\n", self.raw))]

    def error(
        self, offset: int, what: str, fix: str, index: int | None = None
    ) -> SourceError:
        """Make the error that stands at an offset, in one entry of a list or alone."""
        line, column = self.position(offset)
        entry = "" if index is None else f"[{index}]"
        return SourceError(f"{self.origin}{entry}:{line}:{column}", what, fix)


def _advance(raw: str, start: int, count: int) -> int:
    """Find where `count` unescaped characters after `start` of escaped `raw` end."""
    for reference in _REFERENCE.finditer(raw, start):
        before = reference.start() - start
        if count <= before:
            break
        count -= before + len(unescape(reference[0]))
        start = reference.end()
        if count <= 0:
            return start if count == 0 else reference.start()
    return start + count
