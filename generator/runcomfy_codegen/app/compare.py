"""Compare two schema folders: what changed between them, and whom it breaks.

Only what differs between the two is normalised and named. What compares is imported
late: a run that finds nothing changed needs none of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runcomfy_codegen.diff import Change
from runcomfy_codegen.ir import Package, Problem
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.folder import Folder, overlay_path

if TYPE_CHECKING:
    from runcomfy_codegen.app.build import Build

__all__ = ["Change", "Comparison", "compare_folders", "compare_revisions"]

HIDDEN = "(upstream, beneath an overlay)"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two schema folders, and what is wrong in either."""

    changes: tuple[Change, ...]
    old_problems: tuple[Problem, ...] = ()
    new_problems: tuple[Problem, ...] = ()


def compare_folders(
    old: Folder,
    new: Folder,
    reserved: frozenset[str],
    with_upstream: bool = False,
) -> Comparison:
    """Return what changed from one folder to another, by model and field.

    `reserved` are the names in the package that no vendor may have. With
    `with_upstream`, also what changed beneath overlays, so that callers do not see it.
    """
    from runcomfy_codegen.app.build import build
    from runcomfy_codegen.diff.packages import compare

    same = _unchanged_paths(old, new)
    session = Session()
    builds, problems = [], []
    for folder in (old, new):
        paths = [path for path in folder.model_paths() if path not in same]
        built = build(folder, reserved, session, paths)
        # Tables name models that were left out here, and are no Problem for that.
        own = {*paths, *(problem.file for problem in built.folder_problems)}
        builds.append(built)
        problems.append(tuple(p for p in built.problems() if p.file in own))
    changes = compare(*(built.package for built in builds))
    if with_upstream:
        hidden = _hidden_changes((old, new), builds, reserved, session, changes)
        changes = _ordered((*changes, *hidden))
    return Comparison(changes, *problems)


def _hidden_changes(
    folders: tuple[Folder, Folder],
    builds: Sequence["Build"],
    reserved: frozenset[str],
    session: Session,
    seen: tuple[Change, ...],
) -> Iterator[Change]:
    """Yield what the service changed beneath overlays, and no caller sees.

    A field that is gone upstream lives on in an overlay, and is refused by the service.
    """
    from runcomfy_codegen.diff.packages import compare

    covered = _covered_paths(*folders)
    if not covered:
        return
    packages = []
    for folder, built in zip(folders, builds, strict=True):
        packages.append(_published(folder, covered, built, reserved, session))
    known = {(c.model_id, c.side, c.field, c.kind) for c in seen}
    for change in compare(*packages):
        place = (change.model_id, change.side, change.field, change.kind)
        if place not in known:
            yield replace(change, what=f"{change.what} {HIDDEN}")


def _covered_paths(old: Folder, new: Folder) -> set[str]:
    """Return the paths of stored models that changed beneath an overlay."""
    covered = set()
    for path, content, overlay in new.model_files():
        if overlay and old.files.get(path) not in (None, content):
            covered.add(path)
    return covered


def _published(
    folder: Folder,
    paths: set[str],
    built: "Build",
    reserved: frozenset[str],
    session: Session,
) -> Package:
    """Return some models of a folder as published: those without an overlay were built."""
    from runcomfy_codegen.app.build import build

    files = {path: folder.files[path] for path in sorted(paths)}
    bare = {path for path in files if overlay_path(path) not in folder.files}
    known = [model for model in built.models if model.path in bare]
    due = [path for path in files if path not in bare]
    published = replace(folder, files=files, problems=())
    return build(published, reserved, session, due, known).package


def _ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.order))


def _unchanged_paths(old: Folder, new: Folder) -> set[str]:
    """Return the paths at which both folders have the same model under the same name."""
    if old.names != new.names:
        return set()
    before = {path: content for path, *content in old.model_files()}
    return {path for path, *content in new.model_files() if before.get(path) == content}


def compare_revisions(old: str, new: str, schemas: Path) -> Comparison:
    """Return what changed between two folders or git revisions. Raises UsageError."""
    from runcomfy_codegen.resources import load_templates, runtime_names
    from runcomfy_codegen.store.revisions import read_revision

    reserved = runtime_names(load_templates())
    before, after = read_revision(old, schemas), read_revision(new, schemas)
    return compare_folders(before, after, reserved, with_upstream=True)


def report(changes: tuple[Change, ...], style: str) -> Iterator[str]:
    """Yield the lines of a report in a style: `text` (to be escaped), `json`, `markdown`."""
    from runcomfy_codegen.diff.report import json_text, markdown_report, text_report

    match style:
        case "json":
            yield json_text(changes)
        case "markdown":
            text = "\n".join(markdown_report(changes)).rstrip("\n")
            yield text or "No model changed."
        case _:
            yield from text_report(changes)


def words(change: Change) -> str:
    """Return what a change is, in words for a terminal."""
    from runcomfy_codegen.diff.report import change_words

    return change_words(change)
