"""Which local files an agent may have sent, and where downloads may go."""

from __future__ import annotations

from pathlib import Path

from ...errors import ConfigurationError


def inside(folder: Path | None, name: str) -> Path:
    """Return a file below a folder; ValueError says why it may not be read.

    Links are followed first: where a name leads decides, not how it is written.
    """
    if folder is None:
        raise ValueError(
            "local files are not allowed (a person starts the server with --files DIR); "
            "give a public https URL"
        )
    try:
        top = folder.resolve(strict=True)
        path = (top / name.removeprefix("file://")).resolve()
    except (OSError, RuntimeError) as error:
        raise ValueError(f"it cannot be read ({error})") from None
    if not path.is_relative_to(top):
        raise ValueError("it is not below the folder whose files may be sent")
    if not path.is_file():
        raise ValueError("there is no such file in the folder whose files may be sent")
    return path


def existing(folder: str | Path | None, option: str) -> Path | None:
    """Return a folder that is there, None where none is given."""
    if folder is None:
        return None
    path = Path(folder)
    if not path.is_dir():
        raise ConfigurationError(f"{option}: there is no folder {str(folder)!r}.")
    return path
