"""Files where there is no client to send them: in JSON, and in records of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .given import is_file
from .media_file import MediaFile, examine, look_at


def data_uri(source: object) -> str:
    """Return a file as a `data:` URI. Raises InvalidFileError."""
    return examine(look_at(source, "the input"), "the input").data_uri()


def with_data_uris(value: Any) -> Any:
    """Return a body with each file in it as a `data:` URI. Raises InvalidFileError."""
    return _replaced(value, MediaFile.data_uri)


def described(value: Any) -> Any:
    """Return a body with each file in it as its name, type, size and SHA-256.

    Raises InvalidFileError.
    """
    return _replaced(value, description)


def description(file: MediaFile) -> dict[str, Any]:
    """Return what a record says of a file: its name, type, size and SHA-256."""
    return {
        "file": str(file.path or file.name),
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
    }


def _replaced(value: Any, make: Callable[[MediaFile], Any]) -> Any:
    """Return a value with what is made of each file in its place."""
    if isinstance(value, dict):
        return {key: _replaced(inner, make) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(inner, make) for inner in value]
    if is_file(value):
        return make(examine(look_at(value, "the input"), "the input"))
    return value
