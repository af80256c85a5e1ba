"""Say of a model what a reader asks first: what it is, takes, makes and costs.

Where the service publishes a name or a description, that is what is said. Where it
does not, both are derived from the model_id and the schema, and marked as ours.
"""

from dataclasses import dataclass
from typing import Literal

from runcomfy_codegen.ir import Model
from runcomfy_codegen.render.about.media import made_kinds, needed_kinds, taken_kinds
from runcomfy_codegen.render.about.names import spelled_name
from runcomfy_codegen.render.about.prices import price_in_words
from runcomfy_codegen.render.about.sentence import sentence
from runcomfy_codegen.render.about.tasks import (
    heading,
    known_task,
    task_of_shape,
    tasks_of,
)


@dataclass(frozen=True, slots=True)
class About:
    """What a model is. The texts are not escaped."""

    title: str
    description: str
    description_source: Literal["published", "derived"]
    """Who says so: the service, or we."""
    tasks: tuple[str, ...]
    takes: tuple[str, ...]
    makes: tuple[str, ...]
    price: str


def about(model: Model) -> About:
    """Return what a model is."""
    said = tasks_of(model)
    makes = made_kinds(model, said)
    tasks = said
    if not any(map(known_task, said)):
        shape = task_of_shape(frozenset(needed_kinds(model)), makes)
        tasks = (*said, shape) if shape else said
    published = model.description.strip()
    return About(
        title=_title(model, said),
        description=published or sentence(model, tasks, makes),
        description_source="published" if published else "derived",
        tasks=tasks,
        takes=taken_kinds(model.input_schema),
        makes=makes,
        price=price_in_words(model, makes),
    )


def _title(model: Model, tasks: tuple[str, ...]) -> str:
    """Return the published name, unless it only repeats the model_id."""
    name = model.display_name.strip()
    if name and not model.model_id.lower().endswith(name.lower()):
        return name
    task = next(filter(None, map(known_task, tasks)), "")
    return f"{spelled_name(model.model_id)} {heading(task)}".strip()
