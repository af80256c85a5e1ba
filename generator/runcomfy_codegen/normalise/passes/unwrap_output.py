"""Take the output schema out of its wrapper, or put the service's generic one there.

Before: `{"output": {"type": "object", "properties": {"image": {…}}}}`, or nothing.
After: `{"type": "object", "properties": {"image": {…}}}`; of a model that makes audio, with
`audio` and `audios` too.
"""

import re

from runcomfy_codegen.ir import MediaKind, Model, Schema
from runcomfy_codegen.normalise.report import Report, report_on, with_report
from runcomfy_codegen.schema.media import url_schema


def _urls(kind: MediaKind) -> Schema:
    return {"type": "array", "items": url_schema(kind), "x-media": kind}


GENERIC_OUTPUT: Schema = {
    "type": "object",
    "properties": {
        "image": url_schema("image") | {"description": "single image URL"},
        "video": url_schema("video") | {"description": "single video URL"},
        "images": _urls("image") | {"description": "multiple image URLs"},
        "videos": _urls("video") | {"description": "multiple video URLs"},
    },
}
"""What every page prints that publishes no output schema of its own."""
AUDIO_OUTPUT: Schema = {
    "audio": url_schema("audio") | {"description": "single audio URL"},
    "audios": _urls("audio") | {"description": "multiple audio URLs"},
}
"""What the pages do not print, though there are models that make audio."""
SOUND = re.compile(r"audio|music|song|sound|speech|tts|voice", re.IGNORECASE)
SIGHT = re.compile(r"image|video|avatar|text|lip|animat|3d", re.IGNORECASE)
TARGET = re.compile(r"(?:^|.*[-_ ])(?:to|2)[-_ ]", re.IGNORECASE)
"""What stands before the thing that a task makes: `text-to-…`."""


def unwrap_output(model: Model) -> Model:
    """Return the model with an output schema whose root is the output itself."""
    report = report_on(model)
    if not model.output_schema:
        why = "the page publishes no output"
        report.note("/output_schema", "nothing", "the generic output", why)
        schema = _with_audio(model, GENERIC_OUTPUT, "/output_schema", report)
        return with_report(model, report, output_schema=schema)
    schema, pointer = _unwrapped(model.output_schema, report)
    schema = _as_object(schema, pointer, report)
    schema = _with_audio(model, schema, pointer, report)
    return with_report(model, report, output_schema=schema, output_pointer=pointer)


def _unwrapped(schema: Schema, report: Report) -> tuple[Schema, str]:
    """Return the root of an output, and where it is published."""
    pointer = "/output_schema"
    inner = schema.get("output")
    is_root = "type" in schema or "properties" in schema
    if is_root or not isinstance(inner, dict):
        return schema, pointer
    why = "the wrapper is not a JSON Schema root"
    report.note(pointer, '{"output": {…}}', "{…}", why)
    return inner, f"{pointer}/output"


def _as_object(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return an object in place of an output that has no fields to name."""
    named = str(schema.get("type", "object")).lower()
    if named == "object" or "properties" in schema:
        return schema
    after = "an object that keeps whatever comes"
    why = "an output that is not an object has no fields to name"
    report.note(pointer, schema, after, why, "warning")
    return {"type": "object", "properties": {}}


def _with_audio(model: Model, schema: Schema, pointer: str, report: Report) -> Schema:
    """Return the generic output with audio beside it, for a model that makes audio."""
    generic, fields = GENERIC_OUTPUT["properties"], schema.get("properties")
    if not isinstance(fields, dict) or fields.keys() != generic.keys():
        return schema
    if not makes_audio(model):
        return schema
    why = "it makes audio, which the generic output has no field for"
    report.note(pointer, "no audio", list(AUDIO_OUTPUT), why)
    return {**schema, "properties": {**AUDIO_OUTPUT, **fields}}


def makes_audio(model: Model) -> bool:
    """Tell whether a model's categories, or its id, say that it makes audio."""
    return any(map(_is_audio_task, (*model.categories, *model.model_id.split("/"))))


def _is_audio_task(name: str) -> bool:
    """Tell whether a category, or a part of a model_id, says that audio is made."""
    made = TARGET.sub("", name)
    return bool(SOUND.search(made)) and not SIGHT.search(made)
