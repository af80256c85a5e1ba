"""Check: compare an output folder with what would be generated. Writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runcomfy_codegen.ir import Drift
    from runcomfy_codegen.output.tree import Tree
    from runcomfy_codegen.session import Session


@dataclass(frozen=True, slots=True)
class Checked:
    """How an output folder stands."""

    files: int
    """How many there should be."""
    drifts: "tuple[Drift, ...]" = ()
    hunks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By path, how a file differs from what would be generated, if that was asked for."""


def check(
    schemas: Path,
    out: Path,
    templates: Path | None,
    full: bool,
    session: "Session",
    with_hunks: bool = False,
) -> Checked:
    """Return each file that is not as it would be generated. Raises CodegenError.

    What the manifest records is trusted, unless the check is a `full` one: then all is
    made anew in memory, and hidden files are strays too. With `with_hunks`, the lines
    that differ are told too.
    """
    from runcomfy_codegen.app.plan import Request, plan
    from runcomfy_codegen.output.tree import Tree, read_tree
    from runcomfy_codegen.output.writer import compare
    from runcomfy_codegen.resources import load_templates

    tree = read_tree(out, hidden=full)
    nothing = Tree(out, {}, {}, {})
    known = nothing if full else tree
    shipped = load_templates(templates)
    planned = plan(schemas, known, shipped, Request(), session)
    drifts = tuple(compare(tree, planned.expected))
    if not with_hunks or not drifts:
        return Checked(len(planned.expected), drifts)
    contents = planned.contents
    if not all(d.path in contents for d in drifts if d.state != "orphaned"):
        # Of a model that is as recorded nothing was made, though a person edited it.
        contents = plan(schemas, nothing, shipped, Request(), session).contents
    return Checked(len(planned.expected), drifts, _hunks(tree, drifts, contents))


def _hunks(
    tree: "Tree", drifts: "Iterable[Drift]", contents: Mapping[str, bytes]
) -> dict[str, tuple[str, ...]]:
    """Return how each file differs from its content."""
    from runcomfy_codegen.app.hunks import hunks

    found = {}
    for drift in drifts:
        path = drift.path
        present = tree.read(path) if path in tree.present else None
        found[path] = tuple(hunks(path, present, contents.get(path)))
    return found
