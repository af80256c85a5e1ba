"""Read and write `history.json`: what the changelog has to remember.

`generated/` is output alone, so this stands among its inputs: what each release brought,
and the schema folder as it was at the last one, without its words. Only a release writes
it, so that branches which add models do not collide in it. Nothing here knows what a
change means.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import Json, Problem
from runcomfy_codegen.store.folder import HISTORY_NAME, Folder, in_order
from runcomfy_codegen.store.tables import NAMES_NAME, RETIRED_NAME

FIRST_VERSION = "0.1.0"
"""Of a package that was never released."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a version brought."""

    version: str
    date: str
    """As `2026-11-28`; empty for what is not released yet."""
    models: int
    """How many there were."""
    changes: tuple[Mapping[str, Json], ...]
    """Each change as a JSON object."""


@dataclass(frozen=True, slots=True)
class History:
    """What was released."""

    released: tuple[Release, ...] = ()
    """Oldest first."""
    start: Folder | None = None
    """The schema folder at the last release, without its words; None before the first."""

    @property
    def version(self) -> str:
        """The package's version: that of the last release."""
        return self.released[-1].version if self.released else FIRST_VERSION

    def models(self) -> frozenset[str]:
        """Return the model_ids of the last release."""
        paths = self.start.model_paths() if self.start else ()
        return frozenset(path.removesuffix(".json") for path in paths)


def read_history(content: bytes) -> History:
    """Return the history in a file's content. Raises ProblemsError."""
    if not content:
        return History()
    try:
        history = json.loads(content)
        released = tuple(map(_read_release, history["released"]))
        if not released:
            raise ValueError("it has no release")
        return History(released, _read_folder(history["start"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise history_error(error) from error


def history_error(error: Exception) -> ProblemsError:
    """Return the error for a history that is not one."""
    fix = "restore it from version control, or delete it to begin anew"
    what = f"cannot be read: {type(error).__name__}: {error}"
    return ProblemsError([Problem(HISTORY_NAME, "", what, fix)])


def _read_release(content: Mapping[str, Any]) -> Release:
    version, date = str(content["version"]), str(content["date"])
    changes = tuple(dict(change) for change in content["changes"])
    return Release(version, date, int(content["models"]), changes)


def _read_folder(content: Mapping[str, Any]) -> Folder:
    """Return a folder as it was remembered: the tables, and JSON by path."""
    files = {}
    for path, value in content["files"].items():
        text = value if isinstance(value, str) else _compact(value)
        files[path] = text.encode("utf-8", "surrogatepass")
    names, retired = (dict(content[name]) for name in (NAMES_NAME, RETIRED_NAME))
    return Folder(in_order(files), names, retired)


def dump_history(history: History) -> bytes:
    """Return the text of `history.json`: a line for each release and for each file."""
    start = history.start or Folder({}, {}, {})
    files = {path: _value(content) for path, content in start.files.items()}
    lines = [
        "{",
        '"released": [',
        *_rows(_compact(_release(release)) for release in history.released),
        "],",
        '"start": {',
        f'"{NAMES_NAME}": {_compact(start.names)},',
        f'"{RETIRED_NAME}": {_compact(start.retired)},',
        '"files": {',
        *_rows(f"{_compact(path)}: {_compact(value)}" for path, value in files.items()),
        "}",
        "}",
        "}",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogatepass")


def _rows(rows: Any) -> list[str]:
    """Return rows with a comma behind each but the last."""
    return ",\n".join(rows).splitlines()


def _value(content: bytes) -> Json:
    """Return what a remembered file holds: JSON, or text that is not JSON."""
    text = content.decode("utf-8", "replace")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, str) else value


def _release(release: Release) -> dict[str, Json]:
    return {
        "version": release.version,
        "date": release.date,
        "models": release.models,
        "changes": list(release.changes),
    }


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
