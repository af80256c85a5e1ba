"""Tell what is a file among the values of an input. Imports next to nothing."""

import io
from os import PathLike


def is_file(value: object) -> bool:
    """Whether a value is one that is read when it is sent: anything but a text."""
    if isinstance(value, PathLike | bytes | bytearray | memoryview):
        return True
    if isinstance(value, io.TextIOBase | str):
        return False
    is_picture = hasattr(value, "save") and hasattr(value, "mode")
    return is_picture or callable(getattr(value, "read", None))
