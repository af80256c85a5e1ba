"""Tell what a model takes and makes: text, images, videos, audio."""

import re

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.render.about.tasks import known_task, made_by
from runcomfy_codegen.schema.parts import object_of

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
    known = list(filter(None, map(known_task, tasks)))
    said = next(filter(None, map(made_by, known)), "")
    if said:
        return (said,)
    said_in_id = _said_in_id(model.model_id)
    if said_in_id:
        return _in_order(said_in_id)
    returned = _kinds_in(model.output_schema) & MEDIA
    if len(returned) < 2:
        return _in_order(returned)
    return _likeliest(model, bool(known)) or _in_order(returned)


def _likeliest(model: Model, has_a_task: bool) -> tuple[str, ...]:
    """Return what a model makes that may return several kinds; empty if nothing tells."""
    taken = _kinds_in(model.input_schema) & MEDIA
    if has_a_task and taken:
        return _in_order(taken)
    makes_videos = not OF_VIDEOS.isdisjoint(properties_of(model))
    return ("video",) if makes_videos else ()


def properties_of(model: Model) -> dict[str, Schema]:
    """Return the schemas of a model's fields, by name."""
    named = object_of(model.input_schema.get("properties"))
    return {name: child for name, child in named.items() if isinstance(child, dict)}


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
    """Return the kinds of media in a schema, and text where any words may be."""
    found: set[str] = set()
    waiting: list[Json] = [schema]
    while waiting:
        match waiting.pop():
            case dict() as value:
                found.add(_kind_of(value))
                waiting += value.values()
            case list() as values:
                waiting += values
    return found - {""}


def _kind_of(schema: Schema) -> str:
    """Return what a schema itself takes; empty if that is neither a medium nor text."""
    kind = schema.get("x-media")
    if isinstance(kind, str) and kind in MEDIA:
        return kind
    is_open = CHOSEN.isdisjoint(schema)
    return "text" if is_open and schema.get("type") == "string" else ""
