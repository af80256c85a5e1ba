"""Tell in a few milliseconds that nothing has changed since the last run.

A stamp, in the user's cache folder, holds every file's path, size, times and inode: of the
schemas, the templates, this program and the output. Without it, or where one differs,
everything is read.

What is stamped is what the run read and wrote, and not what stands there once it ends:
each file is looked at before it is read, so that one which is saved meanwhile differs from
its stamp. Imports next to nothing, neither json nor hashlib, since most runs end here.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import chain
from os import PathLike
from typing import NamedTuple, TypeAlias

from runcomfy_codegen.cache.place import cache_folder
from runcomfy_codegen.walking import is_visible, nothing, walk

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SEPARATOR = "\0"
"""Between what a stamp holds: no path can have it."""
LONGEST_NAME = 100
Snapshot: TypeAlias = dict[str, str]
"""What tells each file from an earlier or later state of it, by its absolute path."""


class Counts(NamedTuple):
    """What an output folder holds that is up to date."""

    models: int
    files: int


def sources(
    schemas: PathLike[str] | str, templates: PathLike[str] | str | None
) -> list[str]:
    """Return the folders that a run reads: with `templates`, those that override ours."""
    packaged = os.path.join(PACKAGE, "templates")
    checkout = os.path.join(PACKAGE, "..", "..", "templates")
    shipped = packaged if os.path.isdir(packaged) else checkout
    overriding = [] if templates is None else [os.fspath(templates)]
    return [PACKAGE, os.fspath(schemas), shipped, *overriding]


def snapshot(folders: Iterable[str]) -> Snapshot:
    """Return the state of every file in some folders, without what is hidden or compiled."""
    states: Snapshot = {}
    for folder in map(os.path.abspath, folders):
        states[folder] = ""  # an empty one is another than none
        for entry in walk(folder, is_visible, nothing):
            name = entry.name
            if name[0] == "." or name.endswith(".pyc"):
                continue
            try:
                states[entry.path] = _state(entry.stat())
            except OSError as error:  # a link that leads nowhere
                states[entry.path] = str(error.errno)
    return states


def _state(at: os.stat_result) -> str:
    return f"{at.st_size} {at.st_mtime_ns} {at.st_ctime_ns} {at.st_ino}"


def note_written(
    states: Snapshot, folder: PathLike[str], contents: Mapping[str, bytes]
) -> bool:
    """Bring a snapshot to what was written below a folder; whether it is still there."""
    for path, content in contents.items():
        file = os.path.join(os.path.abspath(folder), *path.split("/"))
        try:
            states[file] = _state(os.stat(file))
            with open(file, "rb") as stream:
                if stream.read() != content:
                    return False
        except OSError:
            return False
    return True


def note_deleted(states: Snapshot, folder: PathLike[str], paths: Iterable[str]) -> None:
    """Bring a snapshot to what was deleted below a folder."""
    for path in paths:
        states.pop(os.path.join(os.path.abspath(folder), *path.split("/")), None)


def stamped(
    schemas: PathLike[str] | str,
    out: PathLike[str] | str,
    templates: PathLike[str] | str | None,
) -> Counts | None:
    """Return what an output folder holds if its stamp says that it is up to date."""
    stamp = _read_stamp(out)
    if stamp is None:
        return None
    counts, recorded = stamp
    states = snapshot([*sources(schemas, templates), os.fspath(out)])
    return counts if states == recorded else None


def put_stamp(out: PathLike[str], states: Snapshot, counts: Counts) -> None:
    """Leave the stamp of an output folder; that it cannot be left costs time alone."""
    path = _stamp_of(out)
    if path is None:
        return
    temporary = f"{path}.{os.getpid()}"
    parts = chain(map(str, counts), chain.from_iterable(states.items()))
    content = SEPARATOR.join(parts).encode("utf-8", "surrogateescape")
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)


def _read_stamp(out: PathLike[str] | str) -> tuple[Counts, Snapshot] | None:
    """Return what the stamp of an output folder holds; None if there is none."""
    path = _stamp_of(out)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            content = file.read().decode("utf-8", "surrogateescape")
        models, files, *parts = content.split(SEPARATOR)
        counts = Counts(int(models), int(files))
    except (OSError, ValueError):
        return None
    return counts, dict(zip(parts[::2], parts[1::2], strict=False))


def _stamp_of(out: PathLike[str] | str) -> str | None:
    """Return where the stamp of an output folder stands, if it can have one.

    Folders whose paths are alike may share one: it holds whole paths, and so it is
    believed for its own folder alone.
    """
    folder = cache_folder()
    if folder is None:
        return None
    place = os.path.abspath(out)[-LONGEST_NAME:]
    spelled = "".join(c if c.isascii() and c.isalnum() else "-" for c in place)
    return os.path.join(folder, f"{spelled}.stamp")
