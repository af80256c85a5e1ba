"""Write single files, whole or not at all, and never through a symbolic link."""

import os
import tempfile
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


def refuse_links(folder: Path, path: str) -> None:
    """Raise StoreError for a path that leads through a symbolic link below a folder."""
    place = folder
    for part in path.split("/"):
        place = place / part
        if place.is_symlink():
            raise StoreError(
                str(place),
                "is a symbolic link, and nothing is written through one",
                "remove it and run again",
            )


def write_file(folder: Path, path: str, content: bytes) -> None:
    """Write a file below a folder, whole or not at all. Raises StoreError."""
    file = folder / path
    refuse_links(folder, path)
    temporary = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(TEMPORARY, dir=file.parent, prefix=".")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), 0o644)
        os.replace(temporary, file)
    except BaseException as error:  # Ctrl-C too leaves nothing behind
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise unusable(file, error) from error
        raise


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
