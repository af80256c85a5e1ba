"""Put what was found into words, and errors into exit codes."""

import sys
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

import click

from runcomfy_codegen.errors import (
    CodegenError,
    ProblemsError,
    SourceError,
    UsageError,
)

if TYPE_CHECKING:
    from runcomfy_codegen.ir import Drift, Note, Problem

P = ParamSpec("P")
R = TypeVar("R")

NO, USAGE, PROBLEMS = 1, 2, 3


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors that a person can mend into text and an exit code."""

    @wraps(command)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> R:
        schemas = kwargs.get("schemas", Path("schemas"))
        try:
            return command(*args, **kwargs)
        except CodegenError as error:
            *lines, last = error_lines(schemas, error)
            for line in lines:
                click.echo(line, err=True)
            fail(last, exit_code(error))

    return reporting


def error_lines(schemas: Any, error: CodegenError) -> list[str]:
    """Return an error in words, a line each thing that is wrong."""
    if not isinstance(error, ProblemsError):
        return [printable(str(error))]
    lines = [problem_line(schemas, problem) for problem in error.problems]
    return [*lines, f"{counted(len(lines), 'Problem')}; nothing was written"]


def exit_code(error: CodegenError) -> int:
    """Return the exit code of an error."""
    if isinstance(error, ProblemsError | SourceError):
        return PROBLEMS
    return USAGE if isinstance(error, UsageError) else NO


def fail(message: str, code: int) -> NoReturn:
    """Print an error and exit."""
    click.echo(message, err=True)
    sys.exit(code)


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def located(schemas: Any, file: str, pointer: str) -> str:
    """Return a place in a schema folder: `schemas/….json#/pointer`."""
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


def note_line(schemas: Path, note: "Note") -> str:
    """Return a note as one line: where, how severe, what changed, why."""
    change = (
        note.before if note.before == note.after else f"{note.before} -> {note.after}"
    )
    place = located(schemas, note.file, note.pointer)
    code = f" [{note.code}]" if note.code else ""
    return printable(f"{place}: {note.severity}: {change}: {note.why}{code}")


def drift_line(out: Path, drift: "Drift") -> str:
    """Return a file that is not as generated, as one line."""
    words = {"edited": "edited by hand"}
    return printable(
        f"{words.get(drift.state, drift.state)}  {(out / drift.path).as_posix()}"
    )


def remedy(drifts: "Iterable[Drift]") -> str:
    """Return what mends files that are not as generated."""
    states = {drift.state for drift in drifts}
    remedies = []
    if states & {"missing", "stale"}:
        remedies.append("run `runcomfy-codegen generate`")
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
