"""Mark what is the URL of an image, a video or an audio file.

Before: `{"type": "string", "format": "image_uri"}`,
`{"type": "array", "format": "video_uris"}`.
After: `{"type": "string", "format": "uri", "x-media": "image"}`,
`{"type": "array", "items": {"type": "string", "format": "uri", "x-media": "video"}, "x-media": "video"}`.
"""

import re
from typing import get_args
from urllib.parse import urlsplit

from runcomfy_codegen.ir import Json, MediaKind, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.media import url_schema
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.read import properties_of, types_of

FORMATS: dict[str, MediaKind] = {
    f"{kind}_{suffix}": kind
    for kind in ("image", "video", "audio")
    for suffix in ("uri", "uris", "url", "urls")
}
EXTENSIONS: dict[str, MediaKind] = {
    **dict.fromkeys(("avif", "bmp", "gif", "heic", "jpeg", "jpg"), "image"),
    **dict.fromkeys(("png", "tif", "tiff", "webp"), "image"),
    **dict.fromkeys(("avi", "m4v", "mkv", "mov", "mp4", "webm"), "video"),
    **dict.fromkeys(("aac", "flac", "m4a", "mp3", "ogg", "opus", "wav"), "audio"),
}
NOUNS: dict[str, MediaKind] = {
    **dict.fromkeys(("image", "images", "img", "mask", "photo", "photos"), "image"),
    **dict.fromkeys(("video", "videos"), "video"),
    **dict.fromkeys(("audio", "audios"), "audio"),
}
LOCATORS = ("file", "files", "link", "path", "uri", "uris", "url", "urls")
SAYING_MORE = frozenset(("enum", "const", "pattern", "x-media"))
"""With one of these, a text is not any URL, or is marked."""


def mark_media(model: Model) -> Model:
    """Return the model with `x-media` on each medium: by format, else by sample or name."""
    return each_schema(model, _mark, having=("format", "properties", "x-media"))


def _mark(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with a mark on itself, and on each of its fields."""
    schema = _without_malformed_mark(schema, pointer, report)
    schema = _mark_by_format(schema, pointer, report)
    marked = {}
    for name, child in properties_of(schema).items():
        if isinstance(child, dict):
            place = f"{pointer}/properties/{escape(name)}"
            marked[name] = _mark_field(name, child, place, report)
    fields = properties_of(schema)
    is_same = all(new is fields[name] for name, new in marked.items())
    return schema if is_same else {**schema, "properties": {**fields, **marked}}


def _without_malformed_mark(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema without a mark of its own that is not one of ours."""
    kinds = get_args(MediaKind)
    if schema.get("x-media", "image") in kinds:
        return schema
    why = f"it is none of {', '.join(kinds)}"
    report.note(f"{pointer}/x-media", schema["x-media"], "nothing", why, "warning")
    return without(schema, "x-media")


def _mark_by_format(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with its media format as a mark."""
    published = schema.get("format")
    kind = _of_format(published)
    if kind is None:
        return schema
    match types_of(schema):
        case ("string",):
            new = _as_url(schema, kind)
        case ("array",):
            new = without(schema, "format") | {"x-media": kind}
            _mark_items(new, kind, str(published), pointer, report)
        case _:
            return schema
    why = "no standard format"
    report.note(f"{pointer}/format", published, f"x-media: {kind}", why)
    return new


def _mark_items(
    new: Schema, kind: MediaKind, published: str, pointer: str, report: Report
) -> None:
    """Mark the items of an array of media, in place; where it has none, they are URLs."""
    items = new.get("items")
    if not isinstance(items, dict):
        new["items"] = url_schema(kind)
        why = f"an array of {published} holds URLs"
        report.note(pointer, "no items", "URL strings", why)
        return
    is_text = types_of(items) == ("string",)
    if is_text and _of_format(items.get("format")) is None:
        new["items"] = _as_url(items, kind)


def _mark_field(name: str, schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a field without a media format marked by its sample or its name."""
    if _of_format(schema.get("format")):
        return schema  # it is marked by its format
    is_list = types_of(schema) == ("array",)
    inner = schema.get("items") if is_list else schema
    if not isinstance(inner, dict):
        return schema
    of_items = _of_format(inner.get("format"))
    if of_items:
        return {**schema, "x-media": of_items}
    kind = _of_sample(schema.get("default")) or _of_name(name)
    if kind is None or not _could_be_a_url(inner):
        return schema
    why = "recognised by its sample or its name"
    report.note(pointer, "no media format", f"x-media: {kind}", why)
    marked = _as_url(inner, kind)
    return {**schema, "items": marked, "x-media": kind} if is_list else marked


def _as_url(schema: Schema, kind: MediaKind) -> Schema:
    """Return the schema of a text as that of a medium's URL."""
    return {**schema, **url_schema(kind), "type": schema["type"]}


def _could_be_a_url(schema: Schema) -> bool:
    """Whether a schema takes any text, or any URL."""
    published = str(schema.get("format", "uri")).lower()
    is_open = SAYING_MORE.isdisjoint(schema)
    return is_open and published in ("uri", "url") and types_of(schema) == ("string",)


def _of_format(published: Json) -> MediaKind | None:
    return FORMATS.get(published.lower()) if isinstance(published, str) else None


def _of_sample(sample: Json) -> MediaKind | None:
    """Return what a URL or a bare file name is of, by its extension."""
    if isinstance(sample, list):
        sample = sample[0] if sample else None
    if not isinstance(sample, str) or re.search(r"\s", sample):
        return None
    try:
        path = urlsplit(sample).path
    except ValueError:
        return None
    _, dot, extension = path.rpartition(".")
    return EXTENSIONS.get(extension.lower()) if dot else None


def _of_name(name: str) -> MediaKind | None:
    """Return what a property is of, by the last noun of its name."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    parts = [part for part in re.split(r"[^a-z]+", words) if part]
    while parts and parts[-1] in LOCATORS:
        parts.pop()
    return NOUNS.get(parts[-1]) if parts else None
