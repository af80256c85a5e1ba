"""Tell what a model takes and makes: text, images, videos, audio."""

import re

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.render.about.tasks import known_task, made_by

KINDS = ("text", "image", "video", "audio")
MEDIA = frozenset(KINDS[1:])
CHOSEN = frozenset(("enum", "const"))
OF_VIDEOS = frozenset(("fps", "num_frames", "frames_per_second", "camera_motion"))


def taken_kinds(schema: Schema) -> tuple[str, ...]:
    """Return the kinds of what a schema takes; text is a string of any words."""
    return _in_order(_kinds_in(schema))


def needed_kinds(model: Model) -> tuple[str, ...]:
    """Return the kinds that must be given; all that may be, where none must."""
    properties = properties_of(model)
    required = map(str, model.input_schema.get("required", ()))
    needed = {n: properties[n] for n in required if n in properties}
    return taken_kinds(needed) or taken_kinds(model.input_schema)


def made_kinds(model: Model, tasks: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a model makes: what its task or its id says, else all it may return."""
    for task in map(known_task, tasks):
        if made_by(task):
            return (made_by(task),)
    said = _said_in_id(model.model_id)
    if said:
        return _in_order(said)
    returned = _kinds_in(model.output_schema) & MEDIA
    taken = _kinds_in(model.input_schema) & MEDIA
    if len(returned) > 1 and any(map(known_task, tasks)) and taken:
        return _in_order(taken)
    if len(returned) > 1 and not OF_VIDEOS.isdisjoint(properties_of(model)):
        return ("video",)
    return _in_order(returned)


def properties_of(model: Model) -> dict[str, Schema]:
    """Return the schemas of a model's fields, by name."""
    properties = model.input_schema.get("properties")
    named = properties.items() if isinstance(properties, dict) else ()
    return {name: child for name, child in named if isinstance(child, dict)}


def _said_in_id(model_id: str) -> set[str]:
    """Return the media that the last part of an id names which names any."""
    for segment in reversed(model_id.split("/")[1:]):
        said = set(re.split("[-_ ]", segment.lower())) & MEDIA
        if said:
            return said
    return set()


def _in_order(found: set[str]) -> tuple[str, ...]:
    return tuple(kind for kind in KINDS if kind in found)


def _kinds_in(schema: Schema) -> set[str]:
    found: set[str] = set()
    waiting: list[Json] = [schema]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            kind = value.get("x-media")
            if isinstance(kind, str) and kind in MEDIA:
                found.add(kind)
            elif value.get("type") == "string" and CHOSEN.isdisjoint(value):
                found.add("text")
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found
