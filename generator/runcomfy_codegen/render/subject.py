"""One model to render, with what all its files say of it alike: worked out once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from runcomfy_codegen.ir import Json, Model, Module
from runcomfy_codegen.render.about import About, about
from runcomfy_codegen.render.sample_body import example_body
from runcomfy_codegen.render.unrenderable import UnrenderableError
from runcomfy_codegen.schema.validator import SchemaJudge
from runcomfy_codegen.session import Session


@dataclass(frozen=True, slots=True)
class Subject:
    """A model, the names of all that is in it, what it is, and a call of it."""

    module: Module
    about: About
    example: Mapping[str, Json]
    """A request body: the published one, else one of our own making."""
    session: Session
    """Where what models share is made once."""


def subjects_of(modules: Iterable[Module], session: Session) -> tuple[Subject, ...]:
    """Return modules as subjects, in their order: each model's is worked out once."""
    return tuple(_subject(module, session) for module in modules)


def _subject(module: Module, session: Session) -> Subject:
    said = session.once_for(about, module.model)
    example = session.once_for(_example, module.model, said)
    return Subject(module, said, example, session)


def _example(model: Model, said: About) -> Mapping[str, Json]:
    return example_body(model, said)


def check_example(subject: Subject) -> None:
    """Raise UnrenderableError if an example of our making is not what the model takes."""
    model = subject.module.model
    if model.example is not None:
        return  # it was judged when it was normalised
    for error in SchemaJudge(model.input_schema).iter_errors(subject.example):
        place = "/".join(map(str, error.path))
        raise UnrenderableError(
            f"no example could be made of it: {place}: {error.message[:200]}",
            "give it an example, a request body that it takes, in an overlay",
            "/example",
        )
