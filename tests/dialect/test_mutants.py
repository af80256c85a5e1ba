"""The generated tests notice each single change to the module that they belong to."""

import ast
import copy
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from trees import SCHEMAS

from runcomfy_codegen.cli import main

TREE = "tree_mutants"
CHECKS = ("test_fields", "test_accepts", "test_refuses", "test_returns")
OTHER_TYPES = {"str": "int", "int": "float", "float": "int", "bool": "int"}
VENDOR = "blackforestlabs"
MODULES = tuple(
    f"flux_{name}"
    for name in (
        "1_kontext_pro_edit",
        "2_dev_edit",
        "2_flash_edit",
        "2_flex_edit",
        "2_pro_edit",
    )
)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutants")
    out = str(folder / TREE)
    run = CliRunner().invoke(
        main, ["generate", "--schemas", str(SCHEMAS), "--out", out]
    )
    assert run.exit_code == 0, run.output
    sys.path.append(str(folder))
    return folder / TREE


@pytest.mark.parametrize("name", MODULES)
def test_every_mutant_is_noticed(tree: Path, name: str) -> None:
    source = (tree / f"runcomfy_models/{VENDOR}/{name}.py").read_text("utf-8")
    tests = (tree / f"tests/{VENDOR}/test_{name}.py").read_text("utf-8")
    tests = tests.replace("from runcomfy_models", f"from {TREE}.runcomfy_models")
    code = compile(tests, f"test_{name}.py", "exec")
    assert not _noticed(code, name, ast.parse(source))
    mutants = list(_mutants(ast.parse(source)))
    assert len(mutants) > 40
    survivors = [said for said, mutant in mutants if not _noticed(code, name, mutant)]
    assert not survivors, f"{len(survivors)} of {len(mutants)}: {survivors}"


def _noticed(tests: Any, name: str, tree: ast.Module) -> str:
    """Return what the generated checks say of a module; empty if they find no fault."""
    package = f"{TREE}.runcomfy_models.{VENDOR}"
    vendor = importlib.import_module(package)
    module = ModuleType(f"{package}.{name}")
    module.__package__ = package
    sys.modules[module.__name__] = module
    setattr(vendor, name, module)
    try:
        exec(compile(ast.unparse(tree), f"{name}.py", "exec"), module.__dict__)
        found: dict[str, Any] = {"__name__": "checks"}
        exec(tests, found)
        for check in CHECKS:
            found[check]()
    except Exception as error:  # a module that cannot be imported is noticed too
        return f"{type(error).__name__}: {error}"
    return ""


def _mutants(tree: ast.Module) -> Iterator[tuple[str, ast.Module]]:
    """Yield each module with one thing changed, and what it is."""
    for index, node in enumerate(ast.walk(tree)):
        for said, change in _changes(node):
            mutant = copy.deepcopy(tree)
            change(list(ast.walk(mutant))[index])
            yield said, ast.fix_missing_locations(mutant)


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    if isinstance(node, ast.keyword) and node.arg not in (None, "init"):
        yield from _limit_changes(node)
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "Literal":
        yield from _literal_changes(node)
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "model_id":
        yield "model_id", lambda n: setattr(n, "value", ast.Constant("acme/other"))
    elif isinstance(node, ast.ClassDef):
        yield from _class_changes(node)
    elif isinstance(node, ast.AnnAssign):
        yield from _field_changes(node)


def _limit_changes(node: ast.keyword) -> Iterator[tuple[str, Any]]:
    said = f"{node.arg}={ast.unparse(node.value)}"
    value = ast.literal_eval(node.value)
    for other in (
        (value + 1, value - 1) if isinstance(value, int | float) else (f"{value}_",)
    ):
        yield f"{said} is {other}", lambda n, o=other: setattr(
            n, "value", ast.Constant(o)
        )


def _literal_changes(node: ast.Subscript) -> Iterator[tuple[str, Any]]:
    values = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]

    def with_values(changed: list[Any]) -> Any:
        return lambda n: setattr(n, "slice", ast.Tuple(changed, ast.Load()))

    yield "one more value", with_values([*values, ast.Constant("not in the enum")])
    for index, value in enumerate(values):
        kept = [*values[:index], *values[index + 1 :]]
        if kept:
            yield f"no {ast.unparse(value)}", with_values(kept)


def _class_changes(node: ast.ClassDef) -> Iterator[tuple[str, Any]]:
    for index, line in enumerate(node.body):
        if isinstance(line, ast.AnnAssign):
            said = f"{node.name} without {ast.unparse(line.target)}"
            yield said, lambda n, i=index: n.body.pop(i) if len(n.body) > 1 else None
    if node.name == "Input":
        extra = ast.parse("unknown: str | None = None").body[0]
        yield "a field more", lambda n: n.body.append(extra)


def _field_changes(node: ast.AnnAssign) -> Iterator[tuple[str, Any]]:
    name = ast.unparse(node.target)
    if node.value is None:
        optional = ast.parse(f"{ast.unparse(node.annotation)} | None", mode="eval").body

        def relax(n: Any) -> None:
            n.annotation, n.value = optional, ast.Constant(None)

        yield f"{name} is optional", relax
    else:
        yield f"{name} is required", lambda n: setattr(n, "value", None)
        other = _another(ast.literal_eval(node.value))
        yield f"{name} = {other}", lambda n: setattr(n, "value", ast.Constant(other))
    for index, inner in enumerate(ast.walk(node.annotation)):
        if isinstance(inner, ast.Name) and inner.id in OTHER_TYPES:

            def swap(n: Any, index: int = index) -> None:
                found = list(ast.walk(n.annotation))[index]
                found.id = OTHER_TYPES[found.id]

            yield f"{name}: {OTHER_TYPES[inner.id]} for {inner.id}", swap


def _another(default: Any) -> Any:
    if isinstance(default, bool):
        return not default
    return default + 1 if isinstance(default, int | float) else f"{default}x"
