"""Keep the changelog of the generated package, by version.

`CHANGELOG.md` is a function of the schema folder, its history and the version: the present
version's part is what differs from its beginning, however often and wherever it was
generated. When the version is a new one, the old one's part is closed with the last run
under it, and the new one begins there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from runcomfy_codegen.app.compare import compare_folders
from runcomfy_codegen.diff import Change
from runcomfy_codegen.digests import digest
from runcomfy_codegen.ir import Json, OutputFile
from runcomfy_codegen.store.folder import Folder
from runcomfy_codegen.store.history import (
    History,
    Release,
    dump_history,
    history_error,
    read_history,
)

PATH = "CHANGELOG.md"
KEPT = ("model_id", "side", "field", "kind", "verdict", "what")
"""What is remembered of a change."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What was remembered before a run, and what is after it."""

    before: History | None
    history: History
    reserved: frozenset[str]

    def settled(self) -> str:
        """Return the digest of what all runs of one version have in common."""
        return digest(dump_history(replace(self.history, last=self.history.start)))

    def dump(self) -> bytes:
        """Return what `history.json` should hold after the run."""
        return dump_history(self.history)

    def changes_since_last_run(self) -> tuple[Change, ...]:
        """Return what changed in the models since the last run, if there was one."""
        if self.before is None:
            return ()
        found = compare_folders(self.before.last, self.history.last, self.reserved)
        return found.changes


def recall(folder: Folder, version: str, reserved: frozenset[str]) -> Memory:
    """Return what a schema folder remembers, and will remember after a run.

    `reserved` are the names in the package that no vendor may have. Raises ProblemsError
    for a history that cannot be read.
    """
    before = read_history(folder.history)
    if before is not None:
        for release in before.released:
            _changes(release)
    folder = replace(folder, problems=(), history=b"")
    return Memory(before, next_history(before, folder, version, reserved), reserved)


def next_history(
    known: History | None, folder: Folder, version: str, reserved: frozenset[str]
) -> History:
    """Return the history as it is after a run on a folder. Twice is as good as once."""
    if known is None:
        return History((), version, folder, folder)
    if known.version == version:
        return History(known.released, version, known.start, folder)
    released = (*known.released, _release(known, reserved))
    return History(released, version, known.last, folder)


def _release(history: History, reserved: frozenset[str]) -> Release:
    """Return what a history's version brought."""
    found = compare_folders(history.start, history.last, reserved)
    models = sum(1 for _ in history.last.model_paths())
    return Release(history.version, models, tuple(map(_kept, found.changes)))


def _kept(change: Change) -> dict[str, Json]:
    return {key: getattr(change, key) for key in KEPT}


def _changes(release: Release) -> tuple[Change, ...]:
    """Return the changes of a version. Raises ProblemsError for what is not one."""
    try:
        return tuple(Change(**change) for change in release.changes)
    except TypeError as error:
        raise history_error(error) from error


def changelog(memory: Memory) -> OutputFile:
    """Return CHANGELOG.md, the present version first."""
    history = memory.history
    releases = [*history.released, _release(history, memory.reserved)]
    lines = ["# Changelog", "", "What changed in the models, by version.", ""]
    for index, release in reversed(list(enumerate(releases))):
        lines += _part(release, is_first=index == 0)
    return OutputFile(PATH, ("\n".join(lines).rstrip("\n") + "\n").encode())


def _part(release: Release, is_first: bool) -> Iterator[str]:
    """Yield the lines of one version."""
    from runcomfy_codegen.diff.report import markdown_report
    from runcomfy_codegen.render.escape import markdown_code

    plain = re.fullmatch(r"[\w.+-]+", release.version, re.ASCII)
    yield f"## {release.version if plain else markdown_code(release.version)}"
    yield ""
    if is_first:
        since = " Since it was first generated:" if release.changes else ""
        models = "1 model" if release.models == 1 else f"{release.models} models"
        yield f"The first version, with {models}.{since}"
        yield ""
    elif not release.changes:
        yield "No model changed."
        yield ""
    yield from markdown_report(_changes(release))
