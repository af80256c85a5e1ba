"""How large a picture of the HEIF family (HEIC, AVIF) is, by its boxes. Pure.

Pillow reads HEIC only with a plugin. The size stands in plain sight: the box `meta` names
the primary item (`pitm`), and which properties (`ipco`) it has (`ipma`); among these are
its width and height (`ispe`), and by how many quarters it is turned (`irot`). A picture
of many tiles is an item of its own, so this is never the size of a tile or a thumbnail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

HEAD = 1024 * 1024
"""How many of a file's first bytes have these boxes, in any sane file."""


class _Box(NamedTuple):
    """A box, and where its content is."""

    kind: bytes
    start: int
    end: int


def heif_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height that a picture is shown with; None if they are not told.

    `data` is the beginning of a file.
    """
    try:
        return _primary_size(data)
    except (LookupError, ValueError):
        return None


def _primary_size(data: bytes) -> tuple[int, int] | None:
    """Return the size of the primary item. LookupError for boxes that are not there."""
    meta = _child(data, _Box(b"", 0, len(data)), b"meta", skip=4)
    properties = _child(data, meta, b"iprp")
    kept = list(_boxes(data, _child(data, properties, b"ipco")))
    item = _primary_item(data, _child(data, meta, b"pitm"))
    own = _properties_of(data, _child(data, properties, b"ipma"), item)
    width = height = 0
    is_sideways = False
    for number in own:
        box = kept[number - 1]
        if box.kind == b"ispe":
            width, height = (_number(data, box.start + at, 4) for at in (4, 8))
        elif box.kind == b"irot":
            is_sideways = _number(data, box.start, 1) % 2 == 1
    if not width or not height:
        return None
    return (height, width) if is_sideways else (width, height)


def _boxes(data: bytes, within: _Box) -> Iterator[_Box]:
    """Yield the boxes in a box, up to the first that is none."""
    at = within.start
    while at + 8 <= within.end:
        size, kind, start = _number(data, at, 4), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, start = _number(data, start, 8), start + 8
        elif size == 0:
            size = within.end - at
        if size < start - at:
            return
        yield _Box(kind, start, min(at + size, within.end))
        at += size


def _child(data: bytes, within: _Box, kind: bytes, skip: int = 0) -> _Box:
    """Return the first box of a kind, without the first bytes of its content."""
    for box in _boxes(data, within):
        if box.kind == kind:
            return box._replace(start=box.start + skip)
    raise LookupError(kind)


def _primary_item(data: bytes, box: _Box) -> int:
    version = _number(data, box.start, 1)
    return _number(data, box.start + 4, 4 if version else 2)


def _properties_of(data: bytes, box: _Box, wanted: int) -> list[int]:
    """Return the numbers, from 1, of an item's properties."""
    id_size = 4 if _number(data, box.start, 1) else 2
    number_size = 2 if _number(data, box.start + 3, 1) & 1 else 1
    is_essential = 1 << (8 * number_size - 1)
    at = box.start + 8
    for _ in range(_number(data, box.start + 4, 4)):
        item, count = _number(data, at, id_size), _number(data, at + id_size, 1)
        at += id_size + 1
        numbers = [
            _number(data, at + n * number_size, number_size) for n in range(count)
        ]
        if item == wanted:
            return [number & ~is_essential for number in numbers]
        at += count * number_size
    raise LookupError(wanted)


def _number(data: bytes, at: int, size: int) -> int:
    """Return a number. LookupError beyond the end."""
    if at + size > len(data):
        raise LookupError(at)
    return int.from_bytes(data[at : at + size], "big")
