"""Say what would stop new entries from being generated from, before they are stored."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from runcomfy_codegen.app.build import build, naming_problems
from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import Model, Problem
from runcomfy_codegen.names import name_package
from runcomfy_codegen.resources import load_templates, runtime_names
from runcomfy_codegen.session import Session
from runcomfy_codegen.store.entries import parse_models
from runcomfy_codegen.store.folder import Folder, in_order, overlay_path


def entry_problems(folder: Folder, writes: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return the Problems of stored models that are about to be written, by path.

    What is wrong in the folder without them is not told.
    """
    if not writes:
        return ()
    after = replace(folder, files=in_order({**folder.files, **writes}), problems=())
    own = {*writes, *map(overlay_path, writes)}
    found = {*_reading_problems(after, writes), *_naming_problems(folder, after)}
    return tuple(sorted(problem for problem in found if problem.file in own))


def _reading_problems(after: Folder, writes: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield what stops each model by itself, also where it comes to no Python type."""
    from runcomfy_codegen.render import render

    templates = load_templates()
    reserved = runtime_names(templates)
    session = Session(jobs=1)
    built = build(after, reserved, session, list(writes))
    yield from built.problems()
    whole = [model for model in built.models if not model.problems]
    # Names that two models share are told apart from this.
    package = name_package(whole, after.names, {}, reserved)
    package = replace(package, problems=())
    try:
        render(package, templates, frozenset(map(_id, whole)), session=session)
    except ProblemsError as error:
        yield from error.problems


def _naming_problems(folder: Folder, after: Folder) -> Iterator[Problem]:
    """Yield what newcomers bring up among the names of all models."""
    reserved = runtime_names(load_templates())
    before = naming_problems(folder, reserved)
    known = {str(model.entry["model_id"]) for model in parse_models(folder).models}
    for problem in naming_problems(after, reserved, known):
        if problem not in before:
            yield problem


def _id(model: Model) -> str:
    return model.model_id
