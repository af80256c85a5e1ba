"""Pieces of HTML for notebooks: pictures, players and tables. All of it is escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit

ENDINGS = {
    "video": (".mp4", ".webm", ".mov", ".mkv", ".m4v", ".ogv"),
    "audio": (".mp3", ".wav", ".flac", ".ogg", ".opus", ".m4a", ".aac"),
}
STYLE = "max-width: 320px; max-height: 320px; margin: 4px; vertical-align: top"
LONGEST_TEXT = 200


def result_html(request_id: str, cost: object, media: list[str]) -> str:
    """Return a result: its media, its cost and its request_id."""
    shown = "".join(map(_medium, media)) or "<em>no media</em>"
    price = "" if cost is None else f" · ${escape(str(cost))}"
    return f"<div>{shown}<div><code>{escape(request_id)}</code>{price}</div></div>"


def job_html(kind: str, request_id: str) -> str:
    """Return a job. It is not asked for its state."""
    return f"<div>{escape(kind)} <code>{escape(request_id)}</code></div>"


def input_html(model_id: str, fields: Iterable[tuple[str, Any]]) -> str:
    """Return an input: its model, and what was set."""
    rows = []
    for name, value in fields:
        head = f"<th style='text-align: left'>{escape(name)}</th>"
        rows.append(f"<tr>{head}<td>{_value(value)}</td></tr>")
    return (
        f"<div><strong>{escape(model_id)}</strong><table>{''.join(rows)}</table></div>"
    )


def text_html(text: str) -> str:
    """Return a text, cut if it is long."""
    return f"<div><code>{escape(_cut(text))}</code></div>"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(_value, value))
    if isinstance(value, str) and _scheme(value) in ("http", "https", "data"):
        return _medium(value)
    return f"<code>{escape(_cut(str(value) if isinstance(value, str) else repr(value)))}</code>"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"


def _medium(url: str) -> str:
    """Return a picture or a player; only of URLs that a page may fetch."""
    scheme = _scheme(url)
    if scheme not in ("http", "https", "data"):
        return f"<code>{escape(_cut(url))}</code>"
    quoted = escape(url, quote=True)
    kind = _kind(url, scheme)
    if kind == "image":
        said = (
            "" if scheme == "data" else f"The image at {escape(_cut(url), quote=True)}"
        )
        return f'<img src="{quoted}" alt="{said}" style="{STYLE}">'
    return (
        f'<{kind} src="{quoted}" controls preload="metadata" style="{STYLE}"></{kind}>'
    )


def _scheme(url: str) -> str:
    try:
        return urlsplit(url[:100]).scheme.lower()
    except ValueError:
        return ""


def _kind(url: str, scheme: str) -> str:
    """Return which medium a URL is of, by its type or how its path ends; else a picture."""
    if scheme == "data":
        named = url[5:].partition("/")[0].lower()
        return named if named in ENDINGS else "image"
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        return "image"
    for kind, endings in ENDINGS.items():
        if path.endswith(endings):
            return kind
    return "image"
