"""What is written: data to stdout, all else to stderr, and nothing that a terminal obeys.

Texts from a schema or the service are hostile: a terminal would take control characters
for orders, and some characters change how the line around them reads.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from io import TextIOWrapper
from typing import Any

from . import PROGRAM

_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
WIDEST = 100


def prepare_streams() -> None:
    """Let no character stop a run where the terminal has not got it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_terminal(stream: Any) -> bool:
    """Tell whether a person reads a stream."""
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):
        return False


def is_person(as_json: bool = False) -> bool:
    """Tell whether the answer is for a person, not for a program."""
    return is_terminal(sys.stdout) and not as_json


def clean(text: object) -> str:
    """Return a text on one line, without what a terminal would obey."""
    return " ".join(harmless(text).split())


def harmless(text: object) -> str:
    """Return a text without what a terminal would obey, its spaces as they are."""
    return _CONTROLS.sub(" ", str(text))


def width() -> int:
    """Return how many columns there are, as COLUMNS or the terminal says."""
    return max(20, min(shutil.get_terminal_size().columns, WIDEST))


def dump(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON that any terminal shows and any program reads."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    is_plain = encoding.replace("-", "") != "utf8"
    text = json.dumps(value, ensure_ascii=is_plain, indent=indent, default=str)
    return _CONTROLS.sub(
        lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text
    )


def print_data(value: Any) -> None:
    """Print one JSON value as one line."""
    print_line(dump(value))


def print_line(text: str = "") -> None:
    """Print a line of the answer."""
    print(text, flush=True)


def complain(text: object) -> None:
    """Print a line to stderr, where there is one."""
    if sys.stderr is not None:
        print(f"{PROGRAM}: {clean(text)}", file=sys.stderr, flush=True)


def leave_pipe() -> None:
    """Let nothing more be written to a pipe that was closed."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        pass
