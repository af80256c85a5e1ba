"""Write single files, whole or not at all, and never through a symbolic link."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from runcomfy_codegen.errors import StoreError

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows has no such locks
    fcntl = None

TEMPORARY = ".runcomfy-codegen.tmp"
"""How the names of files end that are being written."""
NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)


def refuse_links(folder: Path, path: str) -> None:
    """Raise StoreError for a path that leads through a symbolic link below a folder."""
    place = folder
    for part in filter(None, path.split("/")):
        place = place / part
        if place.is_symlink():
            raise a_link(str(place))


def a_link(place: str) -> StoreError:
    """Return the error of a symbolic link where a file or folder of ours should be."""
    what = "is a symbolic link, and nothing is written through one"
    return StoreError(place, what, "remove it and run again")


def write_file(
    folder: Path, path: str, content: bytes, ready: set[str] | None = None
) -> None:
    """Write a file below a folder, whole or not at all. Raises StoreError.

    `ready` holds the folders that are known to be there, and to be no links; a run that
    writes many files passes the same set each time.
    """
    parent, _, name = path.rpartition("/")
    if ready is None or parent not in ready:
        _make_ready(folder, parent)
        if ready is not None:
            ready.add(parent)
    file = os.path.join(folder, parent, name)
    temporary = os.path.join(folder, parent, f".{name[:100]}.{os.getpid()}{TEMPORARY}")
    try:
        handle = os.open(temporary, NEW_FILE, 0o644)
        with open(handle, "wb", buffering=0) as stream:
            left = memoryview(content)
            while left:
                left = left[stream.write(left) :]
        os.replace(temporary, file)
    except BaseException as error:  # Ctrl-C too leaves nothing behind
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unusable(Path(file), error) from error
        raise


def _make_ready(folder: Path, parent: str) -> None:
    refuse_links(folder, parent)
    try:
        (folder / parent).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(folder / parent, error) from error


def unusable(file: Path, error: OSError) -> StoreError:
    """Return the error of a file that the system refuses."""
    return StoreError(
        str(file),
        f"cannot be used: {error.strerror or error}",
        "mend that and run again; what was written so far is whole",
    )


def sweep(folder: Path) -> None:
    """Delete what a run that was killed was just writing."""
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.startswith(".") and name.endswith(TEMPORARY):
                Path(parent, name).unlink(missing_ok=True)


@contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Let one run at a time write to a folder. Calls `waiting` if another one does.

    The lock is on the folder that holds it, and ends with the process.
    """
    if fcntl is None:
        yield
        return
    place = folder.absolute().parent
    while not place.is_dir():
        place = place.parent
    handle = os.open(place, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
