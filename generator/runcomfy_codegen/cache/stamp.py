"""Tell in a few milliseconds that nothing has changed since the last run.

A stamp, in the user's cache folder, holds a digest of every file's path, size, times and
inode: of the schemas, the templates, this program and the output. Without it, or with
another digest, everything is read.
Imports little, since most runs end here.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from os import PathLike
from typing import NamedTuple

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def sources(schemas: PathLike[str], templates: PathLike[str] | None) -> list[str]:
    """Return the folders that a run reads: with `templates`, those that override ours."""
    package = PACKAGE
    packaged = os.path.join(package, "templates")
    checkout = os.path.join(package, "..", "..", "templates")
    shipped = packaged if os.path.isdir(packaged) else checkout
    overriding = [] if templates is None else [os.fspath(templates)]
    return [os.fspath(schemas), shipped, *overriding]


def signature(folders: Iterable[str]) -> str:
    """Return the digest of what stands in some folders, and of this program."""
    digest = hashlib.sha256()
    for folder in (PACKAGE, *folders):
        digest.update(f"\0{os.path.abspath(folder)}\0".encode())
        for line in sorted(_listing(folder)):
            digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _listing(folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if name[0] == "." or name == "__pycache__" or name == "site":
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _listing(entry.path)
        else:
            try:
                at = entry.stat()
            except OSError as error:  # a link that leads nowhere
                yield f"{entry.path}\0{error.errno}\n"
                continue
            yield (
                f"{entry.path}\0{at.st_size}\0{at.st_mtime_ns}\0{at.st_ctime_ns}"
                f"\0{at.st_ino}\n"
            )


class Counts(NamedTuple):
    """What an output folder holds that is up to date."""

    models: int
    files: int


def stamped(
    schemas: PathLike[str], out: PathLike[str], templates: PathLike[str] | None
) -> Counts | None:
    """Return what an output folder holds if its stamp says that it is up to date."""
    now = signature([*sources(schemas, templates), os.fspath(out)])
    try:
        with open(_stamp_of(out), encoding="utf-8") as file:
            stamp = json.load(file)
        if stamp["signature"] != now:
            return None
        return Counts(int(stamp["models"]), int(stamp["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def put_stamp(out: PathLike[str], now: str, counts: Counts) -> None:
    """Leave the stamp of a folder; that it cannot be left costs time alone."""
    path = _stamp_of(out)
    temporary = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "w", encoding="utf-8") as file:
            json.dump({"signature": now, **counts._asdict()}, file)
        os.replace(temporary, path)
    except OSError:
        pass


def _stamp_of(out: PathLike[str]) -> str:
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    name = hashlib.sha256(os.path.abspath(out).encode()).hexdigest()[:32]
    return os.path.join(cache, "runcomfy-codegen", f"{name}.json")
