"""A job's files, whole or absent: downloaded aside, then given their names at once.

The name is the job's key, so that a batch that was killed finds what it had saved, and
does not save it twice. Nothing that is there already is overwritten.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from filecmp import cmp
from hashlib import sha256
from itertools import count
from pathlib import Path

from .._core.filenames import RESERVED, clean, numbered, shorten, split_name


def stem_of(key: str) -> str:
    """Return a key as the start of a file's name; two keys never become one."""
    stem = shorten(clean(key))
    if stem != key or RESERVED.fullmatch(stem):
        digest = sha256(key.encode()).hexdigest()[:8]
        stem = f"{stem or 'job'}-{digest}"
    return stem


def aside(folder: Path, key: str, journal: str, worker: int) -> Path:
    """Return where a worker downloads a job's files to, before they have their names."""
    digest = sha256(key.encode()).hexdigest()[:16]
    return folder / f".{journal}-{worker}-{digest}.parts"


def sweep(folder: Path, journal: str, is_alive: Callable[[int], bool]) -> None:
    """Take away what workers that are gone were downloading."""
    alive: dict[str, bool] = {}
    for place in folder.glob(f".{journal}-*.parts"):
        worker = place.name.split("-")[1]
        if worker not in alive:
            alive[worker] = not worker.isdecimal() or is_alive(int(worker))
        if not alive[worker]:
            shutil.rmtree(place, ignore_errors=True)


def begin(place: Path) -> None:
    """Make an empty place for downloads, whatever was left there."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)


def finish(place: Path, paths: Sequence[Path], folder: Path, key: str) -> list[str]:
    """Give downloaded files their names, and return these."""
    stem = stem_of(key)
    kept = []
    for index, path in enumerate(paths):
        ending = split_name(path.name)[1]
        number = f"-{index + 1}" if index else ""
        kept.append(str(_keep(path, folder, f"{stem}{number}{ending}")))
    shutil.rmtree(place, ignore_errors=True)
    return kept


def _keep(path: Path, folder: Path, name: str) -> Path:
    """Give a file the first name that is free, or is the same file's already."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    for number in count():
        target = folder / numbered(name, number)
        try:
            _rename(path, target)
        except FileExistsError:
            if not (target.is_file() and cmp(path, target, shallow=False)):
                continue
        return target
    raise AssertionError("counting ended")


def _rename(path: Path, target: Path) -> None:
    """Rename a file; `FileExistsError` where the name is taken."""
    try:
        os.link(path, target)
    except OSError as error:
        if isinstance(error, FileExistsError):
            raise
        if error.errno not in (
            errno.EPERM,
            errno.ENOTSUP,
            errno.EOPNOTSUPP,
            errno.EXDEV,
        ):
            raise
        if target.exists():
            raise FileExistsError(target) from None
        path.rename(target)
