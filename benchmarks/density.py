"""How dense the code is to read: `python -m benchmarks.density [FOLDER…]`.

A branch is whatever makes a reader hold two ways in mind: `if`, `for`, `while`, `case`,
`except`, `with`, `assert`, a comprehension and each of its conditions, each further operand
of `and` and `or`, each comparison. Lines are counted without docstrings. The figures are for
a reader's sense, and not a gate.
"""

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
TREES = ("generator/runcomfy_codegen", "templates/runcomfy_models", "benchmarks")
LONG = 8
"""Lines from which on a function counts for the branches a line."""
DOCUMENTED = 5
"""Lines above which a private function is to have a docstring."""
BRANCHES = (
    ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.match_case, ast.Try,
    ast.ExceptHandler, ast.With, ast.AsyncWith, ast.Assert,
)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Density:
    """The figures of one tree."""

    files: dict[str, int] = field(default_factory=dict)
    """Lines by path."""
    functions: dict[str, int] = field(default_factory=dict)
    """Lines by place."""
    dense: dict[str, float] = field(default_factory=dict)
    """Branches a line by place, of the longer functions."""
    comprehensions: int = 0
    comments: int = 0
    names_of_any: int = 0
    private: int = 0
    documented: int = 0

    @property
    def lines(self) -> int:
        """Return the lines of all files."""
        return sum(self.files.values())

    def per_hundred(self, count: int) -> float:
        """Return a count per 100 lines."""
        return 100 * count / self.lines


def measure(tree: Path) -> Density:
    """Return the figures of the Python files below a folder."""
    found = Density()
    for path in sorted(tree.rglob("*.py")):
        _read(found, path.relative_to(tree).as_posix(), path.read_text("utf-8"))
    return found


def _read(found: Density, name: str, text: str) -> None:
    """Add one file's figures to those of its tree."""
    found.files[name] = len(text.splitlines())
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found.comments += sum(token.type == tokenize.COMMENT for token in tokens)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.comprehension):
            found.comprehensions += 1
        elif isinstance(node, ast.Name) and node.id == "Any":
            found.names_of_any += 1
        elif isinstance(node, Function):
            _read_function(found, f"{name}:{node.lineno} {node.name}", node)


def _read_function(found: Density, place: str, function: Function) -> None:
    whole = (function.end_lineno or 0) - function.lineno + 1
    lines = whole - _docstring_lines(function)
    found.functions[place] = whole
    if lines >= LONG:
        found.dense[place] = branches(function) / lines
    if _is_private(function.name) and lines > DOCUMENTED:
        found.private += 1
        found.documented += ast.get_docstring(function) is not None


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def _docstring_lines(function: Function) -> int:
    if ast.get_docstring(function, clean=False) is None:
        return 0
    first = function.body[0]
    return (first.end_lineno or 0) - first.lineno + 1


def branches(function: Function) -> int:
    """Count the branches in a function, those of functions inside it too."""
    return sum(map(_branches_of, ast.walk(function)))


def _branches_of(node: ast.AST) -> int:
    match node:
        case ast.BoolOp(values=values):
            return len(values) - 1
        case ast.Compare(ops=operators):
            return len(operators)
        case ast.comprehension(ifs=conditions):
            return 1 + len(conditions)
        case _:
            return isinstance(node, BRANCHES)


def widest_folder(files: Iterable[str]) -> tuple[str, int]:
    """Return the folder with the most files side by side, and how many."""
    folders = [name.rpartition("/")[0] for name in files]
    widest = max(folders, key=folders.count)
    return widest or ".", folders.count(widest)


def report(name: str, found: Density) -> Iterator[str]:
    """Say the figures of a tree, one a line, and where its densest functions are."""
    longest = max(found.functions, key=lambda place: found.functions[place])
    largest = max(found.files, key=lambda path: found.files[path])
    functions = sorted(found.functions.values())
    folder, width = widest_folder(found.files)
    rows = {
        "lines a file, median / max": f"{statistics.median(found.files.values()):.0f} / "
        f"{found.files[largest]} ({largest})",
        "lines a function, median / p90 / max": f"{statistics.median(functions):.0f} / "
        f"{functions[len(functions) * 9 // 10]} / {functions[-1]} ({longest})",
        f"branches a line, from {LONG} lines on": f"{_middle(found.dense.values()):.2f}",
        "comprehensions per 100 lines": f"{found.per_hundred(found.comprehensions):.1f}",
        "comments per 100 lines": f"{found.per_hundred(found.comments):.1f}",
        "Any per 100 lines": f"{found.per_hundred(found.names_of_any):.1f}",
        f"private functions over {DOCUMENTED} lines with a docstring": (
            f"{100 * found.documented / (found.private or 1):.0f} %"
        ),
        "files in the widest folder": f"{width} ({folder})",
    }
    yield f"{name}: {len(found.files)} files, {found.lines} lines"
    for what, figure in rows.items():
        yield f"  {what:<50} {figure}"
    densest = sorted(found.dense, key=lambda place: -found.dense[place])[:3]
    for place in densest:
        yield f"  densest: {found.dense[place]:.2f} {place}"


def _middle(values: Iterable[float]) -> float:
    known = list(values)
    return statistics.median(known) if known else 0.0


def main() -> None:
    """Print the figures of the trees named, or of those written by hand."""
    for name in sys.argv[1:] or TREES:
        print("\n".join(report(name, measure(ROOT / name))))


if __name__ == "__main__":
    main()
