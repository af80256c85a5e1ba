"""Read the package's reference out of its own docstrings, for the docs to show.

The runtime is plain Python, copied as it is: what its public names take, return and say
stands in its source, so that the reference cannot differ from it. Nothing is imported.
"""

import ast
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from inspect import cleandoc

from runcomfy_codegen.ir import Templates

PACKAGE = "runcomfy_models"
SECTIONS = {
    "Clients": ("RunComfy",),
    "Jobs": ("Job", "JobStatus"),
    "Results": ("Result", "DownloadProgress"),
    "Models": ("InputModel", "OutputModel", "ModelInfo", "ModelModule"),
    "Money": ("Price", "Estimate", "Balance"),
}
"""What is shown of the public names, beside the errors; the async twins are the same."""
FUNCTIONS = ("models", "find", "load")
WIDTH = 88


@dataclass(frozen=True, slots=True)
class Member:
    """A function, a method or an attribute: how it is written, and what it says."""

    name: str
    signature: str
    words: str


@dataclass(frozen=True, slots=True)
class Documented:
    """A class of the package."""

    name: str
    signature: str
    """How it is made; empty where a caller does not make it."""
    words: str
    members: tuple[Member, ...]
    bases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Classes that belong together."""

    title: str
    classes: tuple[Documented, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole reference."""

    sections: tuple[Section, ...]
    functions: tuple[Member, ...]
    errors: tuple[Documented, ...]


def reference(templates: Templates) -> Reference:
    """Return the reference; without what the templates lack, which may be a person's own."""
    homes = _homes(templates.files)
    sections = []
    for title, names in SECTIONS.items():
        found = [_class(templates.files, homes.get(name, ""), name) for name in names]
        sections.append(Section(title, tuple(cls for cls in found if cls)))
    root = _tree(templates.files, "__init__")
    functions = tuple(
        _member(node)
        for node in root.body
        if isinstance(node, ast.FunctionDef) and node.name in FUNCTIONS
    )
    errors = tuple(
        _documented(node)
        for node in _tree(templates.files, "errors").body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    return Reference(tuple(sections), functions, errors)


def _tree(files: Mapping[str, bytes], module: str) -> ast.Module:
    """Return the syntax tree of a module of the package; an empty one if it is not there."""
    path = f"{PACKAGE}/{module.replace('.', '/')}"
    source = files.get(f"{path}.py") or files.get(f"{path}/__init__.py") or b""
    return ast.parse(source)


def _homes(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the module that each public name comes from, as the package says itself."""
    for node in _tree(files, "__init__").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_HOMES":
            homes: dict[str, str] = ast.literal_eval(node.value)
            return homes
    return {}


def _class(files: Mapping[str, bytes], home: str, name: str) -> Documented | None:
    """Return a class of a module, also of one that only imports it from beside it."""
    tree = _tree(files, home) if home else ast.Module([], [])
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _documented(node)
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom) or node.level != 1 or not node.module:
            continue
        if any(alias.name == name for alias in node.names):
            return _class(files, f"{home}.{node.module}", name)
    return None


def _documented(node: ast.ClassDef) -> Documented:
    made = next((f for f in _functions(node) if f.name == "__init__"), None)
    members = (*_attributes(node), *map(_member, _public(node)))
    signature = _signature(node.name, made) if made else ""
    bases = tuple(map(ast.unparse, node.bases))
    return Documented(node.name, signature, _words(node), members, bases)


def _functions(node: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for child in node.body:
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child


def _public(node: ast.ClassDef) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the methods that a caller may use; of overloads, the one that is written out."""
    for function in _functions(node):
        decorators = [ast.unparse(each) for each in function.decorator_list]
        if not function.name.startswith("_") and "overload" not in decorators:
            yield function


def _attributes(node: ast.ClassDef) -> Iterator[Member]:
    """Yield the attributes, each with the text below it."""
    for index, child in enumerate(node.body):
        if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            name = child.target.id
            if name.startswith("_") or name == "model_config":
                continue
            below = node.body[index + 1] if index + 1 < len(node.body) else None
            words = ""
            if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
                words = cleandoc(str(below.value.value))
            yield Member(name, f"{name}: {ast.unparse(child.annotation)}", words)


def _member(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Member:
    decorators = [ast.unparse(each) for each in node.decorator_list]
    if "property" in decorators:
        returns = ast.unparse(node.returns) if node.returns else "Any"
        return Member(node.name, f"{node.name}: {returns}", _words(node))
    prefix = "await " if isinstance(node, ast.AsyncFunctionDef) else ""
    return Member(node.name, prefix + _signature(node.name, node), _words(node))


def _signature(name: str, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return how a function is called, one parameter a line where it is long."""
    arguments = ast.unparse(_Unquoted().visit(deepcopy(node.args))).replace("'", '"')
    arguments = arguments.removeprefix("self").removeprefix("cls").removeprefix(", ")
    returns = ast.unparse(node.returns).strip("'\"") if node.returns else ""
    behind = f" -> {returns}" if returns and returns != "None" else ""
    line = f"{name}({arguments}){behind}"
    if len(line) <= WIDTH:
        return line
    each = "".join(f"    {part},\n" for part in _parts(arguments))
    return f"{name}(\n{each}){behind}"


class _Unquoted(ast.NodeTransformer):
    """Writes what a quoted annotation says in its place, as readers know it."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        quoted = node.annotation
        if isinstance(quoted, ast.Constant) and isinstance(quoted.value, str):
            node.annotation = ast.parse(quoted.value, mode="eval").body
        return node


def _parts(arguments: str) -> list[str]:
    """Return the parameters one by one: split at the commas outside of brackets."""
    parts, depth = [""], 0
    for character in arguments:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _words(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return cleandoc(ast.get_docstring(node) or "")
