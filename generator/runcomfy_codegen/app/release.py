"""Release: close the changelog under a version of the package, and generate with it.

The version is the package's own, and apart from the generator's. Its step is proposed
from what changed in the models since the last release; before 1.0 the minor number says
what breaks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from runcomfy_codegen.app.changelog import changes_since_release, next_release, recall
from runcomfy_codegen.app.check import check
from runcomfy_codegen.app.generate import generate
from runcomfy_codegen.app.plan import Request
from runcomfy_codegen.atomic import write_file
from runcomfy_codegen.diff.change import Change, Step, version_step
from runcomfy_codegen.errors import CodegenError, UsageError
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.store.folder import HISTORY_NAME, Folder, read_folder
from runcomfy_codegen.store.history import (
    FIRST_VERSION,
    History,
    dump_history,
)
from runcomfy_codegen.store.remembered import remembered
from runcomfy_codegen.store.revisions import uncommitted

if TYPE_CHECKING:
    from runcomfy_codegen.session import Session

PLACE = "--version"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the next release would be."""

    previous: str
    """The last version; empty if there was none."""
    version: str
    step: Step
    """What the changes ask for."""
    changes: tuple[Change, ...]
    models: int


def propose(schemas: Path, version: str | None = None) -> Proposal:
    """Return the next release of a schema folder, under a version or the proposed one.

    Raises UsageError for a version that is not one, or not a later one, and if there is
    none to propose since no model changed.
    """
    folder = read_folder(schemas)
    return _proposal(folder, recall(folder), version)


def _proposal(folder: Folder, history: History, version: str | None) -> Proposal:
    reserved = runtime_names(load_templates())
    changes = changes_since_release(history, folder, reserved)
    previous = history.version if history.released else ""
    is_stable = bool(previous) and Version(previous).major > 0
    step = version_step(changes, released=is_stable)
    if version is None:
        version = _next_version(previous, step)
    else:
        _refuse_version(version, previous)
    models = sum(1 for _ in folder.model_paths())
    return Proposal(previous, version, step, changes, models)


def _next_version(previous: str, step: Step) -> str:
    """Return the version that a step leads to."""
    if not previous:
        return FIRST_VERSION
    known = Version(previous)
    if known.is_prerelease:
        return known.base_version
    match step:
        case "major":
            return f"{known.major + 1}.0.0"
        case "minor":
            return f"{known.major}.{known.minor + 1}.0"
        case "patch":
            return f"{known.major}.{known.minor}.{known.micro + 1}"
        case _:
            what = f"no model changed since {previous}"
            raise UsageError(
                "release", what, f"give a version with {PLACE} all the same"
            )


def _refuse_version(version: str, previous: str) -> None:
    """Refuse what is not a version of three numbers, and what is not later."""
    fix = "give three numbers, such as 1.2.0 or 1.2.0rc1"
    given = _parsed(version)
    if given is None:
        what = f"{version!r} is not a version"
        raise UsageError(PLACE, what, fix)
    is_private = given.local or given.epoch or given.is_devrelease
    if is_private:
        what = f"{version} cannot be published"
        raise UsageError(PLACE, what, fix)
    if previous and given <= Version(previous):
        what = f"{version} is not later than {previous}"
        raise UsageError(PLACE, what, f"give a version after {previous}")


def _parsed(version: str) -> Version | None:
    """Return a version of three numbers; None for what is not one, or not spelled so."""
    try:
        given = Version(version)
    except InvalidVersion:
        return None
    is_plain = str(given) == version and len(given.release) == 3
    return given if is_plain else None


def release(
    schemas: Path,
    out: Path,
    templates: Path | None,
    version: str | None,
    session: "Session",
    waiting: Callable[[], None],
) -> Proposal:
    """Release what is generated: close its changelog, and write it under its version.

    Raises UsageError as `propose` does, and for a tree with changes that are not
    committed, or in which what is generated is not up to date. Whatever is raised, the
    history is as it was.
    """
    folder = read_folder(schemas)
    history = recall(folder)
    proposal = _proposal(folder, history, version)
    _refuse_dirty(schemas, out)
    if check(schemas, out, templates, True, session).drifts:
        what = "it is not what the schemas make"
        raise UsageError(str(out), what, "run `runcomfy-codegen generate`, and commit")
    reserved = runtime_names(load_templates())
    today = datetime.now(UTC).date().isoformat()
    made = next_release(history, folder, reserved, proposal.version, today)
    closed = History((*history.released, made), remembered(folder))
    write_file(schemas, HISTORY_NAME, dump_history(closed))
    try:
        generate(schemas, out, templates, Request(), session, waiting)
    except CodegenError:
        _restore(schemas, folder.history)
        raise
    return proposal


def _refuse_dirty(schemas: Path, out: Path) -> None:
    for path in uncommitted([schemas, out]):
        what = "it has changes that are not committed"
        raise UsageError(
            path, what, "commit them, so that the release can be found again"
        )


def _restore(schemas: Path, history: bytes) -> None:
    if history:
        write_file(schemas, HISTORY_NAME, history)
    else:
        (schemas / HISTORY_NAME).unlink(missing_ok=True)


def markdown_proposal(proposal: Proposal) -> str:
    """Return a proposal as Markdown: the step, the counts, and what breaks first."""
    from runcomfy_codegen.diff.report import markdown_report, summary

    before = proposal.previous or "nothing"
    lines = [f"## {before} \N{RIGHTWARDS ARROW} {proposal.version}", ""]
    models = {change.model_id for change in proposal.changes}
    if not proposal.previous:
        lines += [f"The first release, with {proposal.models} models.", ""]
    elif proposal.changes:
        counts = summary(proposal.changes)
        lines += [f"{counts}, in {len(models)} of {proposal.models} models.", ""]
    else:
        lines += ["No model changed.", ""]
    lines += markdown_report(proposal.changes)
    return "\n".join(lines).rstrip("\n")
