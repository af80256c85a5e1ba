"""Mark what is the URL of an image, a video or an audio file.

Before: `{"type": "string", "format": "image_uri"}`,
`{"type": "array", "format": "video_uris"}`.
After: `{"type": "string", "format": "uri", "x-media": "image"}`,
`{"type": "array", "items": {"type": "string", "format": "uri", "x-media": "video"}, "x-media": "video"}`.
"""

import re
from operator import is_
from typing import get_args
from urllib.parse import urlsplit

from runcomfy_codegen.ir import Json, MediaKind, Model, Schema
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.visit import Report, each_schema, types_of

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


def mark_media(model: Model) -> Model:
    """Return the model with `x-media` on each medium: by format, else by sample or name."""
    return each_schema(
        model, _mark_properties, having=("format", "properties", "x-media")
    )


def _mark_properties(schema: Schema, pointer: str, report: Report) -> Schema:
    schema = _without_odd_mark(schema, pointer, report)
    schema = _mark_format(schema, pointer, report)
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    marked = {
        name: (
            _mark_by_sample_or_name(
                name, child, f"{pointer}/properties/{escape(name)}", report
            )
            if isinstance(child, dict)
            else child
        )
        for name, child in properties.items()
    }
    if all(map(is_, marked.values(), properties.values())):
        return schema
    return {**schema, "properties": marked}


def _without_odd_mark(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema without a mark of its own that is none of ours."""
    if schema.get("x-media", "image") in get_args(MediaKind):
        return schema
    why = f"it is none of {', '.join(get_args(MediaKind))}"
    report.note(f"{pointer}/x-media", schema["x-media"], "nothing", why, "warning")
    return {key: value for key, value in schema.items() if key != "x-media"}


def _mark_format(schema: Schema, pointer: str, report: Report) -> Schema:
    published = schema.get("format")
    kind = FORMATS.get(published.lower()) if isinstance(published, str) else None
    items = schema.get("items")
    if kind is None:
        return schema
    if types_of(schema) == ("string",):
        new = {**schema, "format": "uri", "x-media": kind}
    elif types_of(schema) == ("array",):
        new = {key: value for key, value in schema.items() if key != "format"}
        new["x-media"] = kind
        if not isinstance(items, dict):
            new["items"] = _url(kind)
            report.note(
                pointer,
                "no items",
                "URL strings",
                f"an array of {published} holds URLs",
            )
        elif types_of(items) == ("string",) and not _is_media(items.get("format")):
            new["items"] = {**items, "format": "uri", "x-media": kind}
    else:
        return schema
    report.note(
        f"{pointer}/format", published, f"x-media: {kind}", "no standard format"
    )
    return new


def _is_media(published: Json) -> bool:
    return isinstance(published, str) and published.lower() in FORMATS


def _url(kind: MediaKind) -> Schema:
    return {"type": "string", "format": "uri", "x-media": kind}


def _mark_by_sample_or_name(
    name: str, schema: Schema, pointer: str, report: Report
) -> Schema:
    inner = schema.get("items") if types_of(schema) == ("array",) else schema
    if (
        not isinstance(inner, dict)
        or types_of(inner) != ("string",)
        or any(key in inner for key in ("enum", "const", "pattern", "x-media"))
        or str(schema.get("format", "")).lower() in FORMATS
        or str(inner.get("format", "uri")).lower() not in ("uri", "url")
    ):
        published = inner.get("format") if isinstance(inner, dict) else None
        if inner is not schema and isinstance(published, str):
            kind = FORMATS.get(published.lower())
            return {**schema, "x-media": kind} if kind else schema
        return schema
    kind = _of_sample(schema.get("default")) or _of_name(name)
    if kind is None:
        return schema
    report.note(
        pointer,
        "no media format",
        f"x-media: {kind}",
        "recognised by its sample or its name",
    )
    marked = {**inner, **_url(kind), "type": inner["type"]}
    if inner is schema:
        return marked
    return {**schema, "items": marked, "x-media": kind}


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
    return EXTENSIONS.get(path.rpartition(".")[2].lower()) if "." in path else None


def _of_name(name: str) -> MediaKind | None:
    """Return what a property is of, by the last noun of its name."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    parts = [part for part in re.split(r"[^a-z]+", words) if part]
    while parts and parts[-1] in LOCATORS:
        parts.pop()
    return NOUNS.get(parts[-1]) if parts else None
