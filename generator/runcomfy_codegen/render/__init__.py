"""Render a package into files, in memory. Nothing here writes.

The template tree mirrors the output tree: `{vendor}` and `{module}` in a path stand
for each vendor and each module, `*.jinja` is rendered and any other file is copied
as it is. Which view of a module a template gets is told by its top folder.
"""

from collections.abc import Mapping

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
    renderer = Renderer.of(templates)
    common = [path for path in templates.files if "{module}" not in path]
    each = [path for path in templates.files if "{module}" in path]
    subjects = subjects_of(package, session)
    files = list(shared_files(package, subjects, templates, common, renderer, shown))
    problems: list[Problem] = list(package.problems)

    def render_model(subject: Subject) -> list[OutputFile] | Problem:
        published = (stored or {}).get(subject.module.model.path, EMPTY).decode()
        try:
            return list(model_files(subject, each, renderer, published))
        except UnrenderableError as error:
            return problem_of(subject.module, error)

    chosen = [s for s in subjects if s.module.model.model_id in models]
    resolve_types((subject.module for subject in chosen), session)
    jobs, progress = session.jobs or worthwhile_jobs(len(chosen)), session.progress
    for rendered in parallel_map(render_model, chosen, jobs, "models made", progress):
        if isinstance(rendered, Problem):
            problems.append(rendered)
        else:
            files += rendered
    if problems:
        raise ProblemsError(problems)
    return sorted(files, key=lambda file: file.path.split("/"))
