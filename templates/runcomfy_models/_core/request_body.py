"""A request body as it leaves: JSON, with files in it that are read only then.

As a text of the JSON, a file would cost four times its size in copies, and so much again for
each job in flight. So it is no part of the text: a small one, which may be in many inputs, is
encoded once (see `outbox`), a larger one is read, encoded and sent in pieces. The size of
either, and so the body's, is known before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from ..errors import ConfigurationError, FileTooLargeError

if TYPE_CHECKING:
    from .._media.media_file import MediaFile

MAX_BODY = 64 * 1024**2
"""Bytes of the largest request."""
PIECE = 192 * 1024
"""Bytes of a file that are encoded at a time; a multiple of three."""


class InlineFile:
    """A file in the place of a text, whose `data:` URI is made while it is sent."""

    def __init__(self, file: MediaFile, encoded: bytes | None = None) -> None:
        self.file = file
        self.encoded = encoded
        self.mark = f"file-{os.urandom(16).hex()}"
        self.start = f"data:{file.content_type};base64,".encode()

    def __len__(self) -> int:
        return len(self.start) + (self.file.size + 2) // 3 * 4

    def __iter__(self) -> Iterator[bytes]:
        """Yield its URI in pieces."""
        from base64 import b64encode

        yield self.start
        if self.encoded is not None:
            yield self.encoded
            return
        left = self.file.size
        with self.file.open() as reader:
            while piece := reader.read(PIECE):
                left -= len(piece)
                yield b64encode(piece)
        if left:
            raise OSError(f"{self.file.name} changed while it was sent")


class FileBody:
    """A body with files in it. It can be sent again: each iteration reads them anew."""

    def __init__(self, parts: list[bytes | InlineFile]) -> None:
        self._parts = parts
        self._size = sum(map(len, parts))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        """Yield the bytes to send."""
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                yield from part


Encoded: TypeAlias = bytes | FileBody


def encode(model_id: str, body: dict[str, Any]) -> Encoded:
    """Return a request body as JSON. FileTooLargeError if the service takes no such one."""
    import json

    files: list[InlineFile] = []

    def marked(value: object) -> str:
        if not isinstance(value, InlineFile):
            raise TypeError(f"a {type(value).__name__} is not JSON")
        files.append(value)
        return value.mark

    try:
        text = json.dumps(
            body,
            ensure_ascii=False,
            allow_nan=False,
            separators=(",", ":"),
            default=marked,
        )
        whole = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"The input of {model_id} cannot be sent as JSON: {error}."
        ) from None
    encoded = _with_files(whole, files) if files else whole
    _check_size(model_id, len(encoded))
    return encoded


def _with_files(text: bytes, files: list[InlineFile]) -> FileBody:
    """Return a body with each file in the place of its mark."""
    parts: list[bytes | InlineFile] = []
    rest = text
    for file in files:
        before, _, rest = rest.partition(file.mark.encode())
        parts += [before, file]
    return FileBody([*parts, rest])


def _check_size(model_id: str, size: int) -> None:
    """Raise FileTooLargeError for a body that is larger than the service takes."""
    if size > MAX_BODY:
        from .._media.rules import WAY_OUT

        raise FileTooLargeError(
            f"{model_id}: the request has {size / 1024**2:.1f} MiB, and may have "
            f"64 MiB, the files in it as data: URIs. {WAY_OUT}"
        )
