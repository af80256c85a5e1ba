"""Make the models that are due: read each once, name all, and render each once.

With `keep_going`, a model with a Problem is left as it was, and that may bring up another:
what is wrong with names shows only once other models are out of the way. So names are
given again until nothing is wrong, or until something is that is not a model's own; that
is cheap. What was read and rendered of the other models stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from runcomfy_codegen.app.build import Build, build, build_without
from runcomfy_codegen.app.recorded import restore
from runcomfy_codegen.errors import ProblemsError, UsageError
from runcomfy_codegen.ir import Model, OutputFile, Problem, Templates
from runcomfy_codegen.output.tree import Tree
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.folder import Folder, overlay_path


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be made, and from what."""

    tree: Tree
    folder: Folder
    reserved: frozenset[str]
    templates: Templates
    known: Mapping[str, str]
    """The models that need not be made again: model_id by path."""
    due: Sequence[str]
    """The paths of those that have to be."""
    only: frozenset[str]
    """The models to render; empty for all that are due."""
    keep_going: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    folder: Folder
    """Without the models that were left as they were."""
    known: Mapping[str, str]
    """The models that were not made again, those too."""
    built: Build
    files: tuple[OutputFile, ...] = ()
    """Of the models alone."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with models that were left as they were."""


def make(work: Work, session: Session) -> Made:
    """Make what is due.

    Raises ProblemsError: with any Problem, or, if the work keeps going, with one that is
    not a model's own. UsageError for a model that there is not, and TemplateError.
    """
    from runcomfy_codegen.render import render_models

    due, restored = _restored(work)
    recorded = frozenset(work.tree.recorded)
    built = build(work.folder, work.reserved, session, due, restored, recorded=recorded)
    made = Made(work.folder, work.known, built)
    made = _left_as_they_were(work, due, made, built.problems())
    refuse_unknown(work.only, _ids(each.model for each in made.built.package.modules))
    read = _ids(made.built.models)
    rendered = render_models(
        made.built.package,
        work.templates,
        read & work.only if work.only else read,
        made.folder.files,
        session,
    )
    made = _left_as_they_were(work, due, made, rendered.problems)
    read = _ids(made.built.models)
    files = tuple(file for file in rendered.files if file.model_id in read)
    return replace(made, files=files)


def refuse_unknown(only: frozenset[str], models: Iterable[str]) -> None:
    """Raise UsageError for a model that was asked for and is not there."""
    for model_id in sorted(only.difference(models)):
        raise UsageError(
            model_id, "there is no such stored model", "see `runcomfy-codegen list`"
        )


def _restored(work: Work) -> tuple[list[str], list[Model]]:
    """Return the paths that are due after all, and the models that are read back."""
    due, restored = list(work.due), []
    for path, model_id in sorted(work.known.items(), key=lambda item: item[1]):
        model = restore(work.tree, model_id)
        if model is not None:
            restored.append(model)
        else:
            due.append(path)
    return due, restored


def _left_as_they_were(
    work: Work, due: Sequence[str], made: Made, problems: Sequence[Problem]
) -> Made:
    """Leave models with Problems out, until nothing is wrong with the others' names."""
    recorded = {record["path"]: i for i, record in work.tree.recorded.items()}
    while problems:
        faulty = _faulty_models(problems, set(due) & made.folder.files.keys())
        if faulty is None or not work.keep_going:
            raise ProblemsError(problems)
        stay = {path: recorded[path] for path in faulty & recorded.keys()}
        back = [restore(work.tree, model_id) for model_id in sorted(stay.values())]
        folder = _without(made.folder, faulty)
        built = build_without(
            made.built,
            folder,
            faulty,
            [model for model in back if model is not None],
            work.reserved,
            frozenset(work.tree.recorded),
        )
        known = {**made.known, **stay}
        found = (*made.problems, *problems)
        made = Made(folder, known, built, problems=found)
        problems = built.problems()
    return made


def _faulty_models(problems: Iterable[Problem], due: Set[str]) -> frozenset[str] | None:
    """Return the paths of the models with Problems; None if one is not a model's own."""
    owners = {}
    for path in due:
        owners[path] = owners[overlay_path(path)] = path
    files = {problem.file for problem in problems}
    if files - owners.keys():
        return None
    return frozenset(owners[file] for file in files)


def _without(folder: Folder, paths: frozenset[str]) -> Folder:
    """Return a folder without some models, and without what is wrong with them."""
    left_out = paths | {overlay_path(path) for path in paths}
    files = {path: text for path, text in folder.files.items() if path not in left_out}
    problems = tuple(p for p in folder.problems if p.file not in left_out)
    return replace(folder, files=files, problems=problems)


def _ids(models: Iterable[Model]) -> frozenset[str]:
    return frozenset(model.model_id for model in models)
