"""What a tool answers: text, the same as structured content, links and thumbnails."""

from __future__ import annotations

import io
import mimetypes
from base64 import b64encode
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import mcp_types as types

from .words import as_json, plain

THUMBNAIL = 256
"""Pixels of the longer side."""
LARGEST_PLAIN = 100_000
"""Bytes of a picture that is sent as it is, where nothing can make it smaller."""
MOST_THUMBNAILS = 4


def answer(
    value: dict[str, Any], extra: Iterable[types.ContentBlock] = ()
) -> types.CallToolResult:
    """Return what a tool found."""
    text = types.TextContent(type="text", text=as_json(value))
    return types.CallToolResult(content=[text, *extra], structured_content=value)


def refusal(message: str, **more: Any) -> types.CallToolResult:
    """Return what went wrong, for a model to act on."""
    value = {"error": plain(message, 2000), **more}
    text = types.TextContent(type="text", text=as_json(value))
    return types.CallToolResult(content=[text], structured_content=value, is_error=True)


def links(media: Iterable[str]) -> list[types.ContentBlock]:
    """Return a link for each medium that a job made."""
    found: list[types.ContentBlock] = []
    for url in media:
        if url[:5].lower() == "data:":
            continue
        name = plain(urlsplit(url).path.rpartition("/")[2] or "medium", 80)
        kind = mimetypes.guess_type(name)[0]
        found.append(
            types.ResourceLink(type="resource_link", uri=url, name=name, mime_type=kind)
        )
    return found


def thumbnails(paths: Iterable[Path]) -> list[types.ContentBlock]:
    """Return the pictures among some files, made small; what cannot be is left out."""
    found: list[types.ContentBlock] = []
    for path in paths:
        kind = mimetypes.guess_type(path.name)[0] or ""
        if kind.startswith("image/") and len(found) < MOST_THUMBNAILS:
            picture = _small(path, kind)
            if picture is not None:
                found.append(picture)
    return found


def _small(path: Path, kind: str) -> types.ImageContent | None:
    try:
        pictures: Any = import_module("PIL.Image")
    except ImportError:
        data = path.read_bytes()
        return _image(data, kind) if len(data) <= LARGEST_PLAIN else None
    try:
        with pictures.open(path) as picture:
            picture.thumbnail((THUMBNAIL, THUMBNAIL))
            made = io.BytesIO()
            picture.convert("RGB").save(made, "JPEG", quality=80)
    except (OSError, ValueError, SyntaxError, pictures.DecompressionBombError):
        return None
    return _image(made.getvalue(), "image/jpeg")


def _image(data: bytes, kind: str) -> types.ImageContent:
    return types.ImageContent(
        type="image", data=b64encode(data).decode(), mime_type=kind
    )
