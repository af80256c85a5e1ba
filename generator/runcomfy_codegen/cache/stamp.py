"""Tell in a few milliseconds that nothing has changed since the last run.

A stamp, in the user's cache folder, holds a digest of every file's path, size, times and
inode: of the schemas, the templates, this program and the output. Without it, or with
another digest, everything is read.

What is stamped is what the run read and wrote, and not what stands there once it ends:
each file is looked at before it is read, so that one which is saved meanwhile differs from
its stamp. Imports little, since most runs end here.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from os import PathLike
from typing import NamedTuple, TypeAlias

from runcomfy_codegen.cache.place import cache_folder
from runcomfy_codegen.walking import is_visible, nothing, walk

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
Snapshot: TypeAlias = dict[str, str]
"""What tells each file from an earlier or later state of it, by its absolute path."""


class Counts(NamedTuple):
    """What an output folder holds that is up to date."""

    models: int
    files: int


def sources(schemas: PathLike[str], templates: PathLike[str] | None) -> list[str]:
    """Return the folders that a run reads: with `templates`, those that override ours."""
    packaged = os.path.join(PACKAGE, "templates")
    checkout = os.path.join(PACKAGE, "..", "..", "templates")
    shipped = packaged if os.path.isdir(packaged) else checkout
    overriding = [] if templates is None else [os.fspath(templates)]
    return [PACKAGE, os.fspath(schemas), shipped, *overriding]


def snapshot(folders: Iterable[str]) -> Snapshot:
    """Return the state of every file in some folders."""
    states: Snapshot = {}
    for folder in map(os.path.abspath, folders):
        states[folder] = ""  # an empty one is another than none
        states.update(_listing(folder))
    return states


def _listing(folder: str) -> Iterator[tuple[str, str]]:
    """Yield each file below a folder with its state, without what is hidden or compiled."""
    for entry in walk(folder, is_visible, nothing):
        name = entry.name
        if name[0] == "." or name.endswith(".pyc"):
            continue
        try:
            yield entry.path, _state(entry.stat())
        except OSError as error:  # a link that leads nowhere
            yield entry.path, str(error.errno)


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
    schemas: PathLike[str], out: PathLike[str], templates: PathLike[str] | None
) -> Counts | None:
    """Return what an output folder holds if its stamp says that it is up to date."""
    path = _stamp_of(out)
    if path is None:
        return None
    try:
        with open(path, encoding="utf-8") as file:
            stamp = json.load(file)
        counts = Counts(int(stamp["models"]), int(stamp["files"]))
        recorded = stamp["signature"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    states = snapshot([*sources(schemas, templates), os.fspath(out)])
    return counts if recorded == _signature(states) else None


def put_stamp(out: PathLike[str], states: Snapshot, counts: Counts) -> None:
    """Leave the stamp of an output folder; that it cannot be left costs time alone."""
    path = _stamp_of(out)
    if path is None:
        return
    temporary = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({"signature": _signature(states), **counts._asdict()}, file)
        os.replace(temporary, path)


def _signature(states: Snapshot) -> str:
    lines = (f"{path}\0{state}\n" for path, state in sorted(states.items()))
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _stamp_of(out: PathLike[str]) -> str | None:
    """Return where the stamp of an output folder stands, if it can have one."""
    folder = cache_folder()
    name = hashlib.sha256(os.path.abspath(out).encode("utf-8", "surrogateescape"))
    return folder and os.path.join(folder, f"{name.hexdigest()[:32]}.json")
