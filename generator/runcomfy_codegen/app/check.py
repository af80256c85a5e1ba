"""Check: compare an output folder with what would be generated. Writes nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runcomfy_codegen.ir import Drift
    from runcomfy_codegen.session import Session


@dataclass(frozen=True, slots=True)
class Checked:
    """How an output folder stands."""

    files: int
    """How many there should be."""
    drifts: "tuple[Drift, ...]" = ()


def check(
    schemas: Path, out: Path, templates: Path | None, full: bool, session: "Session"
) -> Checked:
    """Return each file that is not as it would be generated. Raises CodegenError.

    What the manifest records is trusted, unless the check is a `full` one: then all is
    made anew in memory, and hidden files are strays too.
    """
    from runcomfy_codegen.app.plan import Request, plan
    from runcomfy_codegen.output.tree import Tree, read_tree
    from runcomfy_codegen.output.writer import compare
    from runcomfy_codegen.resources import load_templates

    tree = read_tree(out, hidden=full)
    known = Tree(out, {}, {}, {}) if full else tree
    planned = plan(schemas, known, load_templates(templates), Request(), session)
    drifts = compare(tree, planned.expected)
    return Checked(len(planned.expected), tuple(drifts))
