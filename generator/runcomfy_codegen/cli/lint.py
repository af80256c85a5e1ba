"""`runcomfy-codegen lint`."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from runcomfy_codegen.app.build import build, problems_of
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import (
    NO,
    PROBLEMS,
    counted,
    note_line,
    printable,
    problem_line,
    reports_errors,
)
from runcomfy_codegen.ir import Note, Problem
from runcomfy_codegen.resources import load_templates


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
    built = build(schemas, load_templates())
    error = problems_of(built)
    problems = error.problems if error else ()
    notes = sorted(note for model in built.models for note in model.notes)
    lines = {"text": _lint_text, "json": _lint_json, "github": _lint_github}[style]
    for line in lines(schemas, notes, problems):
        click.echo(line)
    if problems:
        sys.exit(PROBLEMS)
    if strict and any(note.severity == "warning" for note in notes):
        sys.exit(NO)


def _lint_text(
    schemas: Path, notes: list[Note], problems: tuple[Problem, ...]
) -> Iterable[str]:
    yield from (note_line(schemas, note) for note in notes)
    yield from (problem_line(schemas, problem) for problem in problems)
    warnings = sum(note.severity == "warning" for note in notes)
    yield (
        f"{counted(len(problems), 'Problem')}, {counted(warnings, 'warning')}, "
        f"{counted(len(notes) - warnings, 'note')}"
    )


def _lint_json(
    schemas: Path, notes: list[Note], problems: tuple[Problem, ...]
) -> Iterable[str]:
    yield json.dumps(
        {
            "problems": [
                {**asdict(p), "file": Path(schemas, p.file).as_posix()}
                for p in problems
            ],
            "notes": [
                {**asdict(n), "file": Path(schemas, n.file).as_posix()} for n in notes
            ],
        },
        indent=2,
    )


def _lint_github(
    schemas: Path, notes: list[Note], problems: tuple[Problem, ...]
) -> Iterable[str]:
    def command(level: str, file: str, message: str) -> str:
        # https://docs.github.com/actions/reference/workflow-commands-for-github-actions
        path = Path(schemas, file).as_posix()
        for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
            message = message.replace(character, code)
            path = path.replace(character, code)
        path = printable(path.replace(":", "%3A").replace(",", "%2C"))
        return f"::{level} file={path}::{message}"

    for note in notes:
        level = "warning" if note.severity == "warning" else "notice"
        yield command(level, note.file, note_line(schemas, note))
    for problem in problems:
        yield command("error", problem.file, problem_line(schemas, problem))
