"""Join the stages: from two schema folders to what changed between them.

Only what differs between the two is normalised and named.

What compares is imported late: a run that finds nothing changed needs none of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from runcomfy_codegen.diff import Change
from runcomfy_codegen.ir import Model, Package, Problem, Schema
from runcomfy_codegen.store.folder import Folder, overlay_path, parse


@dataclass(frozen=True, slots=True)
class Account:
    """What changed between two schema folders, and what is wrong in either."""

    changes: tuple[Change, ...]
    old_problems: tuple[Problem, ...] = ()
    new_problems: tuple[Problem, ...] = ()


def account(old: Folder, new: Folder, runtime_names: Iterable[str]) -> Account:
    """Return what changed from one folder to another, by model and field.

    `runtime_names` are the names in the package that no vendor may have.
    """
    from runcomfy_codegen.diff.packages import compare

    runtime_names = frozenset(runtime_names)
    same = set() if _renames(old, new) else _unchanged(old, new)
    before, old_problems = _package(old, same, runtime_names)
    after, new_problems = _package(new, same, runtime_names)
    return Account(compare(before, after), old_problems, new_problems)


def naming_problems(
    folder: Folder, runtime_names: Iterable[str]
) -> tuple[Problem, ...]:
    """Return what stops the models of a folder from having each a module of its own."""
    from runcomfy_codegen.names import name_package
    from runcomfy_codegen.normalise.overlay import apply_overlay

    bare: Schema = {"type": "object"}
    models = [
        replace(apply_overlay(stored), input_schema=bare, output_schema=bare)
        for stored in parse(folder).models
    ]
    return name_package(models, folder.names, folder.retired, runtime_names).problems


def _renames(old: Folder, new: Folder) -> bool:
    return old.names != new.names


def _unchanged(old: Folder, new: Folder) -> set[str]:
    """Return the paths at which both folders have the same model."""
    return {
        path
        for path in new.model_paths()
        if all(
            old.files.get(each) == new.files.get(each)
            for each in (path, overlay_path(path))
        )
    }


def _package(
    folder: Folder, left_out: set[str], runtime_names: frozenset[str]
) -> tuple[Package, tuple[Problem, ...]]:
    from runcomfy_codegen.names import name_package
    from runcomfy_codegen.normalise import normalise

    store = parse(folder, [p for p in folder.model_paths() if p not in left_out])
    models = [normalise(stored) for stored in store.models]
    package = name_package(models, folder.names, folder.retired, runtime_names)
    problems = [*store.problems, *_about(models, package)]
    return package, tuple(sorted(set(problems)))


def _about(models: list[Model], package: Package) -> Iterable[Problem]:
    """Yield the Problems of the models, and not those of tables that name others."""
    paths = {model.path for model in models}
    for model in models:
        yield from model.problems
    yield from (p for p in package.problems if p.file in paths)
