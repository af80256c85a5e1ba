"""What a notebook shows of many results, jobs or inputs at once: `show(results)`.

One by one they show themselves. All of it is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from .._html import text_html

__all__ = ["Shown", "show"]


class Shown:
    """Something that a notebook shows as HTML."""

    def __init__(self, html: str) -> None:
        self.html = html

    def _repr_html_(self) -> str:
        return self.html


def show(shown: Iterable[Any]) -> Shown:
    """Return many results, jobs or inputs to be shown together.

    The outcomes of `run_many`, pairs of an index and a result or an error, do too.
    """
    return Shown("".join(map(_html, shown)))


def _html(shown: Any) -> str:
    if isinstance(shown, tuple) and len(shown) == 2:
        return f"<div>{escape(str(shown[0]))}: {_html(shown[1])}</div>"
    as_html = getattr(shown, "_repr_html_", None)
    if as_html is not None:
        return str(as_html())
    return text_html(repr(shown))
