"""The command line. The only module that prints or exits.

Exit codes: 0 done, 1 the answer is no, 2 wrong usage, 3 Problems in the schemas.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

import click

from runcomfy_codegen import __version__
from runcomfy_codegen.errors import CodegenError, ProblemsError, SourceError

if TYPE_CHECKING:
    from runcomfy_codegen.ir import Drift, Note, Problem, Written
    from runcomfy_codegen.pipeline import Build

P = ParamSpec("P")
R = TypeVar("R")

NO, USAGE, PROBLEMS = 1, 2, 3

SCHEMAS = click.option(
    "--schemas",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="The folder of stored models.",
)
OUT = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("generated"),
    show_default=True,
    help="The folder of the generated package.",
)
TEMPLATES = click.option(
    "--templates",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder of templates that override the shipped ones.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Generate typed clients, documentation and tests from RunComfy's schemas."""


def reports_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the errors that a person can mend into text and an exit code."""

    @wraps(command)
    def reporting(*args: P.args, **kwargs: P.kwargs) -> R:
        schemas = kwargs.get("schemas", Path("schemas"))
        try:
            return command(*args, **kwargs)
        except ProblemsError as error:
            for problem in error.problems:
                click.echo(_problem_line(schemas, problem), err=True)
            count = _counted(len(error.problems), "Problem")
            _fail(f"{count}; nothing was written", PROBLEMS)
        except SourceError as error:
            _fail(str(error), PROBLEMS)
        except CodegenError as error:
            _fail(str(error), NO)

    return reporting


def _fail(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _located(schemas: Any, file: str, pointer: str) -> str:
    return f"{Path(schemas, file).as_posix()}#{pointer}"


def _problem_line(schemas: Any, problem: "Problem") -> str:
    place = _located(schemas, problem.file, problem.pointer)
    return _printable(f"{place}: {problem.what}; {problem.fix}")


def _printable(text: str) -> str:
    """Return text on one line, safe for a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE…")
@SCHEMAS
@click.option("--force", is_flag=True, help="Overwrite a stored model that differs.")
@reports_errors
def add(sources: tuple[str, ...], schemas: Path, force: bool) -> None:
    """Save pages or catalogue entries as stored models.

    A SOURCE is a file with a page's text or HTML, or with a catalogue entry, a list
    of them or a response that holds one (JSON), or the URL of either; - is standard
    input. A stored model that differs is never overwritten without --force.
    """
    from runcomfy_codegen.acquire import acquire

    failed = 0
    for source in sources:
        outcome = acquire(source, schemas, force)
        for added in outcome.saved:
            click.echo(f"{added.state}  {_printable(added.path)}")
        for error in outcome.errors:
            failed += 1
            click.echo(_printable(str(error)), err=True)
    if failed:
        _fail(f"{_counted(failed, 'source')} could not be added", PROBLEMS)


@main.command()
@SCHEMAS
@OUT
@TEMPLATES
@click.option(
    "--only", multiple=True, metavar="MODEL_ID", help="This model alone; repeatable."
)
@click.option("--force", is_flag=True, help="Replace files that were edited by hand.")
@reports_errors
def generate(
    schemas: Path,
    out: Path,
    templates: Path | None,
    only: tuple[str, ...],
    force: bool,
) -> None:
    """Generate the package, its docs and its tests from the stored models."""
    from runcomfy_codegen.pipeline import build, load_templates, output_files
    from runcomfy_codegen.write import recorded_models, write

    started = time.perf_counter()
    shipped = load_templates(templates)
    built = build(schemas, shipped)
    _check_known(built, only)
    recorded = recorded_models(out)
    files = output_files(built, shipped, frozenset(only), recorded)
    written = write(out, files, force, partial=bool(only))
    _say_written(schemas, out, built, written, recorded, time.perf_counter() - started)


@main.command()
@SCHEMAS
@OUT
@TEMPLATES
@reports_errors
def check(schemas: Path, out: Path, templates: Path | None) -> None:
    """Say whether the generated tree is up to date. Writes nothing.

    Exits with 1, and names every file that is missing, stale, edited by hand or
    orphaned.
    """
    from runcomfy_codegen.pipeline import build, load_templates, output_files
    from runcomfy_codegen.write import compare, recorded_models

    shipped = load_templates(templates)
    files = output_files(
        build(schemas, shipped), shipped, recorded=recorded_models(out)
    )
    drifts = compare(out, files)
    for drift in drifts:
        click.echo(_drift_line(out, drift))
    if drifts:
        _fail(_remedy(drifts), NO)
    click.echo(f"{_counted(len(files), 'file')} up to date")


@main.command()
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
def lint(schemas: Path, strict: bool, style: str) -> None:
    """Say what is odd in the stored models, and what was made of it."""
    from runcomfy_codegen.pipeline import build, load_templates, problems_of

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


@main.command(name="list")
@SCHEMAS
@reports_errors
def list_models(schemas: Path) -> None:
    """List the stored models and the modules that they become."""
    from runcomfy_codegen.pipeline import build, load_templates, problems_of

    built = build(schemas, load_templates())
    width = max((len(m.model.model_id) for m in built.package.modules), default=0)
    for module in built.package.modules:
        path = f"runcomfy_models.{module.vendor}.{module.name}"
        click.echo(f"{module.model.model_id:<{width}}  {path}")
    error = problems_of(built)
    if error:
        raise error


def _check_known(built: "Build", only: Iterable[str]) -> None:
    known = {module.model.model_id for module in built.package.modules}
    for model_id in only:
        if model_id not in known:
            raise click.BadParameter(
                f"there is no stored model {model_id!r}; `runcomfy-codegen list` "
                "lists them",
                param_hint="--only",
            )


def _say_written(
    schemas: Path,
    out: Path,
    built: "Build",
    written: "Written",
    recorded: dict[str, Any],
    seconds: float,
) -> None:
    touched = {*written.created, *written.replaced}
    changed = 0
    for module in built.package.modules:
        model = module.model
        path = f"runcomfy_models/{module.vendor}/{module.name}.py"
        others = (f"docs/models/{module.vendor}/{module.name}.md",)
        if not touched & {path, *others}:
            continue
        changed += 1
        state = "changed" if model.model_id in recorded else "new"
        click.echo(f"{state}  {model.model_id}")
        click.echo(
            f"    from runcomfy_models.{module.vendor} import {module.name}  "
            f"# {(out / path).as_posix()}"
        )
        for note in model.notes:
            if note.severity == "warning":
                click.echo(f"    {_note_line(schemas, note)}")
    for drift in written.kept:
        click.echo(_drift_line(out, drift), err=True)
    if written.kept:
        click.echo(_remedy(written.kept), err=True)
    removed = len(recorded.keys() - {m.model.model_id for m in built.package.modules})
    unchanged = len(built.package.modules) - changed
    click.echo(
        f"{changed} changed, {unchanged} unchanged, {removed} removed, {seconds:.1f} s"
    )


def _drift_line(out: Path, drift: "Drift") -> str:
    words = {"edited": "edited by hand"}
    return _printable(
        f"{words.get(drift.state, drift.state)}  {(out / drift.path).as_posix()}"
    )


def _remedy(drifts: "Iterable[Drift]") -> str:
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


def _note_line(schemas: Path, note: "Note") -> str:
    change = (
        note.before if note.before == note.after else f"{note.before} -> {note.after}"
    )
    place = _located(schemas, note.file, note.pointer)
    return _printable(f"{place}: {note.severity}: {change}: {note.why}")


def _lint_text(
    schemas: Path, notes: "list[Note]", problems: "tuple[Problem, ...]"
) -> Iterable[str]:
    yield from (_note_line(schemas, note) for note in notes)
    yield from (_problem_line(schemas, problem) for problem in problems)
    warnings = sum(note.severity == "warning" for note in notes)
    yield (
        f"{_counted(len(problems), 'Problem')}, {_counted(warnings, 'warning')}, "
        f"{_counted(len(notes) - warnings, 'note')}"
    )


def _lint_json(
    schemas: Path, notes: "list[Note]", problems: "tuple[Problem, ...]"
) -> Iterable[str]:
    from dataclasses import asdict

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
    schemas: Path, notes: "list[Note]", problems: "tuple[Problem, ...]"
) -> Iterable[str]:
    def command(level: str, file: str, message: str) -> str:
        # https://docs.github.com/actions/reference/workflow-commands-for-github-actions
        path = Path(schemas, file).as_posix()
        for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
            message = message.replace(character, code)
            path = path.replace(character, code)
        path = path.replace(":", "%3A").replace(",", "%2C")
        return f"::{level} file={path}::{message}"

    for note in notes:
        level = "warning" if note.severity == "warning" else "notice"
        yield command(level, note.file, _note_line(schemas, note))
    for problem in problems:
        yield command("error", problem.file, _problem_line(schemas, problem))


if __name__ == "__main__":
    main()
