"""Join the stages: from a schema folder to the files of a package, in memory."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from runcomfy_codegen import __version__
from runcomfy_codegen.errors import ProblemsError, StoreError
from runcomfy_codegen.ir import Json, Model, Module, OutputFile, Package, StoredModel
from runcomfy_codegen.names import name_package
from runcomfy_codegen.normalise import normalise
from runcomfy_codegen.render import Templates, render
from runcomfy_codegen.store import Store, load, shipped
from runcomfy_codegen.write import digest, manifest

RUNTIME = "runcomfy_models/"
SHAPING = ("black", "datamodel-code-generator")
"""The packages whose versions shape the output."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a schema folder came to."""

    store: Store
    models: tuple[Model, ...]
    package: Package


def build(schemas: Path, templates: Templates) -> Build:
    """Return the models and the package that a schema folder describes.

    Collects Problems and raises none; StoreError if the folder cannot be read.
    """
    store = load(schemas)
    models = tuple(normalise(stored) for stored in store.models)
    package = name_package(
        models, store.names, store.retired, _runtime_names(templates)
    )
    return Build(store, models, package)


def problems_of(built: Build) -> ProblemsError | None:
    """Return every Problem found so far, as one error."""
    found = [*built.store.problems, *built.package.problems]
    for model in built.models:
        found += model.problems
    return ProblemsError(found) if found else None


def output_files(
    built: Build,
    templates: Templates,
    only: frozenset[str] = frozenset(),
    recorded: Mapping[str, Any] | None = None,
) -> list[OutputFile]:
    """Return every file of the package, the manifest last.

    With `only`, those of the models named and the shared ones. Raises ProblemsError
    with every Problem of the run.
    """
    error = problems_of(built)
    if error is not None:
        raise error
    files = render(built.package, templates, only)
    made_from = {
        "generator": templates.version,
        "tools": {name: version(name) for name in SHAPING},
        "templates": _hash([(path, digest(c)) for path, c in templates.files.items()]),
    }
    inputs = {
        module.model.model_id: _hash(
            [stored.entry, stored.overlay, module.vendor, module.name]
        )
        for stored, module in _pairs(built)
    }
    return [*files, manifest(files, made_from, inputs, recorded or {})]


def _pairs(built: Build) -> Iterator[tuple[StoredModel, Module]]:
    modules = {module.model.path: module for module in built.package.modules}
    for stored in built.store.models:
        yield stored, modules[stored.path]


def _hash(content: Json) -> str:
    return digest(json.dumps(content, ensure_ascii=True).encode())


def load_templates(overrides: Path | None = None) -> Templates:
    """Read the shipped templates, and those of a folder that override them by path."""
    files = _read_tree(shipped("templates", "."))
    if overrides is not None:
        if not overrides.is_dir():
            raise StoreError(
                str(overrides), "there is no such folder", "give one with --templates"
            )
        files |= _read_tree(overrides)
    return Templates(dict(sorted(files.items())), __version__)


def _read_tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_leftover(path.relative_to(folder))
    }


def _is_leftover(path: Path) -> bool:
    """Whether a file came from running the templates' Python, not from a person."""
    return any(part == "__pycache__" or part.startswith(".") for part in path.parts)


def _runtime_names(templates: Templates) -> set[str]:
    """Return the names in the package that are the runtime's own."""
    names = {"models"}
    for path in templates.files:
        if path.startswith(RUNTIME):
            first = path.removeprefix(RUNTIME).partition("/")[0]
            names.add(first.partition(".")[0])
    return names
