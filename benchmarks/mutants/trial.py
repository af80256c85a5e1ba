"""Generate one model in memory, and let generated tests judge a module."""

import ast
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import CodeType, ModuleType
from typing import Any, NamedTuple

import pytest

from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import StoredModel, Templates
from runcomfy_codegen.names import name_package
from runcomfy_codegen.normalise import normalise
from runcomfy_codegen.render import render
from runcomfy_codegen.resources import load_templates
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.entries import violations
from runcomfy_models._models import (
    InputModel,
    InputObject,
    OpenInputObject,
    OutputModel,
)
from runcomfy_models.simulator import Simulator

PACKAGE = "runcomfy_models"
CHECKS = ("test_fields", "test_accepts", "test_refuses", "test_returns")


class Made(NamedTuple):
    """What was generated for one model."""

    vendor: str
    name: str
    module: str
    tests: CodeType
    lines: int
    """Of the tests."""
    entry: dict[str, Any]
    """With the normalised schemas."""


@cache
def _own_templates() -> Templates:
    """Return the templates of a model's module, entry and tests."""
    shipped = load_templates()
    own = {
        path: text
        for path, text in shipped.files.items()
        if "{module}" in path and path.startswith((PACKAGE, "tests"))
    }
    return Templates(own, shipped.version)


def generate(entry: Mapping[str, Any]) -> Made | str:
    """Return what is generated for a stored model, or the Problem that stops it."""
    path = f"{entry['model_id']}.json"
    entry = parse_json(json.dumps(entry))
    for problem in violations(path, entry):
        return problem.what
    model = normalise(StoredModel(path, entry))
    package = name_package([model], {}, {}, [])
    for problem in (*model.problems, *package.problems):
        return problem.what
    try:
        files = render(package, _own_templates(), frozenset([model.model_id]))
    except ProblemsError as error:
        return str(error)
    schema, module, tests = (file.content.decode() for file in sorted_(files))
    named = package.modules[0]
    code = compile(tests, f"test_{named.name}.py", "exec")
    lines = tests.count("\n")
    return Made(named.vendor, named.name, module, code, lines, json.loads(schema))


def sorted_(files: list[Any]) -> list[Any]:
    """Return the normalised entry, the module and the tests, in this order."""
    return sorted(
        files, key=lambda f: (f.path.startswith("tests"), f.path[16:17] != "_")
    )


def noticed(made: Made, tree: ast.Module, with_simulator: bool = True) -> str:
    """Return what the tests of `made` say of a module; empty if they find no fault.

    The module stands where the tests look for it. What is sent to the simulator comes
    last, and only if nothing else found a fault: it takes longest.
    """
    with _in_place(made) as module:
        try:
            exec(compile(tree, f"{made.name}.py", "exec"), module.__dict__)
            found: dict[str, Any] = {"__name__": "checks"}
            exec(made.tests, found)
            for check in CHECKS:
                found[check]()
            if with_simulator:
                _run(found["test_runs"], made)
        except Exception as error:  # a module that cannot be imported is noticed too
            return f"{type(error).__name__}: {error}"
    return ""


@contextmanager
def _in_place(made: Made) -> Iterator[ModuleType]:
    """Put an empty module where a model's own would be, and leave no trace of it."""
    # Without docstrings pydantic does not look long for the source of a class that is in
    # no file.
    with pytest.MonkeyPatch.context() as patches:
        package = _vendor(made.vendor, patches)
        module = ModuleType(f"{package.__name__}.{made.name}")
        module.__package__ = package.__name__
        patches.setitem(sys.modules, module.__name__, module)
        patches.setitem(vars(package), made.name, module)
        for cls in (InputModel, InputObject, OpenInputObject, OutputModel):
            patches.setitem(cls.model_config, "use_attribute_docstrings", False)
        yield module


def _run(check: Any, made: Made) -> None:
    with (
        Simulator(entries=[made.entry]) as simulator,
        pytest.MonkeyPatch.context() as patches,
    ):
        patches.setenv("RUNCOMFY_BASE_URL", simulator.url)
        patches.setenv("RUNCOMFY_API_TOKEN", simulator.token)
        check(simulator)


def _vendor(vendor: str, patches: pytest.MonkeyPatch) -> ModuleType:
    """Return the package of a vendor; for a while one of our own if none is installed."""
    name = f"{PACKAGE}.{vendor}"
    if name not in sys.modules:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            package = ModuleType(name)
            package.__path__ = []
            package.__package__ = name
            patches.setitem(sys.modules, name, package)
    return sys.modules[name]
