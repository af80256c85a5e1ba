"""Keep the changelog of the generated package, by version.

`generated/` is output alone, so what a changelog has to remember stands among its
inputs, in `schemas/history.json`: the schema folder as it was when the present version
began, as it was at the last run, and the changes of the versions before. So
`CHANGELOG.md` is a function of the schema folder and the version: the present version's
part is what differs from its beginning, however often and wherever it was generated.

When the version is a new one, the old one's part is closed with the last run under it,
and the new one begins there.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.app.compare import account
from runcomfy_codegen.diff import Change
from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import OutputFile, Problem
from runcomfy_codegen.store.folder import HISTORY_NAME, Folder

PATH = "CHANGELOG.md"
KEPT = ("model_id", "side", "field", "kind", "verdict", "what")
"""What is remembered of a change."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a version brought."""

    version: str
    models: int
    """How many there were at its end."""
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What there was before."""

    released: tuple[Release, ...]
    """Oldest first."""
    version: str
    start: Folder
    """The schema folder as the version began."""
    last: Folder
    """The schema folder as of the last run."""


def read_history(folder: Folder) -> History | None:
    """Return the history that a schema folder holds. Raises ProblemsError."""
    if not folder.history:
        return None
    try:
        content = json.loads(folder.history)
        start = _read_folder(content["start"])
        last = _patched(start, content["last"])
        released = tuple(
            Release(
                str(each["version"]),
                int(each["models"]),
                tuple(Change(**change) for change in each["changes"]),
            )
            for each in content["released"]
        )
        return History(released, str(content["version"]), start, last)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        fix = "restore it from version control, or delete it to begin anew"
        what = f"cannot be read: {type(error).__name__}: {error}"
        raise ProblemsError([Problem(HISTORY_NAME, "", what, fix)]) from error


def advance(
    known: History | None, folder: Folder, version: str, runtime_names: Iterable[str]
) -> History:
    """Return the history as it is after a run on a folder. Twice is as good as once."""
    if known is None:
        return History((), version, folder, folder)
    if known.version == version:
        return History(known.released, version, known.start, folder)
    changes = account(known.start, known.last, runtime_names).changes
    models = sum(1 for _ in known.last.model_paths())
    release = Release(known.version, models, changes)
    return History((*known.released, release), version, known.last, folder)


def changelog(history: History, runtime_names: Iterable[str]) -> OutputFile:
    """Return CHANGELOG.md, the present version first."""
    changes = account(history.start, history.last, runtime_names).changes
    models = sum(1 for _ in history.last.model_paths())
    releases = [*history.released, Release(history.version, models, changes)]
    lines = ["# Changelog", "", "What changed in the models, by version.", ""]
    for index, release in reversed(list(enumerate(releases))):
        lines += _part(release, is_first=index == 0)
    return OutputFile(PATH, ("\n".join(lines).rstrip("\n") + "\n").encode())


def _part(release: Release, is_first: bool) -> Iterator[str]:
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
    yield from markdown_report(release.changes)


def dump_settled(history: History) -> bytes:
    """Return the part of `history.json` that all runs of one version share."""
    released = [_release(release) for release in history.released]
    parts = (
        f'"version": {_line(history.version)}',
        f'"released": [{_lines(map(_line, released))}]',
        f'"start": {{{_entries(_content(history.start))}}}',
    )
    return ("{\n" + ",\n".join(parts) + ",\n").encode("utf-8", "surrogatepass")


def dump_history(history: History, settled: bytes) -> bytes:
    """Return the text of `history.json`: a line for each file and for each release."""
    start, last = history.start, history.last
    changed: dict[str, Any] = {}
    if (
        last.files != start.files
        or last.names != start.names
        or (last.retired != start.retired)
    ):
        was, now = _content(start), _content(last)
        paths = sorted(was.keys() | now.keys())
        changed = {p: now.get(p) for p in paths if was.get(p) != now.get(p)}
    text = f'"last": {{{_entries(changed)}}}\n}}\n'
    return settled + text.encode("utf-8", "surrogatepass")


def _release(release: Release) -> dict[str, Any]:
    changes = [{k: getattr(c, k) for k in KEPT} for c in release.changes]
    return {"version": release.version, "models": release.models, "changes": changes}


def _entries(content: Mapping[str, Any]) -> str:
    return _lines(f"{_line(path)}: {_line(each)}" for path, each in content.items())


def _lines(lines: Iterable[str]) -> str:
    text = ",\n  ".join(lines)
    return f"\n  {text}\n" if text else ""


_line = json.JSONEncoder(ensure_ascii=False).encode


TABLES = ("names.toml", "retired.toml")


def _content(folder: Folder) -> dict[str, Any]:
    """Return a folder as JSON: text by path, and the tables."""
    files = {
        path: text.decode("utf-8", "replace") for path, text in folder.files.items()
    }
    return dict(zip(TABLES, (folder.names, folder.retired), strict=True)) | files


def _read_folder(content: Mapping[str, Any]) -> Folder:
    files = {p: text.encode() for p, text in content.items() if p not in TABLES}
    ordered = dict(sorted(files.items(), key=lambda item: item[0].split("/")))
    names, retired = (dict(content.get(table) or {}) for table in TABLES)
    return Folder(ordered, names, retired, ())


def _patched(start: Folder, changed: Mapping[str, Any]) -> Folder:
    content = {**_content(start), **changed}
    return _read_folder({p: each for p, each in content.items() if each is not None})
