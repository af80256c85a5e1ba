"""Keep the changelog of the generated package, by release.

`CHANGELOG.md` is a function of the schema folder and its history: what is not released
yet is what differs from the last release, however often and wherever it was generated.
"""

import re
from collections.abc import Iterator

from runcomfy_codegen.app.compare import compare_folders
from runcomfy_codegen.diff import Change
from runcomfy_codegen.ir import Json, OutputFile
from runcomfy_codegen.store.folder import Folder
from runcomfy_codegen.store.history import (
    History,
    Release,
    history_error,
    read_history,
)
from runcomfy_codegen.store.remembered import remembered

PATH = "CHANGELOG.md"
UNRELEASED = "Unreleased"
KEPT = ("model_id", "side", "field", "kind", "verdict", "what")
"""What is remembered of a change."""


def recall(folder: Folder) -> History:
    """Return the releases that a schema folder remembers.

    Raises ProblemsError for a history that cannot be read.
    """
    history = read_history(folder.history)
    for release in history.released:
        _changes(release)
    return history


def changes_since_release(
    history: History, folder: Folder, reserved: frozenset[str]
) -> tuple[Change, ...]:
    """Return what changed in the models since the last release; nothing before the first.

    `reserved` are the names in the package that no vendor may have.
    """
    if history.start is None:
        return ()
    return compare_folders(history.start, remembered(folder), reserved).changes


def next_release(
    history: History,
    folder: Folder,
    reserved: frozenset[str],
    version: str,
    date: str = "",
) -> Release:
    """Return what a version would bring."""
    changes = changes_since_release(history, folder, reserved)
    kept = tuple({key: _json(change, key) for key in KEPT} for change in changes)
    return Release(version, date, sum(1 for _ in folder.model_paths()), kept)


def _json(change: Change, key: str) -> Json:
    return getattr(change, key)


def _changes(release: Release) -> tuple[Change, ...]:
    """Return the changes of a version. Raises ProblemsError for what is not one."""
    try:
        return tuple(Change(**change) for change in release.changes)
    except TypeError as error:
        raise history_error(error) from error


def changelog(history: History, folder: Folder, reserved: frozenset[str]) -> OutputFile:
    """Return CHANGELOG.md, what is not released yet first."""
    present = next_release(history, folder, reserved, UNRELEASED)
    releases = list(history.released)
    if present.changes or not releases:
        releases.append(present)
    lines = ["# Changelog", "", "What changed in the models, by version.", ""]
    for index, release in reversed(list(enumerate(releases))):
        lines += _part(release, is_first=index == 0)
    return OutputFile(PATH, ("\n".join(lines).rstrip("\n") + "\n").encode())


def _part(release: Release, is_first: bool) -> Iterator[str]:
    """Yield the lines of one version."""
    from runcomfy_codegen.diff.report import markdown_report

    date = f" - {_plain(release.date)}" if release.date else ""
    yield f"## {_plain(release.version)}{date}"
    yield ""
    if is_first:
        models = "1 model" if release.models == 1 else f"{release.models} models"
        yield f"The first version, with {models}."
        yield ""
    elif not release.changes:
        yield "No model changed."
        yield ""
    yield from markdown_report(_changes(release))


def _plain(text: str) -> str:
    """Return a version or a date as Markdown, also if a person wrote something else."""
    from runcomfy_codegen.escape import markdown_code

    return text if re.fullmatch(r"[\w.+-]+", text, re.ASCII) else markdown_code(text)
