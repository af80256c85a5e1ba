"""Render what each model has for itself: its module, its tests, its page, its schemas."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from runcomfy_codegen.ir import Module, OutputFile
from runcomfy_codegen.render.docs import pages as docs
from runcomfy_codegen.render.environment import Renderer
from runcomfy_codegen.render.python import modules as models
from runcomfy_codegen.render.subject import Subject, check_example
from runcomfy_codegen.render.tests import modules as tests

LONGEST_FIELD = 72
"""Of a field, so that `name: Annotated[` fits on a line in a class."""
View: TypeAlias = Callable[[Subject], Any]
"""Returns what a template needs to know of a model."""
VIEWS: Mapping[str, View] = {
    "runcomfy_models": models.view,
    "docs": docs.view,
    "tests": tests.view,
}
"""Which view the templates below a top folder get."""


def model_files(
    subject: Subject, paths: Iterable[str], renderer: Renderer, stored: str
) -> Iterator[OutputFile]:
    """Yield the files that templates at some paths make of a model.

    `stored` is the stored model as published. Raises UnrenderableError.
    """
    check_example(subject)
    module = subject.module
    views: dict[str, Any] = {}
    is_long = _has_long_names(module)
    for path in paths:
        top = path.partition("/")[0]
        if top not in views:
            views[top] = VIEWS[top](subject)
        name = path.replace("{vendor}", module.vendor).replace("{module}", module.name)
        context = {"module": module, "view": views[top], "stored": stored}
        file = renderer.file(path, name, context, module.model.model_id)
        yield _blackened(file) if is_long and file.path.endswith(".py") else file


def _has_long_names(module: Module) -> bool:
    """Whether black has ways with a module's names that nobody would guess."""
    names = [field.name for cls in module.classes for field in cls.fields]
    return any(len(name) > LONGEST_FIELD for name in names)


def _blackened(file: OutputFile) -> OutputFile:
    """Let black lay a file out."""
    from black import format_str  # slow to import
    from black.mode import Mode, TargetVersion

    mode = Mode(target_versions={TargetVersion.PY311})
    text = format_str(file.content.decode(), mode=mode)
    return replace(file, content=text.encode())
