"""Change one thing in a generated module, by its syntax tree."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.mutants.mutant import Mutant, near

Change = Callable[[Any], None]
Changes = Iterator[tuple[str, str, Change]]
"""The kind of each, what is said of it, and what it does to the node."""

OTHER_TYPES = {
    "str": ("int", "Any"),
    "int": ("float", "str", "Any"),
    "float": ("int", "str", "Any"),
    "bool": ("int", "str", "Any"),
    "Any": ("str", "int"),
}
OPPOSITES = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le"}
CALLS = ("multiple_of", "one_of", "count_fields")
BASES = {
    "InputObject": "OpenInputObject",
    "OpenInputObject": "InputObject",
    "OutputModel": "InputObject",
}
IMPORTS = (
    "from typing import Annotated, Any, Literal\n"
    "from pydantic import Field\n"
    "from .._models import NULLABLE, InputObject, OpenInputObject\n"
)


def module_mutants(source: str) -> Iterator[Mutant]:
    """Yield a module with one thing changed, for each thing in it."""
    tree = ast.parse(source)
    for index, node in enumerate(tree.body):
        if not isinstance(node, ast.ClassDef):
            continue
        for kind, said, change in _class_changes(node):
            yield _mutant(source, kind, said, (index,), change)
        is_output = ast.unparse(node.bases[0]) == "OutputModel"
        for line_index, line in enumerate(node.body):
            for kind, said, change in _line_changes(line, is_output):
                place = f"{node.name}.{said}"
                yield _mutant(source, kind, place, (index, line_index), change)


def _mutant(
    source: str, kind: str, said: str, path: tuple[int, ...], change: Change
) -> Mutant:
    mutant = ast.parse(source)
    node: Any = mutant
    for index in path:
        node = node.body[index]
    change(node)
    # After the docstring: names that only the change mentions.
    mutant.body[1:1] = ast.parse(IMPORTS).body
    return Mutant(kind, said, ast.fix_missing_locations(mutant))


def _line_changes(line: ast.stmt, is_output: bool) -> Changes:
    if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "model_id":
        for other in near(ast.literal_eval(line.value)):
            yield "model_id", f"model_id = {other!r}", _set("value", other)
    elif isinstance(line, ast.AnnAssign):
        name = ast.unparse(line.target)
        if name != "__pydantic_extra__":
            yield from _default_changes(line, name)
            yield from _whole_type_changes(line, name, is_output)
        for index, inner in enumerate(ast.walk(line.annotation)):
            for kind, said, change in _type_changes(inner, _step(line)):
                yield kind, f"{name}: {said}", _inside(index, change)


def _step(line: ast.AnnAssign) -> float:
    """Return the multiple that a field's bounds stand for; 0 if any number will do."""
    found = re.search(r"multiple_of[=(]([\d.]+)", ast.unparse(line.annotation))
    return ast.literal_eval(found[1]) if found else 0


def _set(attribute: str, value: Any) -> Change:
    return lambda node: setattr(node, attribute, ast.Constant(value))


def _inside(index: int, change: Change) -> Change:
    return lambda node: change(list(ast.walk(node.annotation))[index])


def _annotation(text: str) -> Change:
    return lambda node: setattr(node, "annotation", ast.parse(text, mode="eval").body)


def _or(text: str) -> Change:
    """Return what adds another type to a field, beside its first."""
    other = ast.parse(text, mode="eval").body

    def widen(node: Any) -> None:
        whole = node.annotation
        if isinstance(whole, ast.Subscript) and ast.unparse(whole.value) == "Annotated":
            types = whole.slice.elts
            types[0] = ast.BinOp(types[0], ast.BitOr(), other)
        else:
            node.annotation = ast.BinOp(whole, ast.BitOr(), other)

    return widen


def _class_changes(node: ast.ClassDef) -> Changes:
    base = ast.unparse(node.bases[0])
    if base in BASES:
        other = ast.Name(BASES[base], ast.Load())
        yield (
            "base class",
            f"class {node.name}({other.id})",
            lambda n: n.bases.__setitem__(0, other),
        )
    elif base == "InputModel[Output]":
        other_output = ast.parse("InputModel[OutputModel]", mode="eval").body
        yield (
            "base class",
            f"class {node.name}(InputModel[OutputModel])",
            lambda n: n.bases.__setitem__(0, other_output),
        )
    extra = ast.parse("one_more: str | None = None").body[0]
    yield "field added", f"{node.name}.one_more", lambda n: n.body.append(extra)
    for index, line in enumerate(node.body):
        if not isinstance(line, ast.AnnAssign):
            continue
        name = ast.unparse(line.target)
        said = f"{node.name}.{name}"

        def drop(n: Any, index: int = index) -> None:
            n.body[index : index + 1] = [ast.Pass()]

        def rename(n: Any, index: int = index, name: str = name) -> None:
            n.body[index].target.id = f"{name}_x"

        yield "field dropped", said, drop
        if name != "__pydantic_extra__":
            yield "field renamed", said, rename
        if index + 1 < len(node.body):

            def move(n: Any, index: int = index) -> None:
                n.body.append(n.body.pop(index))

            yield "field order", said, move
        following = node.body[index + 1 : index + 2]
        if following and isinstance(following[0], ast.Expr):

            def reword(n: Any, index: int = index) -> None:
                n.body[index + 1].value = ast.Constant("Other words.")

            yield "docstring", said, reword


def _default_changes(node: ast.AnnAssign, name: str) -> Changes:
    if node.value is None:

        def relax(n: Any) -> None:
            _or("None")(n)
            n.value = ast.Constant(None)

        yield "required", f"{name} is optional", relax
        yield "default", f"{name} = None", _set("value", None)
        return
    default = ast.literal_eval(node.value)
    yield "required", f"{name} is required", lambda n: setattr(n, "value", None)
    others = ["x", 0, False] if default is None else [None, *near(default, exact=True)]
    for other in others:
        yield "default", f"{name} = {other!r}", _set("value", other)


def _whole_type_changes(node: ast.AnnAssign, name: str, is_output: bool) -> Changes:
    text = ast.unparse(node.annotation)
    if node.value is None and "None" not in text:
        yield "nullable", f"{name}: null is taken", _or("None")
    elif "NULLABLE" not in text and not is_output:
        changed = _annotation(f"Annotated[{text}, NULLABLE]")
        yield "nullable", f"{name}: null is sent", changed
    plain = text.removeprefix("Annotated[").split(" |")[0].split(",")[0]
    if not is_output and plain in ("int", "float", "bool"):
        changed = _annotation(f"Annotated[{text}, Field(strict=False)]")
        yield "type", f"{name}: not strict", changed
    if "alias=" not in text:
        yield (
            "alias",
            f"{name}: an alias",
            _annotation(f"Annotated[{text}, Field(alias='other')]"),
        )
    for other in ("str", "int", "float", "bool", "list[Any]", "dict[str, Any]"):
        if other not in text:
            yield "type", f"{name}: or {other}", _or(other)


def _type_changes(node: ast.AST, step: float) -> Changes:
    if isinstance(node, ast.Name):
        for other in OTHER_TYPES.get(node.id, ()):
            said = f"{other} for {node.id}"
            yield "type", said, lambda n, other=other: setattr(n, "id", other)
        if node.id not in OTHER_TYPES and node.id.istitle() and node.id != "Annotated":
            said = f"a dict for {node.id}"
            yield "type", said, lambda n: setattr(n, "id", "dict")
    elif isinstance(node, ast.BinOp):
        for side, other in (("left", "right"), ("right", "left")):
            kept, gone = getattr(node, other), ast.unparse(getattr(node, side))
            kind = "nullable" if gone == "None" else "type"
            # Two times the same is that type alone.
            yield (
                kind,
                f"no {gone}",
                lambda n, side=side, kept=kept: setattr(n, side, kept),
            )
    elif isinstance(node, ast.Call):
        yield from _call_changes(node, step)
    elif isinstance(node, ast.Subscript):
        yield from _subscript_changes(node)


def _call_changes(node: ast.Call, step: float) -> Changes:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is None or keyword.arg == "init":
            continue
        value, name = ast.literal_eval(keyword.value), keyword.arg
        kind = name if name in ("alias", "pattern") else _kind_of_limit(name)
        said = f"{name}={value!r}"
        yield kind, f"no {said}", lambda n, i=index: n.keywords.pop(i)
        by = (step or 1) if name in OPPOSITES else 1
        for other in near(value, name in OPPOSITES and not step, by):
            yield (
                kind,
                f"{said} is {other!r}",
                lambda n, i=index, other=other: setattr(
                    n.keywords[i], "value", ast.Constant(other)
                ),
            )
        if name in OPPOSITES:
            yield (
                kind,
                f"{said} is {OPPOSITES[name]}",
                lambda n, i=index, name=name: setattr(
                    n.keywords[i], "arg", OPPOSITES[name]
                ),
            )
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        for index, argument in enumerate(node.args):
            value = ast.literal_eval(argument)
            for other in near(value):
                if other == -1:
                    continue  # no object has fewer fields than none
                yield (
                    "check",
                    f"{node.func.id}({other!r}) for {value!r}",
                    lambda n, i=index, other=other: n.args.__setitem__(
                        i, ast.Constant(other)
                    ),
                )
        if node.func.id == "one_of":
            yield (
                "enum",
                "one_of: one more",
                lambda n: n.args.append(ast.Constant(12345.5)),
            )


def _kind_of_limit(name: str) -> str:
    return "length" if name in ("min_length", "max_length") else "bound"


def _subscript_changes(node: ast.Subscript) -> Changes:
    head = ast.unparse(node.value)
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if head == "Literal":
        yield from _literal_changes(parts)
    elif head == "Annotated":
        for index in range(1, len(parts)):
            said = f"no {ast.unparse(parts[index])}"

            def drop(n: Any, index: int = index) -> None:
                n.slice.elts[index] = ast.Constant("nothing")

            kind = "nullable" if "NULLABLE" in said else "check"
            yield kind, said, drop
    elif head == "list":
        inner = parts[0]
        said = ast.unparse(node)

        def unlist(n: Any) -> None:
            n.value, n.slice = ast.Name("Annotated", ast.Load()), ast.Tuple(
                [inner, ast.Constant("x")], ast.Load()
            )

        yield "type", f"no list in {said}", unlist


def _literal_changes(parts: list[ast.expr]) -> Changes:
    values = [ast.literal_eval(part) for part in parts]

    def with_values(changed: list[Any]) -> Change:
        elements: list[ast.expr] = [ast.Constant(value) for value in changed]
        return lambda n: setattr(n, "slice", ast.Tuple(elements, ast.Load()))

    for more in ("not in the enum", "other", 12345):
        yield "enum", f"one more value, {more!r}", with_values([*values, more])
    for index, value in enumerate(values):
        kept = [*values[:index], *values[index + 1 :]]
        if kept:
            yield "enum", f"no {value!r}", with_values(kept)
        swapped = str(value) if isinstance(value, int) else 7
        for other in (*near(value), swapped):
            if other not in values:
                changed = [*values[:index], other, *values[index + 1 :]]
                yield "enum", f"{other!r} for {value!r}", with_values(changed)
    if len(values) > 1:
        yield "enum order", "the other way round", with_values(values[::-1])
