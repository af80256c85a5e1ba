"""What the template of a typed module needs: each declaration, laid out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from runcomfy_codegen.escape import json_text, python_string
from runcomfy_codegen.ir import Class
from runcomfy_codegen.render.python.code import (
    MODELS,
    NONE,
    SOURCES,
    Code,
    keyword,
    literal,
)
from runcomfy_codegen.render.python.declarations import (
    Declaration,
    additional_fields,
    declaration,
)
from runcomfy_codegen.render.python.layout import (
    assigned,
    called,
    class_line,
    imported,
)
from runcomfy_codegen.render.schemas.entry import entry_of
from runcomfy_codegen.render.subject import Subject

DEPRECATED = Code("deprecated", MODELS)
INPUT_OBJECT, OPEN_INPUT_OBJECT, INPUT_MODEL, OUTPUT_MODEL = (
    Code(name, MODELS)
    for name in ("InputObject", "OpenInputObject", "InputModel", "OutputModel")
)
BASES = {
    "input": INPUT_MODEL,
    "input object": INPUT_OBJECT,
    "output": OUTPUT_MODEL,
    "output object": OUTPUT_MODEL,
}
IMPORTED_FROM = ("typing", "pydantic", MODELS, SOURCES)
"""What a module imports from, in the order of its lines."""


@dataclass(frozen=True, slots=True)
class ClassText:
    """One class, as it is written."""

    base: Code
    deprecated: str
    """Its decorator, if it is not to be used any more; else empty."""
    line: str
    """The line that it begins with."""
    description: str
    is_input: bool
    fields: tuple[Declaration, ...]
    additional: tuple[Declaration, ...]
    """How fields that have no name here are typed, if they are."""


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A module, as it is written."""

    summary: str
    model_id: str
    imports: tuple[str, ...]
    classes: tuple[ClassText, ...]
    entry: str
    """The normalised entry, as JSON."""


def view(subject: Subject) -> ModuleText:
    """Return what the module's template needs. Raises UnrenderableError."""
    module, model = subject.module, subject.module.model
    classes = tuple(_class_text(subject, cls) for cls in module.classes)
    model_id = Code(python_string(model.model_id))
    return ModuleText(
        summary=_summary(subject),
        model_id=assigned(model_id, 4, len("    model_id = ")),
        imports=tuple(_imports(_names_in(classes))),
        classes=classes,
        entry=json_text(entry_of(module, subject.example)),
    )


def _names_in(classes: Iterable[ClassText]) -> Iterator[Code]:
    """Yield every name that some classes mention, and that has to be imported."""
    for cls in classes:
        yield cls.base
        if cls.deprecated:
            yield DEPRECATED
        for field in (*cls.fields, *cls.additional):
            yield from field.names


def _imports(names: Iterable[Code]) -> Iterator[str]:
    """Yield the imports of some names, the blocks that stand apart."""
    by_module: dict[str, set[str]] = defaultdict(set)
    for name in names:
        by_module[name.module].add(name.text)
    ours = []
    for module in sorted(by_module, key=IMPORTED_FROM.index):
        line = imported(f"from {module} import", *_in_order(by_module[module]))
        if module in (MODELS, SOURCES):
            ours.append(line)
        else:
            yield line
    yield "\n".join(ours)


def _in_order(names: set[str]) -> list[str]:
    """Return names in the order of imports: constants, classes, functions."""
    return sorted(names, key=lambda n: (not n.isupper(), n.islower(), n))


def _summary(subject: Subject) -> str:
    """Return the docstring of a module: what the model is called, and where its page is."""
    model = subject.module.model
    lines = [subject.about.title, "", f"Model: {model.model_id}"]
    if model.source_url:
        lines.append(f"Page: {model.source_url}")
    return "\n".join(lines)


def _class_text(subject: Subject, cls: Class) -> ClassText:
    """Return a class as it is written; the input has the model's description."""
    is_root = cls.kind in ("input", "output")
    description = subject.about.description if cls.kind == "input" else ""
    is_open = cls.additional is not None and cls.kind == "input object"
    base = OPEN_INPUT_OBJECT if is_open else BASES[cls.kind]
    written = f"{base.text}[Output]" if cls.kind == "input" else base.text
    session = subject.session
    return ClassText(
        base=base,
        deprecated=_deprecation(subject, cls),
        line=class_line(cls.name, written),
        description=description or ("" if is_root else cls.description),
        is_input=cls.kind == "input",
        fields=tuple(declaration(cls, field, session) for field in cls.fields),
        additional=(additional_fields(cls, session),) if cls.additional else (),
    )


def _deprecation(subject: Subject, cls: Class) -> str:
    """Return the decorator that lets a type checker tell of each use; "" for none.

    It is silent at run time: callers were told by their type checker and the docs, and
    a run that is well is not to fail where warnings are errors.
    """
    said = subject.module.model.deprecated
    if cls.kind != "input" or not said:
        return ""
    return f"@{called(DEPRECATED, literal(said), keyword('category', NONE))}"
