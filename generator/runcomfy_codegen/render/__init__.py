"""Render a package into files, in memory. Nothing here writes.

The template tree mirrors the output tree: `{vendor}` and `{module}` in a path stand
for each vendor and each module, `*.jinja` is rendered and any other file is copied
as it is. Which view of a module a template gets is told by its top folder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runcomfy_codegen.errors import ProblemsError
from runcomfy_codegen.ir import OutputFile, Package, Problem, Templates
from runcomfy_codegen.parallel import parallel_map, worthwhile_jobs
from runcomfy_codegen.render.environment import Renderer
from runcomfy_codegen.render.model_files import model_files
from runcomfy_codegen.render.python.field_types import resolve_types
from runcomfy_codegen.render.shared_files import shared_files
from runcomfy_codegen.render.subject import Subject, subjects_of
from runcomfy_codegen.render.unrenderable import UnrenderableError, problem_of
from runcomfy_codegen.session import Session

EMPTY = b"{}\n"


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of some models."""

    files: tuple[OutputFile, ...]
    problems: tuple[Problem, ...]
    """Of those that come to no types, and so have no files."""


def render(
    package: Package,
    templates: Templates,
    models: frozenset[str],
    stored: Mapping[str, bytes] | None = None,
    session: Session | None = None,
    shown: str = "",
) -> list[OutputFile]:
    """Return the files of some models, and those that all share, in the tree's order.

    `stored` is each stored file as published, by path, for the docs to show; `shown` is
    the model that README and guides show. Raises ProblemsError for models that come to no types, and
    TemplateError.
    """
    session = session or Session(jobs=1)
    made = render_models(package, templates, models, stored or {}, session)
    problems = (*package.problems, *made.problems)
    if problems:
        raise ProblemsError(problems)
    return sort_files([*made.files, *render_shared(package, templates, session, shown)])


def render_models(
    package: Package,
    templates: Templates,
    models: frozenset[str],
    stored: Mapping[str, bytes],
    session: Session,
) -> Rendered:
    """Return the files that some models have for themselves. Raises TemplateError.

    They are the same whatever other models there are.
    """
    renderer = Renderer.of(templates)
    each = [path for path in templates.files if "{module}" in path]
    modules = (m for m in package.modules if m.model.model_id in models)
    chosen = subjects_of(modules, session)

    def render_model(subject: Subject) -> list[OutputFile] | Problem:
        published = stored.get(subject.module.model.path, EMPTY).decode()
        try:
            return list(model_files(subject, each, renderer, published))
        except UnrenderableError as error:
            return problem_of(subject.module, error)

    resolve_types((subject.module for subject in chosen), session)
    jobs, progress = session.jobs or worthwhile_jobs(len(chosen)), session.progress
    files: list[OutputFile] = []
    problems: list[Problem] = []
    for rendered in parallel_map(render_model, chosen, jobs, "models made", progress):
        if isinstance(rendered, Problem):
            problems.append(rendered)
        else:
            files += rendered
    return Rendered(tuple(files), tuple(problems))


def render_shared(
    package: Package, templates: Templates, session: Session, shown: str
) -> list[OutputFile]:
    """Return the files that all models share. Raises TemplateError.

    `shown` is the model that README and guides show.
    """
    renderer = Renderer.of(templates)
    common = [path for path in templates.files if "{module}" not in path]
    subjects = subjects_of(package.modules, session)
    return list(shared_files(package, subjects, templates, common, renderer, shown))


def sort_files(files: Iterable[OutputFile]) -> list[OutputFile]:
    """Return files in the order of the tree, each folder together."""
    return sorted(files, key=lambda file: file.path.split("/"))
