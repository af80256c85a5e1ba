"""The rows of the results, and how they are shown."""

from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """One measured ratio."""

    what: str
    ours: float
    """CPU seconds, or MB."""
    peer: str
    theirs: float
    bar: float | None
    """The most that the ratio may be; None where it is for information."""

    @property
    def ratio(self) -> float:
        """Ours by theirs."""
        return self.ours / self.theirs


def as_markdown(rows: Iterable[Row], machine: str, count: int) -> str:
    """Return the results as Markdown."""
    lines = [
        "# Benchmarks",
        "",
        f"CPU time and medians, {count} models, in one run on one machine: {machine}.",
        "Only ratios within a run mean anything.",
        "",
        "| what | ours | against | theirs | ratio | bar |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
    ]
    for row in rows:
        bar = "" if row.bar is None else f"≤ {row.bar:g}"
        mark = "" if row.bar is None or row.ratio <= row.bar else " **missed**"
        lines.append(
            f"| {row.what} | {row.ours:.3f} | {row.peer} | {row.theirs:.3f} "
            f"| {row.ratio:.2f}{mark} | {bar} |"
        )
    return "\n".join(lines) + "\n"
