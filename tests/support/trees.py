"""Generate models, in memory or into a folder, and import their modules."""

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from runcomfy_codegen.cli import main
from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import StoredModel, Templates
from runcomfy_codegen.names import name_package
from runcomfy_codegen.normalise import normalise
from runcomfy_codegen.render import render
from runcomfy_codegen.resources import load_templates
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.entries import violations
from tests.support.checkout import GOLDEN, copy_what_modules_import

PACKAGE = "runcomfy_models/"


@dataclass(frozen=True)
class Generated:
    """One generated module, imported, and the schema that it was made from."""

    origin: str
    module: Any
    input_schema: dict[str, Any]


@cache
def _own_templates(top: str) -> Templates:
    """Return the templates of what each model has for itself, below a top folder."""
    shipped = load_templates()
    own = {
        path: text
        for path, text in shipped.files.items()
        if "{module}" in path and path.startswith(top)
    }
    return Templates(own, shipped.version)


def module_files(
    entry: dict[str, Any], top: str = PACKAGE
) -> tuple[dict[str, str], set[str]]:
    """Return a model's own files below a top folder, and the names that were made for it.

    A model with Problems has none of either; each Problem says where it is.
    """
    entry = parse_json(json.dumps(entry))
    invalid = list(violations("acme/brush.json", entry))
    if invalid:
        return {}, set()
    model = normalise(StoredModel("acme/brush.json", entry))
    package = name_package([model], {}, {}, ["client"])
    try:
        problems = (*model.problems, *package.problems)
        files = (
            []
            if problems
            else render(package, _own_templates(top), frozenset([model.model_id]))
        )
    except ProblemsError as error:
        problems, files = error.problems, []
    assert all(problem.what and problem.fix and problem.file for problem in problems)
    names = {str(name) for m in package.modules for name in (m.vendor, m.name)}
    for cls in (cls for module in package.modules for cls in module.classes):
        names |= {cls.name, *(field.name for field in cls.fields)}
    return {file.path: file.content.decode() for file in files}, names


def generated(schemas: Path, folder: Path, name: str) -> Iterator[Generated]:
    """Generate a schema folder into `folder/name`, and import each of its modules."""
    out = folder / name
    command = ["generate", "--schemas", str(schemas), "--out", str(out)]
    run = CliRunner().invoke(main, command)
    assert run.exit_code == 0, run.output
    yield from _imported_models(folder, name, out / PACKAGE / "_schemas")


def _imported_models(folder: Path, name: str, entries: Path) -> Iterator[Generated]:
    for path in sorted(entries.rglob("*.json")):
        place = path.relative_to(entries).with_suffix("").as_posix()
        yield Generated(
            f"{name} {place}",
            imported(folder, f"{name}/{PACKAGE}{place}"),
            json.loads(path.read_text("utf-8"))["input_schema"],
        )


def golden(folder: Path) -> Iterator[Generated]:
    """Import what the golden cases expect, which their own test compares."""
    for case in sorted(path.parent for path in GOLDEN.glob("*/expected")):
        if (case / "expected" / "problems.txt").exists():
            continue
        shutil.copytree(case / "expected", folder / case.name)
        copy_what_modules_import(folder / case.name / PACKAGE)
        yield from _imported_models(folder, case.name, case / "expected" / "_schemas")


def imported(folder: Path, path: str) -> Any:
    """Import the module at a path below a folder."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(path.replace("/", "."))
