"""Render a package into files, in memory. Nothing here writes.

The template tree mirrors the output tree: `{vendor}` and `{module}` in a path stand
for each vendor and each module, `*.jinja` is rendered and any other file is copied
as it is. Which view of a module a template gets is told by its top folder.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import jinja2

from runcomfy_codegen.errors import ProblemsError, TemplateError
from runcomfy_codegen.ir import Module, OutputFile, Package, Problem, Templates
from runcomfy_codegen.parallel import parallel_map
from runcomfy_codegen.progress import Progress, no_progress
from runcomfy_codegen.render.docs import listing, openapi
from runcomfy_codegen.render.docs import pages as docs
from runcomfy_codegen.render.escape import (
    docstring,
    html,
    json_text,
    markdown,
    markdown_code,
    python_string,
    yaml,
)
from runcomfy_codegen.render.python import modules as models
from runcomfy_codegen.render.python.field_types import (
    UntypeableError,
    resolve_types,
    untypeable,
)
from runcomfy_codegen.render.schemas.files import model_index
from runcomfy_codegen.render.tests import modules as tests

SUFFIX = ".jinja"
LONGEST_FIELD = 72
"""Of a field, so that `name: Annotated[` fits on a line in a class."""
VIEWS: Mapping[str, Callable[[Module], Any]] = {
    "runcomfy_models": models.view,
    "docs": docs.view,
    "tests": tests.view,
}
FILTERS = {
    "docstring": docstring,
    "html": html,
    "json": json_text,
    "markdown": markdown,
    "markdown_code": markdown_code,
    "python": python_string,
    "yaml": yaml,
}


def render(
    package: Package,
    templates: Templates,
    models: frozenset[str],
    stored: Mapping[str, bytes] | None = None,
    jobs: int = 1,
    progress: Progress = no_progress,
) -> list[OutputFile]:
    """Return the files of some models, and those that all share, in the tree's order.

    `stored` is each stored file as published, by path, for the docs to show; `jobs` is
    how many processes do it. Raises ProblemsError for models that come to no types, and
    TemplateError.
    """
    environment = _environment(tuple(templates.files.items()))
    files: list[OutputFile] = []
    problems: list[Problem] = list(package.problems)
    shared = [path for path in templates.files if "{module}" not in path]
    each = [path for path in templates.files if "{module}" in path]
    files += _shared_files(package, templates, shared, environment)

    def render_module(module: Module) -> list[OutputFile] | Problem:
        published = (stored or {}).get(module.model.path, b"{}\n").decode()
        try:
            return list(_module_files(module, each, environment, published))
        except UntypeableError as error:
            return untypeable(module, error)

    chosen = [m for m in package.modules if m.model.model_id in models]
    resolve_types(chosen)
    for rendered in parallel_map(render_module, chosen, jobs, "models made", progress):
        if isinstance(rendered, Problem):
            problems.append(rendered)
        else:
            files += rendered
    if problems:
        raise ProblemsError(problems)
    return sorted(files, key=lambda file: file.path.split("/"))


def _shared_files(
    package: Package,
    templates: Templates,
    paths: list[str],
    environment: jinja2.Environment,
) -> Iterator[OutputFile]:
    entries = listing.entries_of(package)
    vendor_lists = listing.vendors(package, entries)
    context = {
        "package": package,
        "version": templates.version,
        "catalogue": models.catalogue(package),
        "shown": docs.shown(package),
        "listing": vendor_lists,
        "index": listing.index(entries),
        "model_index": model_index(package.modules, entries),
        "openapi": openapi.document(package, templates.version),
    }
    vendors = {
        vendor: tuple(modules)
        for vendor, modules in groupby(package.modules, key=lambda m: m.vendor)
    }
    gone = {retired.vendor for retired in package.retired}
    listed = {vendor.name: vendor for vendor in vendor_lists}
    successors = {module.model.model_id: module for module in package.modules}
    for path in paths:
        if "{retired}" in path:
            for retired in package.retired:
                name = path.replace("{vendor}", retired.vendor)
                name = name.replace("{retired}", retired.name)
                inside = {"retired": retired, "successors": successors}
                yield _file(path, name, environment, inside)
        elif "{vendor}" in path:
            for vendor in sorted({*vendors, *gone}):
                modules = vendors.get(vendor, ())
                inside = {
                    "vendor": vendor,
                    "modules": modules,
                    "names": models.module_names(modules),
                    "imports": models.module_imports(modules),
                    "listed": listed[vendor],
                }
                yield _file(path, path.replace("{vendor}", vendor), environment, inside)
        elif path.endswith(SUFFIX):
            yield _file(path, path, environment, context)
        else:
            yield OutputFile(path, templates.files[path])


def _module_files(
    module: Module, paths: list[str], environment: jinja2.Environment, stored: str
) -> Iterator[OutputFile]:
    views: dict[str, Any] = {}
    names = [field.name for cls in module.classes for field in cls.fields]
    is_odd = any(len(name) > LONGEST_FIELD for name in names)
    for path in paths:
        top = path.partition("/")[0]
        if top not in views:
            views[top] = VIEWS[top](module)
        name = path.replace("{vendor}", module.vendor).replace("{module}", module.name)
        context = {"module": module, "view": views[top], "stored": stored}
        file = _file(path, name, environment, context, module.model.model_id)
        yield _blackened(file) if is_odd else file


def _blackened(file: OutputFile) -> OutputFile:
    """Let black lay a file out: around such names it has ways that nobody would guess."""
    if not file.path.endswith(".py"):
        return file
    from black import format_str  # slow to import
    from black.mode import Mode, TargetVersion

    mode = Mode(target_versions={TargetVersion.PY311})
    text = format_str(file.content.decode(), mode=mode)
    return replace(file, content=text.encode())


def _file(
    template: str,
    path: str,
    environment: jinja2.Environment,
    context: Mapping[str, Any],
    model_id: str = "",
) -> OutputFile:
    try:
        text = environment.get_template(template).render(context)
    except jinja2.TemplateSyntaxError as error:
        raise _broken(template, error.lineno, str(error.message)) from error
    except jinja2.TemplateError as error:
        raise _broken(template, _line(error), str(error)) from error
    return OutputFile(path.removesuffix(SUFFIX), text.encode(), model_id)


def _broken(template: str, line: int, what: str) -> TemplateError:
    return TemplateError(f"{template}:{line}", what, "correct the template")


def _line(error: BaseException) -> int:
    """Return the line of the template that an error came from."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_name in ("root", "top-level template code"):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


@lru_cache(maxsize=4)
def _environment(files: tuple[tuple[str, bytes], ...]) -> jinja2.Environment:
    """Return what templates are compiled in; kept, for the next run of this process."""
    sources = dict(files)

    def load(name: str) -> str:
        return sources[name].decode()

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
        auto_reload=False,
    )
    environment.filters.update(FILTERS)
    return environment
