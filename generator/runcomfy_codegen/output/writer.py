"""Say how an output folder differs from what was planned, and bring it there.

Only files that this program wrote, and that still are as it wrote them, are ever
replaced or deleted.
"""

from collections.abc import Mapping
from pathlib import Path

from runcomfy_codegen.atomic import delete_file, sweep, system_error, write_file
from runcomfy_codegen.ir import Drift, DriftState, Written
from runcomfy_codegen.output.manifest import JOURNAL, MANIFEST, dump_journal
from runcomfy_codegen.output.tree import Tree
from runcomfy_codegen.progress import Progress, no_progress


def compare(
    tree: Tree, expected: Mapping[str, str], partial: bool = False
) -> list[Drift]:
    """Return each file that is not as expected, in the order of the tree.

    A partial plan says nothing of the files that it lacks.
    """
    paths = {*expected} if partial else {*expected, *tree.present}
    drifts = []
    for path in sorted(paths, key=lambda path: path.split("/")):
        wanted, found = expected.get(path), tree.present.get(path)
        if wanted != found:
            drifts.append(Drift(path, _state(tree, path, wanted, found)))
    return drifts


def _state(tree: Tree, path: str, wanted: str | None, found: str | None) -> DriftState:
    """Return how a file differs from what is expected, by the digests of both."""
    if wanted is None:
        return "orphaned"
    if found is None:
        return "missing"
    is_ours = path == MANIFEST or found in tree.known.get(path, ())
    return "stale" if is_ours else "edited"


def write(
    tree: Tree,
    contents: Mapping[str, bytes],
    expected: Mapping[str, str],
    force: bool = False,
    partial: bool = False,
    progress: Progress = no_progress,
) -> Written:
    """Bring a folder to what is expected. With `force`, hand edits are replaced too.

    Each file is replaced atomically, the manifest last. Files that a person edited
    are kept and reported, unless forced; files that nobody of ours wrote stay.
    """
    drifts = compare(tree, expected, partial)
    kept, orphans, due = _sorted_out(tree, drifts, force)
    if drifts:
        _make(tree.out)
        write_file(tree.out, JOURNAL, dump_journal(tree.known, expected))
    count = len(orphans) + len(due)
    for number, path in enumerate(orphans, 1):
        delete_file(tree.out, path)
        progress("files written", number, count)
    ready: set[str] = set()
    for number, drift in enumerate(due, len(orphans) + 1):
        write_file(tree.out, drift.path, contents[drift.path], ready)
        progress("files written", number, count)
    if drifts or tree.was_cut_short:
        sweep(tree.out)
        (tree.out / JOURNAL).unlink(missing_ok=True)
    created = tuple(drift.path for drift in due if drift.state == "missing")
    replaced = tuple(drift.path for drift in due if drift.state != "missing")
    return Written(created, replaced, tuple(orphans), tuple(kept))


def _sorted_out(
    tree: Tree, drifts: list[Drift], force: bool
) -> tuple[list[Drift], list[str], list[Drift]]:
    """Return what is kept, what is deleted, and what is written, the manifest last."""
    kept, orphans, due, manifest = [], [], [], []
    for drift in drifts:
        path, state = drift.path, drift.state
        if path == MANIFEST:
            manifest.append(drift)
        elif state == "orphaned":
            if tree.present[path] in tree.known.get(path, ()):
                orphans.append(path)
            else:
                kept.append(Drift(path, "edited") if path in tree.known else drift)
        elif state == "edited" and not force:
            kept.append(drift)
        else:
            due.append(drift)
    return kept, orphans, due + manifest


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise system_error(out, error) from error
