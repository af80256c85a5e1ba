"""Begin a project of one's own: schemas, settings, workflows, and a hook.

What stands in the way is never replaced: a file that is there is kept. A `pyproject.toml`
that has no settings gets them at its end, and nothing else of it changes.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from runcomfy_codegen import __version__
from runcomfy_codegen.errors import StoreError

STARTER = Path(__file__).with_name("starter")
OUR_VERSION = "0.0.0"
"""Stands for it in the starter's files."""
SETTINGS = "pyproject.toml"
TABLE = "[tool.runcomfy-codegen]"


@dataclass(frozen=True, slots=True)
class Begun:
    """One file of the new project, and what became of it."""

    path: str
    state: Literal["new", "extended", "kept"]


def init(folder: Path) -> list[Begun]:
    """Write the files of a new project. Raises StoreError for one that cannot be."""
    begun = []
    for path, text in _starter_files():
        file = folder / path
        try:
            begun.append(Begun(path, _write(file, text)))
        except OSError as error:
            reason = error.strerror or str(error)
            fix = "make it writable, or give another folder"
            raise StoreError(file.as_posix(), reason, fix) from error
    return begun


def _starter_files() -> Iterator[tuple[str, str]]:
    """Yield each file's path and text, as they are for this version."""
    for file in sorted(STARTER.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            text = file.read_text("utf-8").replace(OUR_VERSION, __version__)
            yield file.relative_to(STARTER).as_posix(), text


def _write(file: Path, text: str) -> Literal["new", "extended", "kept"]:
    """Write a file unless it is there; add our settings to one that has none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8", newline="\n") as new:
            new.write(text)
    except FileExistsError:
        pass
    else:
        return "new"
    if file.name != SETTINGS:
        return "kept"
    known = file.read_text("utf-8")
    if TABLE in known:
        return "kept"
    settings = text[text.index(TABLE) :]
    separator = "\n" if known.endswith("\n") or not known else "\n\n"
    with file.open("a", encoding="utf-8", newline="\n") as extended:
        extended.write(separator + settings)
        extended.flush()
        os.fsync(extended.fileno())
    return "extended"
