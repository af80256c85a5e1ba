"""Generate: bring an output folder to what the schema folder asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runcomfy_codegen.cache.stamp import (
    Counts,
    Snapshot,
    note_deleted,
    note_written,
    put_stamp,
    snapshot,
    sources,
)
from runcomfy_codegen.errors import UsageError

if TYPE_CHECKING:
    from runcomfy_codegen.app.plan import Plan, Request
    from runcomfy_codegen.ir import Written
    from runcomfy_codegen.session import Session


@dataclass(frozen=True, slots=True)
class Generated:
    """What a run did."""

    plan: "Plan"
    written: "Written"
    changed: frozenset[str]
    """The models of which a file was written."""
    known: frozenset[str]
    """The models that were recorded before."""


def generate(
    schemas: Path,
    out: Path,
    templates: Path | None,
    request: "Request",
    session: "Session",
    waiting: Callable[[], None],
) -> Generated:
    """Bring an output folder to what a schema folder asks for.

    `templates` is a folder of those that override the shipped ones. `waiting` is called
    if another run writes to the output folder. Raises CodegenError; with any Problem,
    nothing is written.
    """
    from runcomfy_codegen.app.plan import plan
    from runcomfy_codegen.output.lock import locked
    from runcomfy_codegen.output.tree import read_tree
    from runcomfy_codegen.output.writer import write
    from runcomfy_codegen.resources import load_templates

    _refuse_inside(schemas, out)
    with locked(out, waiting):
        seen = snapshot([*sources(schemas, templates), str(out)])
        tree = read_tree(out)
        planned = plan(schemas, tree, load_templates(templates), request, session)
        is_partial = bool(request.only)
        written = write(
            tree,
            planned.contents,
            planned.expected,
            request.force,
            is_partial,
            session.progress,
        )
        if not is_partial and not written.kept and not planned.problems:
            _stamp(out, planned, written, seen)
    touched = {*written.created, *written.replaced}
    changed = frozenset(i for i, paths in planned.made.items() if paths & touched)
    return Generated(planned, written, changed, frozenset(tree.recorded))


def _refuse_inside(schemas: Path, out: Path) -> None:
    """What is generated would be read as stored models by the next run."""
    if out.resolve().is_relative_to(schemas.resolve()):
        what = "it is in the folder of stored models"
        raise UsageError(str(out), what, "give another with --out")


def _stamp(out: Path, planned: "Plan", written: "Written", seen: Snapshot) -> None:
    """Leave a stamp of what was read and written."""
    contents = planned.contents
    ours = {path: contents[path] for path in (*written.created, *written.replaced)}
    note_deleted(seen, out, written.deleted)
    if note_written(seen, out, ours):
        put_stamp(out, seen, Counts(len(planned.models), len(planned.expected)))
