"""`runcomfy-codegen lint`."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from runcomfy_codegen.app.lint import Findings, lines_of, lint
from runcomfy_codegen.cli._exit import NO, PROBLEMS, reports_errors
from runcomfy_codegen.cli._options import SCHEMAS
from runcomfy_codegen.cli._wording import counted, note_line, printable, problem_line
from runcomfy_codegen.ir import Note, Problem


@click.command(name="lint")
@SCHEMAS
@click.option("--strict", is_flag=True, help="Exit with 1 if there is any warning.")
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Also each change that was made silently, and each accepted warning.",
)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
)
@reports_errors
def command(schemas: Path, strict: bool, everything: bool, style: str) -> None:
    """Say what is wrong or doubtful in the stored models.

    Accept a warning in schemas/accepted.toml, with the model, the code that stands
    behind it, and a reason.
    """
    findings = lint(schemas)
    lines = {"text": _text, "json": _json, "github": _github}[style]
    for line in lines(schemas, findings, everything):
        click.echo(line)
    if findings.problems:
        sys.exit(PROBLEMS)
    if strict and findings.warnings:
        sys.exit(NO)


def _text(schemas: Path, findings: Findings, everything: bool) -> Iterator[str]:
    """Yield the worst first; of what was done silently, the count."""
    yield from (problem_line(schemas, problem) for problem in findings.problems)
    yield from (note_line(schemas, note) for note in findings.warnings)
    if everything:
        for note in findings.accepted:
            yield f"{note_line(schemas, note)}, accepted"
        yield from (note_line(schemas, note) for note in findings.infos)
    accepted = f", {len(findings.accepted)} accepted" if findings.accepted else ""
    hint = "" if everything or not findings.infos else " (--all shows them)"
    yield (
        f"{counted(len(findings.problems), 'Problem')}, "
        f"{counted(len(findings.warnings), 'warning')}{accepted}, "
        f"{counted(len(findings.infos), 'note')}{hint}"
    )


def _json(schemas: Path, findings: Findings, everything: bool) -> Iterator[str]:
    """Yield one object with everything."""

    def rows(found: Iterable[Note | Problem]) -> list[dict[str, Any]]:
        found = list(found)
        return [
            {**asdict(one), "file": Path(schemas, one.file).as_posix(), "line": line}
            for one, line in zip(found, lines_of(schemas, found), strict=True)
        ]

    content = {
        "problems": rows(findings.problems),
        "notes": rows((*findings.warnings, *findings.infos)),
        "accepted": rows(findings.accepted),
    }
    yield json.dumps(content, indent=2)


def _github(schemas: Path, findings: Findings, everything: bool) -> Iterator[str]:
    """Yield annotations, each at its line.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    notes = [*findings.warnings, *(findings.infos if everything else ())]
    said: list[Note | Problem] = [*findings.problems, *notes]
    for finding, line in zip(said, lines_of(schemas, said), strict=True):
        path = _escaped(Path(schemas, finding.file).as_posix())
        path = printable(path.replace(":", "%3A").replace(",", "%2C"))
        level, message = _annotation(schemas, finding)
        yield f"::{level} file={path},line={line}::{_escaped(message)}"


def _annotation(schemas: Path, finding: Note | Problem) -> tuple[str, str]:
    """Return the level of a finding, and its line."""
    if isinstance(finding, Problem):
        return "error", problem_line(schemas, finding)
    level = "warning" if finding.severity == "warning" else "notice"
    return level, note_line(schemas, finding)


def _escaped(text: str) -> str:
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(character, code)
    return text
