"""Let one run at a time write to an output folder."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from runcomfy_codegen.cache.place import NAME, cache_folder
from runcomfy_codegen.digests import digest
from runcomfy_codegen.errors import StoreError


@contextmanager
def locked(out: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Let one run at a time write to a folder. Calls `waiting` if another one does.

    The lock is a file in the user's cache folder, or else in that of temporary files: the
    output folder may not be there yet, and holds output alone. It ends with the process.
    Raises StoreError where no lock can be taken.
    """
    import filelock  # slow to import, and not needed by a run that finds nothing changed

    lock = filelock.FileLock(_lock_file(out))
    try:
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            waiting()
            lock.acquire()
    except (OSError, NotImplementedError) as error:
        what = f"cannot be locked: {error}"
        fix = "name a folder on a local disk in TMPDIR and XDG_CACHE_HOME"
        raise StoreError(lock.lock_file, what, fix) from error
    try:
        yield
    finally:
        lock.release()


def _lock_file(out: Path) -> str:
    """Return where the lock of an output folder stands, in a folder that is there."""
    name = f"{digest(os.fsencode(out.resolve()))[:32]}.lock"
    for folder in (cache_folder(), os.path.join(tempfile.gettempdir(), NAME)):
        if folder is None:
            continue
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return os.path.join(folder, name)
    fix = "name a folder that can be written in TMPDIR"
    raise StoreError(str(out), "there is no place for its lock", fix)
