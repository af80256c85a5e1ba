"""The rows of the results, and how they are shown."""

from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One measured ratio."""

    what: str
    ours: float
    """CPU seconds, unless it says otherwise."""
    peer: str
    theirs: float
    bar: float | None
    """The most that the ratio may be; None where it is for information."""

    @property
    def ratio(self) -> float:
        """Ours by theirs."""
        return self.ours / self.theirs

    @property
    def is_missed(self) -> bool:
        """Whether the ratio is above its bar."""
        return self.bar is not None and self.ratio > self.bar


def as_markdown(rows: Sequence[Row], about: Sequence[str]) -> str:
    """Return the results as Markdown: what was measured, what missed its bar, all rows."""
    missed = [row for row in rows if row.is_missed]
    lines = ["# Benchmarks", "", *about, ""]
    lines += [f"Missed: {row.what} against {row.peer}." for row in missed] or [
        "Every bar is met."
    ]
    lines += [
        "",
        "| what | ours | against | theirs | ratio | bar |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
    ]
    for row in rows:
        bar = "" if row.bar is None else f"≤ {row.bar:g}"
        mark = " **missed**" if row.is_missed else ""
        lines.append(
            f"| {row.what} | {row.ours:.3f} | {row.peer} | {row.theirs:.3f} "
            f"| {row.ratio:.2f}{mark} | {bar} |"
        )
    return "\n".join(lines) + "\n"
