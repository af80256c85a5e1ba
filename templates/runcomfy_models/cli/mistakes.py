"""What is wrong with what was typed, as an exception: every mistake, on a line each."""

from collections.abc import Iterable


class MistakesError(Exception):
    """Something typed is wrong; nothing was sent."""

    def __init__(self, lines: Iterable[str], code: int | None = None) -> None:
        self.lines = list(dict.fromkeys(lines))
        self.code = code
        super().__init__("\n".join(self.lines))
