"""Write and delete single files: whole or not at all, and never through a symbolic link."""

import os
from pathlib import Path

from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.walking import nothing, walk

TEMPORARY = ".runcomfy-codegen.tmp"
"""How the names of files end that are being written."""
NEW_FILE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_TRUNC
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)


def refuse_links(folder: Path, path: str) -> None:
    """Raise StoreError for a path that leads through a symbolic link below a folder."""
    place = folder
    for part in filter(None, path.split("/")):
        place = place / part
        if place.is_symlink():
            raise link_error(str(place))


def link_error(place: str) -> StoreError:
    """Return the error of a symbolic link where a file or folder of ours should be."""
    what = "is a symbolic link, and nothing is written through one"
    return StoreError(place, what, "remove it and run again")


def system_error(file: Path, error: OSError) -> StoreError:
    """Return the error of a file that the system refuses."""
    return StoreError(
        str(file),
        f"cannot be used: {error.strerror or error}",
        "mend that and run again; what was written so far is whole",
    )


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
            raise system_error(Path(file), error) from error
        raise


def _make_ready(folder: Path, parent: str) -> None:
    """Make the folder that a file goes into, unless a link leads there."""
    refuse_links(folder, parent)
    try:
        (folder / parent).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise system_error(folder / parent, error) from error


def delete_file(folder: Path, path: str) -> None:
    """Delete a file below a folder, and the folders that it leaves empty.

    What Python caches of a module in `__pycache__` does not keep a folder. Raises
    StoreError.
    """
    refuse_links(folder, path)
    file = folder / path
    below = path.count("/")
    try:
        file.unlink(missing_ok=True)
        for parent in list(file.parents)[:below]:
            if not _holds_caches_alone(parent):
                break
            _delete_with_caches(parent)
    except OSError as error:
        raise system_error(file, error) from error


def _holds_caches_alone(folder: Path) -> bool:
    return all(child.name == "__pycache__" for child in folder.iterdir())


def _delete_with_caches(folder: Path) -> None:
    """Delete a folder that holds nothing but what Python caches."""
    for cached in folder.rglob("*.pyc"):
        cached.unlink()
    for child in folder.iterdir():
        child.rmdir()
    folder.rmdir()


def sweep(folder: Path) -> None:
    """Delete what a run that was killed was just writing."""
    for entry in walk(folder, is_entered=lambda _: True, failed=nothing):
        if entry.name.startswith(".") and entry.name.endswith(TEMPORARY):
            Path(entry.path).unlink(missing_ok=True)
