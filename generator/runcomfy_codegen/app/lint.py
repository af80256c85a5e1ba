"""Judge the stored models: Problems, warnings that nobody accepted, and what was changed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runcomfy_codegen.app.build import build_folder
from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import Model, Note, Problem
from runcomfy_codegen.schema.positions import line_of
from runcomfy_codegen.store.accepted import (
    ACCEPTED_NAME,
    Accepted,
    read_accepted,
)

STALE = "stale-acceptance"
"""The code of the warning about an acceptance that nothing needs."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What is to be said of a schema folder, the worst first."""

    problems: tuple[Problem, ...]
    warnings: tuple[Note, ...]
    accepted: tuple[Note, ...]
    """Warnings that `accepted.toml` accepts."""
    infos: tuple[Note, ...]


def lint(schemas: Path) -> Findings:
    """Return everything that is to be said of a schema folder."""
    built = build_folder(schemas)
    problems = list(built.problems())
    try:
        accepted = read_accepted(schemas)
    except ProblemsError as wrong:
        problems += wrong.problems
        accepted = ()
    warnings, taken = _divide(built.models, accepted)
    infos = [note for note in built.notes() if note.severity == "info"]
    return Findings(
        tuple(sorted(problems)),
        tuple(sorted(warnings)),
        tuple(sorted(taken)),
        tuple(infos),
    )


def lines_of(schemas: Path, findings: Iterable[Note | Problem]) -> list[int]:
    """Return the line in its file of each finding."""
    texts: dict[str, str] = {}
    lines = []
    for finding in findings:
        if finding.file not in texts:
            try:
                texts[finding.file] = (schemas / finding.file).read_text("utf-8")
            except (OSError, ValueError):
                texts[finding.file] = ""
        lines.append(line_of(texts[finding.file], finding.pointer))
    return lines


def _divide(
    models: Iterable[Model], accepted: tuple[Accepted, ...]
) -> tuple[list[Note], list[Note]]:
    """Return the warnings that stand, and those that are accepted."""
    standing: list[Note] = []
    taken: list[Note] = []
    needed: set[Accepted] = set()
    for model_id, note in _warnings(models):
        matching = [row for row in accepted if _matches(row, model_id, note)]
        needed.update(matching)
        chosen = taken if matching else standing
        chosen.append(note)
    for index, row in enumerate(accepted):
        if row not in needed:
            standing.append(_stale(index, row))
    return standing, taken


def _warnings(models: Iterable[Model]) -> Iterator[tuple[str, Note]]:
    """Yield each warning, with the model that it is about."""
    for model in models:
        for note in model.notes:
            if note.severity == "warning":
                yield model.model_id, note


def _matches(row: Accepted, model_id: str, note: Note) -> bool:
    is_of_its_kind = (row.model_id, row.code) == (model_id, note.code)
    return is_of_its_kind and row.pointer in (None, note.pointer)


def _stale(index: int, row: Accepted) -> Note:
    what = f"{row.code} of {row.model_id}"
    why = "there is no such warning; delete the entry"
    return Note(
        ACCEPTED_NAME, f"/accepted/{index}", "warning", what, what, why, code=STALE
    )
