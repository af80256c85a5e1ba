"""Read and write `history.json`: what the changelog has to remember.

`generated/` is output alone, so this stands among its inputs: the schema folder as it was
when the present version began, as it was at the last run, and the changes of the versions
before. Nothing here knows what a change means.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import Json, Problem
from runcomfy_codegen.store.folder import HISTORY_NAME, Folder, in_order
from runcomfy_codegen.store.tables import NAMES_NAME, RETIRED_NAME

TABLES = (NAMES_NAME, RETIRED_NAME)


@dataclass(frozen=True, slots=True)
class Release:
    """What a version brought."""

    version: str
    models: int
    """How many there were at its end."""
    changes: tuple[Mapping[str, Json], ...]
    """Each change as a JSON object."""


@dataclass(frozen=True, slots=True)
class History:
    """What there was before."""

    released: tuple[Release, ...]
    """The versions before the present one, oldest first."""
    version: str
    start: Folder
    """The schema folder as the version began."""
    last: Folder
    """The schema folder as of the last run."""


def read_history(content: bytes) -> History | None:
    """Return the history in a file's content; None if it is empty. Raises ProblemsError."""
    if not content:
        return None
    try:
        history = json.loads(content)
        start = dict(history["start"])
        last = {**start, **history["last"]}
        return History(
            tuple(map(_read_release, history["released"])),
            str(history["version"]),
            _read_folder(start),
            _read_folder(last),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise history_error(error) from error


def history_error(error: Exception) -> ProblemsError:
    """Return the error of a history that cannot be read."""
    what = f"cannot be read: {type(error).__name__}: {error}"
    fix = "restore it from version control, or delete it to begin anew"
    return ProblemsError([Problem(HISTORY_NAME, "", what, fix)])


def _read_release(content: Mapping[str, Any]) -> Release:
    changes = tuple(dict(change) for change in content["changes"])
    return Release(str(content["version"]), int(content["models"]), changes)


def _read_folder(content: Mapping[str, Any]) -> Folder:
    """Return a folder as it was remembered: text by path, and the tables."""
    names, retired = (dict(content.get(table) or {}) for table in TABLES)
    files = {}
    for path, text in content.items():
        if path not in TABLES and text is not None:  # null: the file is gone
            files[path] = text.encode("utf-8", "surrogatepass")
    return Folder(in_order(files), names, retired)


def dump_history(history: History) -> bytes:
    """Return the text of `history.json`: of the last run, what differs from the start."""
    start, last = _content(history.start), _content(history.last)
    changed = {}
    for path in sorted(start.keys() | last.keys()):
        if start.get(path) != last.get(path):
            changed[path] = last.get(path)
    content = {
        "version": history.version,
        "released": [_release(release) for release in history.released],
        "start": start,
        "last": changed,
    }
    text = json.dumps(content, indent=1, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "surrogatepass")


def _release(release: Release) -> dict[str, Json]:
    return {
        "version": release.version,
        "models": release.models,
        "changes": list(release.changes),
    }


def _content(folder: Folder) -> dict[str, Json]:
    """Return a folder as JSON: the tables, and text by path."""
    content: dict[str, Json] = {NAMES_NAME: folder.names, RETIRED_NAME: folder.retired}
    for path, text in folder.files.items():
        content[path] = text.decode("utf-8", "replace")
    return content
