"""Read and write `listed.txt`: the models that the catalogue has listed, one a line.

What is stored and never was listed was added by hand, and no sync takes it away. Lines
are sorted when they are written; a merge that keeps those of both sides is right.
"""

from collections.abc import Collection, Iterable
from pathlib import Path

LISTED_NAME = "listed.txt"
HEAD = "# The models that the catalogue has listed. `sync` writes this, and retires no other.\n"


def read_listed(schemas: Path) -> frozenset[str] | None:
    """Return the models that were ever listed; None if that was not written down."""
    try:
        text = (schemas / LISTED_NAME).read_text("utf-8", "replace")
    except FileNotFoundError:
        return None
    lines = (line.strip() for line in text.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def dump_listed(models: Iterable[str]) -> bytes:
    """Return the content of the file."""
    lines = "".join(f"{model_id}\n" for model_id in sorted(set(models)))
    return f"{HEAD}{lines}".encode()


def is_of_the_catalogue(entry: Collection[str]) -> bool:
    """Whether an entry has what only the catalogue says of a model, and no page."""
    return any(key in entry for key in ("kind", "categories", "base_price_usd"))
