"""Write single files, whole or not at all, and never through a symbolic link."""

import os
import tempfile
from pathlib import Path

from runcomfy_codegen.errors import StoreError


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
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=file.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), 0o644)
        os.replace(temporary, file)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise unusable(file, error) from error


def unusable(file: Path, error: OSError) -> StoreError:
    """Return the error of a file that the system refuses."""
    return StoreError(
        str(file),
        f"cannot be used: {error.strerror or error}",
        "mend that and run again; what was written so far is whole",
    )
