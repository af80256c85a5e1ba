"""A file that is given in the place of a URL: opened, read, and told what it is."""

from __future__ import annotations

import base64
import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import InvalidFileError
from .data_uris import decode_data_uri
from .pictures import BrokenPictureError, as_png, measure
from .signatures import HEAD, TOLD_BY_START, FileType, file_type

if TYPE_CHECKING:
    from collections.abc import Hashable

LARGEST = 2 * 1024**3
"""Bytes of the largest file that is read: beyond it something is surely amiss."""
LARGEST_STREAM = 256 * 1024**2
"""The same of what is read as a whole, because it has no path."""
CHUNK = 1024 * 1024


@dataclass(frozen=True, eq=False)
class MediaFile:
    """A file that is sent: what an uploader gets."""

    name: str
    """What it is called, for people; made safe for paths and URLs."""
    kind: str
    """`image`, `video` or `audio`."""
    content_type: str
    """E.g. `image/png`, by its content."""
    suffix: str
    """How a file of its type ends, e.g. `.png`."""
    size: int
    """In bytes."""
    sha256: str
    """Of its content, in hexadecimal digits."""
    pixels: tuple[int, int] | None = None
    """A picture's width and height as it is shown, where Pillow can tell them."""
    path: Path | None = None
    """Where it is, if it was given as a path."""
    content: bytes | None = None
    """What it holds, if it was not."""

    def open(self) -> BinaryIO:
        """Return a new reader of its content, to be closed."""
        if self.content is not None:
            return io.BytesIO(self.content)
        assert self.path is not None
        return open(self.path, "rb")

    def read(self) -> bytes:
        """Return its content."""
        if self.content is not None:
            return self.content
        with self.open() as file:
            return file.read()

    def data_uri(self) -> str:
        """Return its content as a `data:` URI."""
        encoded = base64.b64encode(self.read()).decode("ascii")
        return f"data:{self.content_type};base64,{encoded}"

    def __repr__(self) -> str:
        return f"MediaFile({self.name!r}, {self.content_type}, {self.size} bytes)"


@dataclass(frozen=True)
class Given:
    """A file as it was given, opened but not read."""

    name: str
    path: Path | None = None
    content: bytes | None = None
    key: Hashable = None
    """What tells whether it is still the same, if that can be told without reading."""
    declared: str = ""
    """What a `data:` URI says that it is."""


def look_at(source: Any, where: str) -> Given:
    """Return what a source is; InvalidFileError, which names the field, if it is no file.

    A path is looked at alone; what else there is, is read.
    """
    if isinstance(source, str):
        return _look_at_data_uri(source, where)
    if isinstance(source, os.PathLike):
        return _look_at_path(Path(os.fsdecode(source)).expanduser(), where)
    if isinstance(source, bytes | bytearray | memoryview):
        return Given("bytes", content=bytes(source))
    if hasattr(source, "read"):
        return _look_at_open_file(source, where)
    try:
        return Given(_name_of(source, "picture.png"), content=as_png(source))
    except Exception as error:  # Pillow's savers raise what they like
        raise _fault(
            where, "the picture", f"cannot be written as PNG: {error}"
        ) from error


def _look_at_data_uri(uri: str, where: str) -> Given:
    """Return what a `data:` URI holds."""
    try:
        content, content_type = decode_data_uri(uri, LARGEST_STREAM)
    except ValueError as error:
        raise _fault(where, f"{uri[:40]}…", str(error)) from None
    return Given("data", content=content, declared=content_type)


def _look_at_path(path: Path, where: str) -> Given:
    """Return a file by its path; a folder, a pipe and a device are no files."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        place = "" if path.is_absolute() else f" (looked for in {Path.cwd()})"
        raise _fault(where, path, f"cannot be read: {reason}{place}") from error
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe or a device"
        raise _fault(where, path, f"is {kind}, not a file")
    key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    return Given(path.name, path=path, key=key)


def _look_at_open_file(file: Any, where: str) -> Given:
    """Return what an open file holds, from its start if it can be wound back."""
    name = _name_of(file, "file")
    try:
        is_seekable = file.seekable() if hasattr(file, "seekable") else False
        before = file.tell() if is_seekable else 0
        if is_seekable:
            file.seek(0)
        content = file.read(LARGEST_STREAM + 1)
        if is_seekable:
            file.seek(before)
    except Exception as error:  # whatever the caller's object raises
        raise _fault(where, name, f"cannot be read: {error}") from error
    if not isinstance(content, bytes):
        raise _fault(where, name, "is not open in binary mode: open(…, 'rb')")
    if len(content) > LARGEST_STREAM:
        raise _fault(where, name, "holds more than 256 MiB: give its path instead")
    if not content and not is_seekable:
        raise _fault(where, name, "is at its end: it was read before, or is empty")
    return Given(name, content=content)


def examine(given: Given, where: str) -> MediaFile:
    """Return a file with all that its content says. Reads it once, in pieces.

    Raises InvalidFileError for one that is empty, unreadable or a broken picture.
    """
    from hashlib import sha256

    digest, size, head = sha256(), 0, b""
    pixels, found = None, _declared(given)
    try:
        with _open(given) as file:
            while chunk := file.read(CHUNK):
                head = head or chunk[:HEAD]
                digest.update(chunk)
                size += len(chunk)
            _check_size(size, given, where)
            found = file_type(head) or found
            if found.kind == "image":
                file.seek(0)
                pixels = measure(file, found.suffix)
    except BrokenPictureError as error:
        said = f"is broken: it begins as {found.content_type}, but {error}"
        raise _fault(where, given.path or given.name, said) from None
    except OSError as error:
        said = f"cannot be read: {error.strerror or error}"
        raise _fault(where, given.path or given.name, said) from error
    return MediaFile(
        name=given.name,
        kind=found.kind,
        content_type=found.content_type,
        suffix=found.suffix,
        size=size,
        sha256=digest.hexdigest(),
        pixels=pixels,
        path=given.path,
        content=given.content,
    )


def _declared(given: Given) -> FileType:
    """Return what something unknown is called, if it says so itself."""
    content_type = given.declared.lower()
    if not content_type or content_type in TOLD_BY_START:
        content_type = "application/octet-stream"
    return FileType(content_type.partition("/")[0], content_type, "")


def _open(given: Given) -> BinaryIO:
    if given.path is not None:
        return open(given.path, "rb")
    return io.BytesIO(given.content or b"")


def _check_size(size: int, given: Given, where: str) -> None:
    if not size:
        raise _fault(where, given.path or given.name, "is empty (0 bytes)")
    if size > LARGEST:
        raise _fault(where, given.path or given.name, "is larger than 2 GiB")


def _name_of(source: Any, otherwise: str) -> str:
    """Return what an open file or a picture is called, without its folders."""
    name = getattr(source, "name", None) or getattr(source, "filename", None)
    return Path(name).name if isinstance(name, str) and name else otherwise


def _fault(where: str, name: object, said: str) -> InvalidFileError:
    return InvalidFileError(f"{where}: {str(name)!r} {said}.")
