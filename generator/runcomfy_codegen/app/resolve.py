"""Resolve what a merge left in the output folder: make it anew from the merged schemas.

Two branches that each add a model do not collide in their schemas, but do in the files
that all models share. Those are output, so that no line of them has to be merged by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runcomfy_codegen.app.generate import Generated, generate
from runcomfy_codegen.app.plan import Request
from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.store.revisions import conflicts, stage

if TYPE_CHECKING:
    from runcomfy_codegen.session import Session


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was resolved, and the run that did it."""

    conflicts: tuple[str, ...]
    """The files in the output folder that git could not merge."""
    generated: Generated


def resolve(
    schemas: Path,
    out: Path,
    templates: Path | None,
    session: "Session",
    waiting: Callable[[], None],
) -> Resolved:
    """Generate everything anew, over what git merged, and stage it.

    Raises UsageError outside of a git repository, and for a conflict outside of the
    output folder, which is a person's to resolve; and what `generate` raises.
    """
    inside: list[Path] = []
    outside: list[Path] = []
    for path in conflicts(out):
        belongs = path.is_relative_to(out.resolve())
        (inside if belongs else outside).append(path)
    if outside:
        names = ", ".join(path.as_posix() for path in outside[:3])
        what = f"a conflict outside of {out.as_posix()}"
        raise UsageError(names, what, "resolve them first, and `git add` them")
    done = generate(schemas, out, templates, Request(force=True), session, waiting)
    stage(out)
    found = tuple(path.relative_to(out.resolve()).as_posix() for path in inside)
    return Resolved(found, done)
