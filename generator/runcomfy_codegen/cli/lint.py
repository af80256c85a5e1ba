"""`runcomfy-codegen lint`."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import click

from runcomfy_codegen.app.build import build_folder
from runcomfy_codegen.cli._exit import NO, PROBLEMS, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import counted, note_line, printable, problem_line
from runcomfy_codegen.ir import Note, Problem

Lines: TypeAlias = Callable[[Path, list[Note], tuple[Problem, ...]], Iterator[str]]


@click.command(name="lint")
@SCHEMAS
@click.option("--strict", is_flag=True, help="Exit with 1 if there is any warning.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
@reports_errors
def command(schemas: Path, strict: bool, style: str) -> None:
    """Say what is odd in the stored models, and what was made of it."""
    built = build_folder(schemas)
    problems, notes = built.problems(), built.notes()
    for line in STYLES[style](schemas, notes, problems):
        click.echo(line)
    if problems:
        sys.exit(PROBLEMS)
    if strict and any(note.severity == "warning" for note in notes):
        sys.exit(NO)


def _text(
    schemas: Path, notes: list[Note], problems: tuple[Problem, ...]
) -> Iterator[str]:
    """Yield a line for each, and the counts."""
    yield from (note_line(schemas, note) for note in notes)
    yield from (problem_line(schemas, problem) for problem in problems)
    warnings = sum(note.severity == "warning" for note in notes)
    yield (
        f"{counted(len(problems), 'Problem')}, {counted(warnings, 'warning')}, "
        f"{counted(len(notes) - warnings, 'note')}"
    )


def _json(
    schemas: Path, notes: list[Note], problems: tuple[Problem, ...]
) -> Iterator[str]:
    """Yield one JSON object."""

    def located(found: Note | Problem) -> dict[str, Any]:
        return {**asdict(found), "file": Path(schemas, found.file).as_posix()}

    content = {
        "problems": [located(problem) for problem in problems],
        "notes": [located(note) for note in notes],
    }
    yield json.dumps(content, indent=2)


def _github(
    schemas: Path, notes: list[Note], problems: tuple[Problem, ...]
) -> Iterator[str]:
    """Yield an annotation for each.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    for note in notes:
        level = "warning" if note.severity == "warning" else "notice"
        yield _annotation(level, schemas / note.file, note_line(schemas, note))
    for problem in problems:
        line = problem_line(schemas, problem)
        yield _annotation("error", schemas / problem.file, line)


def _annotation(level: str, file: Path, message: str) -> str:
    path = file.as_posix()
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        message = message.replace(character, code)
        path = path.replace(character, code)
    path = printable(path.replace(":", "%3A").replace(",", "%2C"))
    return f"::{level} file={path}::{message}"


STYLES: dict[str, Lines] = {"text": _text, "json": _json, "github": _github}
