"""What a list says of a model: a line of each, for docs and indexes alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from runcomfy_codegen.ir import Identifier, Module
from runcomfy_codegen.render.subject import Subject

SHORT = 200
"""Characters of a description in a list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One model in a list. The texts are as published, and not escaped."""

    model_id: str
    title: str
    description: str
    description_source: str
    """`published` by the service, or `derived` by us from the schema."""
    vendor: Identifier
    module: Identifier
    categories: tuple[str, ...]
    tasks: tuple[str, ...]
    takes: tuple[str, ...]
    makes: tuple[str, ...]
    parameters: tuple[str, ...]
    """The names of the input's fields, in Python."""
    price: str
    price_usd: float | None
    deprecated: str
    """Why not to use it any more; empty for one that may be used."""


def entries_of(subjects: Iterable[Subject]) -> dict[str, Entry]:
    """Return each model as one line of a list, by model_id and in its order."""
    ordered = sorted(subjects, key=lambda subject: subject.module.model.model_id)
    return {subject.module.model.model_id: entry_of(subject) for subject in ordered}


def entry_of(subject: Subject) -> Entry:
    """Return a model as one line of a list."""
    module, said = subject.module, subject.about
    model = module.model
    return Entry(
        model_id=model.model_id,
        title=said.title,
        description=shortened(said.description),
        description_source=said.description_source,
        vendor=module.vendor,
        module=module.name,
        categories=model.categories,
        tasks=said.tasks,
        takes=said.takes,
        makes=said.makes,
        parameters=_parameters(module),
        price=said.price,
        price_usd=model.base_price_usd,
        deprecated=model.deprecated,
    )


def _parameters(module: Module) -> tuple[str, ...]:
    """Return the names of the input's fields, in Python."""
    for cls in module.classes:
        if cls.kind == "input":
            return tuple(field.name for field in cls.fields)
    return ()


def shortened(text: str) -> str:
    """Return the beginning of a text, up to the end of a word."""
    line = " ".join(text.split())
    if len(line) <= SHORT:
        return line
    return line[:SHORT].rpartition(" ")[0].rstrip(",;:") + " …"
