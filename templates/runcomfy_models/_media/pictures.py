"""Pictures: their size in pixels, whether they are whole, and those of Pillow as PNG.

Pillow does nearly all of it (extra `files`). Without it a picture is sent as it is.
"""

from __future__ import annotations

import io
import warnings
from typing import Any, BinaryIO

from .heif import HEAD, heif_size

READABLE = (".png", ".jpg", ".gif", ".webp", ".bmp", ".tif")
"""What every Pillow reads; of other pictures nothing is said if it does not."""
HEIF = (".heic", ".avif")
"""What tells its size without Pillow."""
PNG_MODES = ("1", "L", "LA", "I", "I;16", "P", "RGB", "RGBA")
SIDEWAYS = (5, 6, 7, 8)
"""The EXIF orientations that turn a picture by a quarter."""
MOST_DECODED = 128 * 1000 * 1000
"""Pixels of a picture that is still decoded to see whether it is whole."""


class BrokenPictureError(Exception):
    """A file that begins as a picture and is not one."""


def measure(file: BinaryIO, suffix: str) -> tuple[int, int] | None:
    """Return the width and height that a picture is shown with; None if unknown.

    Raises BrokenPictureError for one that cannot be decoded to its end.
    """
    size = _decoded_size(file, suffix)
    if size is None and suffix in HEIF:
        file.seek(0)
        size = heif_size(file.read(HEAD))
    return size


def _decoded_size(file: BinaryIO, suffix: str) -> tuple[int, int] | None:
    """Return the size that Pillow tells; None where it does not know such pictures."""
    pillow = _pillow()
    if pillow is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # of sizes, which are checked by the field's rules
        try:
            with pillow.open(file) as picture:
                return _shown_size(picture)
        except pillow.DecompressionBombError as error:
            raise BrokenPictureError(str(error)) from None
        except (
            pillow.UnidentifiedImageError,
            OSError,
            SyntaxError,
            ValueError,
        ) as error:
            if suffix not in READABLE:
                return None
            said = str(error).partition(" <")[0].partition(" at 0x")[0]
            raise BrokenPictureError(said) from None


def _shown_size(picture: Any) -> tuple[int, int]:
    """Return a picture's size as it is shown, having decoded it once."""
    width, height = picture.size
    orientation = picture.getexif().get(0x0112, 1)
    if width * height <= MOST_DECODED:
        picture.draft(
            None, (max(width // 8, 1), max(height // 8, 1))
        )  # JPEG: much faster
        picture.load()
    return (height, width) if orientation in SIDEWAYS else (width, height)


def as_png(picture: Any) -> bytes:
    """Return a picture of Pillow as PNG, turned as its EXIF says, colours that PNG knows."""
    from PIL import ImageOps

    turned = ImageOps.exif_transpose(picture)
    if turned.mode not in PNG_MODES:
        turned = turned.convert(
            "RGBA" if turned.mode in ("RGBa", "La", "PA") else "RGB"
        )
    file = io.BytesIO()
    turned.save(file, "PNG")
    return file.getvalue()


def _pillow() -> Any:
    try:
        from PIL import Image
    except ImportError:
        return None
    return Image
