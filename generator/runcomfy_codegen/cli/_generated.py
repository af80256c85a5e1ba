"""Say what a run of `generate` did: what a person reads in ten seconds, or JSON."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeAlias

import click

from runcomfy_codegen.app.compare import Change
from runcomfy_codegen.app.generate import Generated
from runcomfy_codegen.cli._wording import (
    counted,
    drift_line,
    model_lines,
    note_line,
    printable,
    problem_line,
    remedy,
)
from runcomfy_codegen.ir import Drift, Module, Note

Style: TypeAlias = Literal["brief", "verbose", "quiet", "json"]

FEW = 5
"""How many of each kind are named where not everything is."""
COLOURS = {"breaking": "red", "new": "green", "removed": "red", "changed": "yellow"}


def say_generated(
    schemas: Path, out: Path, done: Generated, style: Style, started: float
) -> None:
    """Print what was done; on stderr, what was left as a person made it."""
    if style == "json":
        click.echo(json.dumps(_as_json(schemas, out, done, started), indent=2))
    elif style != "quiet":
        for line in _lines(schemas, out, done, style == "verbose"):
            click.echo(_coloured(line))
    for problem in done.plan.problems:
        click.echo(problem_line(schemas, problem), err=True)
    if done.plan.problems:
        models = {problem.file for problem in done.plan.problems}
        said = f"{counted(len(models), 'model')} with Problems left as before"
        click.echo(said, err=True)
    for drift in done.written.kept:
        click.echo(drift_line(out, drift), err=True)
    if edited(done):
        files = counted(len(edited(done)), "file")
        said = f"{files} edited by hand left as before, beside what is new"
        click.echo(said, err=True)
    if done.written.kept:
        click.echo(remedy(done.written.kept), err=True)
    if style in ("brief", "verbose"):
        click.echo(_summary(done, started))


def edited(done: Generated) -> list[Drift]:
    """Return the files that a person edited, and so are not as they should be."""
    return [drift for drift in done.written.kept if drift.state == "edited"]


def say_nothing_new(models: int, style: Style, started: float) -> None:
    """Print that an output folder is up to date."""
    if style == "json":
        nothing: dict[str, Any] = {"new": [], "changed": [], "removed": []}
        click.echo(json.dumps({**nothing, "unchanged": models}, indent=2))
    elif style != "quiet":
        click.echo(f"0 changed, {models} unchanged, 0 removed, {_seconds(started)}")


def _lines(
    schemas: Path, out: Path, done: Generated, everything: bool
) -> Iterator[str]:
    """Yield the models by what became of them, and what a person should look at."""
    news, known = _written_modules(done)
    breaking = {c.model_id for c in done.plan.changes if c.verdict == "breaking"}
    known.sort(key=lambda module: module.model.model_id not in breaking)
    removed = sorted(done.plan.removed)
    most = len(news) + len(known) + len(removed) if everything else FEW
    shown: list[Note] = []
    for model_id in removed[:most]:
        yield from model_lines("removed", model_id, done.plan.changes)
    yield from _more(removed, most, "removed")
    for state, modules in (("changed", known), ("new", news)):
        for module in modules[:most]:
            yield from _module_lines(schemas, out, done, state, module)
            shown += _warnings([module])
        yield from _more(modules, most, state)
    rest = [note for note in _warnings([*known, *news]) if note not in shown]
    for note in rest[:most]:
        yield note_line(schemas, note)
    yield from _more(rest, most, "warnings")
    if len(news) + len(known) + len(removed) > FEW:
        yield _counts(done, news, known)


def _module_lines(
    schemas: Path, out: Path, done: Generated, state: str, module: Module
) -> Iterator[str]:
    """Yield a model that was written, with its import and its warnings."""
    yield from model_lines(state, module.model.model_id, done.plan.changes)
    path = out / f"runcomfy_models/{module.vendor}/{module.name}.py"
    line = f"from runcomfy_models.{module.vendor} import {module.name}"
    yield f"    {line}  # {path.as_posix()}"
    for note in _warnings([module]):
        yield f"    {note_line(schemas, note)}"


def _more(things: Iterable[object], most: int, what: str) -> Iterator[str]:
    left = len(list(things)) - most
    if left > 0:
        yield f"… and {left} more {what}; --verbose shows them"


def _counts(done: Generated, news: list[Module], known: list[Module]) -> str:
    """Return what there is to know of many models, in one line."""
    verdicts = Counter(change.verdict for change in done.plan.changes)
    return ", ".join(
        (
            f"{len(news)} new",
            f"{len(known)} changed",
            f"{len(done.plan.removed)} removed",
            counted(verdicts["breaking"], "breaking change"),
            counted(len(_warnings([*news, *known])), "warning"),
        )
    )


def _summary(done: Generated, started: float) -> str:
    """Return the last line; where no model changed, what else did."""
    changed, removed = len(done.changed), len(done.plan.removed)
    unchanged = len(done.plan.models) - changed
    besides = "" if changed or removed else _besides(done)
    return (
        f"{changed} changed, {unchanged} unchanged, {removed} removed, "
        f"{_seconds(started)}{besides}"
    )


def _besides(done: Generated) -> str:
    """Return what was written and deleted though no model changed."""
    written = done.written
    groups = {
        "written": sorted({*written.created, *written.replaced}),
        "deleted": sorted(written.deleted),
    }
    besides = ""
    for word, paths in groups.items():
        if not paths:
            continue
        named = ", ".join(paths[:FEW])
        left = len(paths) - FEW
        more = f" and {left} more" if left > 0 else ""
        besides += f"; {word} all the same: {named}{more}"
    return printable(besides)


def _written_modules(done: Generated) -> tuple[list[Module], list[Module]]:
    """Return the modules that were written: of new models, and of others."""
    news: list[Module] = []
    known: list[Module] = []
    for module in done.plan.package.modules:
        if module.model.model_id in done.changed:
            is_known = module.model.model_id in done.known
            (known if is_known else news).append(module)
    return news, known


def _warnings(modules: Iterable[Module]) -> list[Note]:
    warnings = []
    for module in modules:
        warnings += [note for note in module.model.notes if note.severity == "warning"]
    return warnings


def _as_json(
    schemas: Path, out: Path, done: Generated, started: float
) -> dict[str, Any]:
    """Return everything, for programs."""
    news, known = _written_modules(done)
    written = done.written
    return {
        "new": [module.model.model_id for module in news],
        "changed": [module.model.model_id for module in known],
        "removed": sorted(done.plan.removed),
        "unchanged": len(done.plan.models) - len(done.changed),
        "breaking": sum(c.verdict == "breaking" for c in done.plan.changes),
        "changes": [_change(change) for change in done.plan.changes],
        "warnings": [note_line(schemas, note) for note in _warnings([*news, *known])],
        "files": {
            "created": list(written.created),
            "replaced": list(written.replaced),
            "deleted": list(written.deleted),
        },
        "problems": [problem_line(schemas, p) for p in done.plan.problems],
        "kept": [(out / drift.path).as_posix() for drift in written.kept],
        "seconds": round(time.perf_counter() - started, 3),
    }


def _change(change: Change) -> dict[str, str]:
    names = ("model_id", "side", "field", "kind", "verdict", "what")
    return {name: getattr(change, name) for name in names}


def _coloured(line: str) -> str:
    """Return a line with its first word in the colour of what it means."""
    text = printable(line)
    first = text.strip().partition(" ")[0]
    if first not in COLOURS or "  " not in text.strip():
        return text
    return text.replace(first, click.style(first, fg=COLOURS[first]), 1)


def _seconds(started: float) -> str:
    return f"{time.perf_counter() - started:.1f} s"
