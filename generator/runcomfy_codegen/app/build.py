"""Join the stages once for all: from a schema folder to its models and their package."""

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import (
    Model,
    Module,
    Note,
    Package,
    Problem,
    Schema,
    StoredModel,
)
from runcomfy_codegen.parallel import parallel_map, worthwhile_jobs
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.entries import parse_models
from runcomfy_codegen.store.folder import Folder, overlay_path, read_folder
from runcomfy_codegen.store.history import read_history

Read: TypeAlias = Callable[[StoredModel], Model]
"""Makes a stored model one that the later stages read."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a schema folder came to."""

    models: tuple[Model, ...]
    """Those that were read."""
    package: Package
    """All models, those that were known before too."""
    folder_problems: tuple[Problem, ...] = ()
    """What is wrong with files, as such."""

    def problems(self) -> tuple[Problem, ...]:
        """Return every Problem, in order and once."""
        found = {*self.folder_problems, *self.package.problems}
        for model in self.models:
            found |= set(model.problems)
        return tuple(sorted(found))

    def notes(self) -> list[Note]:
        """Return the notes of the models that were read, in order."""
        return sorted(note for model in self.models for note in model.notes)

    def refuse_problems(self) -> None:
        """Raise ProblemsError with every Problem, if there is any."""
        problems = self.problems()
        if problems:
            raise ProblemsError(problems)


def build(
    folder: Folder,
    reserved: frozenset[str],
    session: Session,
    paths: Sequence[str] | None = None,
    known: Iterable[Model] = (),
    read: Read | None = None,
    recorded: Set[str] = frozenset(),
) -> Build:
    """Return the models at some paths of a folder, or all, and the package they make.

    `reserved` are the names in the package that no vendor may have; `known` are models
    that were read before, and have a place in the package too; `recorded` are models
    that were generated before. Collects Problems and raises none.
    """
    from runcomfy_codegen.names import name_package
    from runcomfy_codegen.normalise import normalise

    store = parse_models(folder, paths)
    jobs = session.jobs or worthwhile_jobs(len(store.models))
    normalise_once = partial(normalise, session=session)
    models = parallel_map(
        read or normalise_once, store.models, jobs, "models read", session.progress
    )
    settled = _released(folder) | recorded
    package = name_package(
        [*models, *known], folder.names, folder.retired, reserved, settled
    )
    return Build(tuple(models), package, store.problems)


def build_without(
    built: Build,
    folder: Folder,
    paths: Set[str],
    back: Iterable[Model],
    reserved: frozenset[str],
    recorded: Set[str],
) -> Build:
    """Return a build without the models at some paths: only the names are given again.

    `folder` is the one without them; `back` are models that take a place instead, and
    `reserved` and `recorded` are as for `build`.
    """
    from runcomfy_codegen.names import name_package

    files = {*paths, *map(overlay_path, paths)}
    others = []
    for module in built.package.modules:
        if module.model.path not in paths:
            others.append(module.model)
    package = name_package(
        [*others, *back],
        folder.names,
        folder.retired,
        reserved,
        _released(folder) | recorded,
    )
    models = tuple(model for model in built.models if model.path not in paths)
    problems = tuple(p for p in built.folder_problems if p.file not in files)
    return Build(models, package, problems)


def _released(folder: Folder) -> frozenset[str]:
    """Return the models of the last release; none if the history cannot be read.

    That is said by those who need the history for more.
    """
    try:
        return read_history(folder.history).models()
    except ProblemsError:
        return frozenset()


def build_folder(schemas: Path) -> Build:
    """Return what a schema folder comes to with the shipped templates.

    Raises UsageError if there is no such folder, and StoreError if it cannot be listed.
    """
    return build(read_folder(schemas), runtime_names(load_templates()), Session())


def naming_problems(
    folder: Folder, reserved: frozenset[str], settled: Set[str] = frozenset()
) -> tuple[Problem, ...]:
    """Return what stops the models of a folder from having each a module of its own.

    `settled` are the models that were there first.
    """
    built = build(folder, reserved, Session(jobs=1), read=_bare, recorded=settled)
    return built.package.problems


def modules_of(
    folder: Folder, reserved: frozenset[str], paths: Sequence[str]
) -> tuple[Module, ...]:
    """Return the modules of the models at some paths, in their order, without fields."""
    return build(folder, reserved, Session(jobs=1), paths, read=_bare).package.modules


def _bare(stored: StoredModel) -> Model:
    """Return a model that has a name, and no field that could have a bad one."""
    from runcomfy_codegen.normalise.overlay import apply_overlay

    bare: Schema = {"type": "object"}
    return replace(apply_overlay(stored), input_schema=bare, output_schema=bare)
