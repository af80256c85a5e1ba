"""Put what was found into words: Problems, notes, drift and changes, a line each."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from runcomfy_codegen.errors import CodegenError, ProblemsError

if TYPE_CHECKING:  # a run that finds nothing changed needs none of it
    from pathlib import Path

    from runcomfy_codegen.app.compare import Change
    from runcomfy_codegen.ir import Drift, Note, Problem


def error_lines(schemas: Any, error: CodegenError) -> list[str]:
    """Return an error in words, a line each thing that is wrong."""
    if not isinstance(error, ProblemsError):
        return [printable(str(error))]
    lines = [problem_line(schemas, problem) for problem in error.problems]
    return [*lines, f"{counted(len(lines), 'Problem')}; nothing was written"]


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def located(schemas: Any, file: str, pointer: str) -> str:
    """Return a place in a schema folder: `schemas/….json#/pointer`."""
    from pathlib import Path  # slow to import, for the runs that say nothing

    return f"{Path(schemas, file).as_posix()}#{pointer}"


def problem_line(schemas: Any, problem: "Problem") -> str:
    """Return a Problem as one line: where, what is wrong, what to do."""
    place = located(schemas, problem.file, problem.pointer)
    return printable(f"{place}: {problem.what}; {problem.fix}")


def printable(text: str) -> str:
    """Return text on one line, safe for a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


def note_line(schemas: "Path", note: "Note") -> str:
    """Return a note as one line: where, how severe, what changed, why."""
    change = (
        note.before if note.before == note.after else f"{note.before} -> {note.after}"
    )
    place = located(schemas, note.file, note.pointer)
    code = f" [{note.code}]" if note.code else ""
    return printable(f"{place}: {note.severity}: {change}: {note.why}{code}")


def drift_line(out: "Path", drift: "Drift") -> str:
    """Return a file that is not as generated, as one line."""
    state = "edited by hand" if drift.state == "edited" else drift.state
    return printable(f"{state}  {(out / drift.path).as_posix()}")


def model_lines(
    state: str, model_id: str, changes: "Iterable[Change]" = ()
) -> Iterator[str]:
    """Yield a model with its state, and below it those of the changes that are its own."""
    from runcomfy_codegen.app.compare import words

    yield printable(f"{state}  {model_id}")
    own = [change for change in changes if change.model_id == model_id]
    for change in sorted(own, key=lambda change: change.order):
        if not _is_said_by_state(change):
            yield printable(f"    {change.verdict}  {words(change)}")


def _is_said_by_state(change: "Change") -> bool:
    is_plain_removal = change.kind == "model-removed" and not change.after
    return is_plain_removal or change.kind == "model-added"


def remedy(drifts: "Iterable[Drift]", untrusted: bool = False) -> str:
    """Return what mends files that are not as generated.

    With `untrusted`, the tree's own record of what was generated may be wrong too.
    """
    states = {drift.state for drift in drifts}
    remedies = []
    if states & {"missing", "stale"}:
        force = " --force" if untrusted else ""
        remedies.append(f"run `runcomfy-codegen generate{force}`")
    if "edited" in states:
        remedies.append(
            "move edits into schemas/ or templates/, then run "
            "`runcomfy-codegen generate --force`"
        )
    if "orphaned" in states:
        remedies.append(
            "delete what is orphaned, unless `runcomfy-codegen generate` wrote it: "
            "then that deletes it"
        )
    return "; ".join(remedies)
