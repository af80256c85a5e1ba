"""Make the request body that a model's pages show: one that makes sense for its task."""

from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.render.about import About
from runcomfy_codegen.render.about.inputs import medium_kind
from runcomfy_codegen.render.about.media import properties_of
from runcomfy_codegen.render.about.tasks import known_task
from runcomfy_codegen.render.sample_words import words, words_for_task
from runcomfy_codegen.render.samples import sample
from runcomfy_codegen.schema.validator import is_valid

DEMANDED = {
    "audio-inpaint": ("audio",),
    "audio-outpaint": ("audio",),
    "avatar": ("image",),
    "edit": ("image",),
    "extend-video": ("video",),
    "face-swap": ("image", "image"),
    "first-last-frame-to-video": ("image", "image"),
    "inpaint": ("image",),
    "lip-sync": ("audio",),
    "outpaint": ("image",),
    "start-end-frame-to-video": ("image", "image"),
    "transition": ("image", "image"),
    "video-edit": ("video",),
}
"""The media without which a task is none, whatever the schema requires."""
ANY_REFERENCE = ("image", "video", "audio")


def example_body(model: Model, said: About) -> dict[str, Json]:
    """Return a request body: the published example, else one that suits the task."""
    if model.example is not None:
        return dict(model.example)
    body = sample(model.input_schema)
    return _suited(model, said, body) if isinstance(body, dict) else {}


def _suited(model: Model, said: About, body: dict[str, Json]) -> dict[str, Json]:
    """Return a sample body with the words and the media that the model's task asks for."""
    task = next(filter(None, map(known_task, said.tasks)), "")
    properties = properties_of(model)
    told = {
        name: _reworded(properties.get(name, {}), name, value, task)
        for name, value in body.items()
    }
    for name in _missing_media(properties, told, task):
        fuller = told | {name: sample(properties[name], name)}
        if is_valid(model.input_schema, fuller):
            told = fuller
    return told


def _reworded(schema: Schema, name: str, value: Json, task: str) -> Json:
    """Return a text that suits the task, in the place of one that any model gets."""
    if value != words("", name, 0):
        return value
    suited_text = words_for_task(name, task)
    return suited_text if is_valid(schema, suited_text) else value


def _missing_media(
    properties: dict[str, Schema], body: dict[str, Json], task: str
) -> Iterator[str]:
    """Yield the fields to fill so that the media are there which a task is about."""
    kinds = {name: medium_kind(schema) for name, schema in properties.items()}
    given = [kinds[name] for name in body if kinds.get(name)]
    for kind in _demanded(task, [*kinds.values()], given):
        if kind in given:
            given.remove(kind)
            continue
        field = next((n for n in kinds if kinds[n] == kind and n not in body), None)
        if field:
            kinds.pop(field)
            yield field


def _demanded(task: str, taken: list[str], given: list[str]) -> tuple[str, ...]:
    """Return the kinds of media that a task's name demands, of those that are taken."""
    if task in DEMANDED:
        return DEMANDED[task]
    source = task.partition("-to-")[0]
    if source.startswith("reference"):
        first = next((kind for kind in ANY_REFERENCE if kind in taken), None)
        return (first,) if first and not given else ()
    kind = source.removesuffix("s")
    return (kind,) if kind in ANY_REFERENCE else ()
