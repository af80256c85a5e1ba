"""Make an output that fits a model's output_schema. Pure."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from .media import EXTENSIONS, Medium

MediaURL = Callable[[Medium], str]

# What the service promises of a model whose output_schema is not known.
GENERIC_OUTPUT: dict[str, Any] = {
    "type": "object",
    "properties": {
        "image": {"type": "string", "x-media": "image"},
        "video": {"type": "string", "x-media": "video"},
        "images": {"type": "array", "items": {"type": "string", "x-media": "image"}},
        "videos": {"type": "array", "items": {"type": "string", "x-media": "video"}},
    },
}

_DEEPEST = 8
_MOST_FILES = 16
_WORDS: dict[str, Medium] = {
    "audio": "audio",
    "music": "audio",
    "speech": "audio",
    "video": "video",
    "image": "image",
    **dict.fromkeys(("song", "sound", "voice"), "audio"),
}
_COUNTS = ("num_images", "num_outputs", "num_videos", "batch_size", "n")


def make_output(
    entry: Mapping[str, Any], body: Mapping[str, Any], media_url: MediaURL
) -> Any:
    """Return an output for this body. `media_url` hands out one new URL a call."""
    schema = _output_schema(entry)
    medium = _main_medium(entry)
    output = _Maker(schema, medium, _count(body), media_url).value(schema)
    if output == {} and medium == "audio":
        # The generic block knows no sound, though there are models that make it.
        return {"audio": media_url("audio")}
    return output


def _output_schema(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of `output`; a brought entry may wrap it, or have none."""
    schema = entry.get("output_schema")
    if isinstance(schema, Mapping) and not {"type", "properties"} & set(schema):
        schema = schema.get("output", schema)
    return schema if isinstance(schema, Mapping) and schema else GENERIC_OUTPUT


class _Maker:
    def __init__(
        self, root: Mapping[str, Any], medium: Medium, count: int, media_url: MediaURL
    ) -> None:
        self._root = root
        self._medium = medium
        self._count = count
        self._media_url = media_url

    def value(self, schema: Any, name: str = "", depth: int = 0) -> Any:
        """Return a value that fits one schema."""
        schema = self._resolved(schema)
        if not self._medium_of(schema, name):
            for key in ("const", "default"):
                if key in schema:
                    return schema[key]
            for key in ("enum", "examples"):
                if schema.get(key):
                    return schema[key][0]
        kind = _type(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind == "string":
            return self._text(schema, name)
        return _scalar(kind, schema)

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties: Mapping[str, Any] = schema.get("properties") or {}
        required = schema.get("required") or ()
        offered = self._offered(properties) if depth == 0 else properties
        return {
            name: self.value(sub, name, depth + 1)
            for name, sub in properties.items()
            if (name in required and depth < 2 * _DEEPEST)
            or (name in offered and depth < _DEEPEST)
        }

    def _offered(self, properties: Mapping[str, Any]) -> list[str]:
        """Choose among a root's properties, which offer more than one job makes.

        Of several media, the one that the model makes; of one field for a single file
        and one for many, the one that fits the count. All that is not a medium.
        """
        media = {name: self._medium_of(sub, name) for name, sub in properties.items()}
        main = [name for name, medium in media.items() if medium == self._medium]
        if not main and self._medium != "audio":
            main = [name for name, medium in media.items() if medium]
        plural = {
            name: _type(self._resolved(properties[name])) == "array" for name in main
        }
        if len(set(plural.values())) == 2:
            main = [name for name in main if plural[name] == (self._count > 1)]
        return [name for name, medium in media.items() if not medium or name in main]

    def _array(self, schema: Mapping[str, Any], name: str, depth: int) -> list[Any]:
        medium = self._medium_of(schema, name)
        items = schema.get("items")
        if not isinstance(items, Mapping):
            items = {"type": "string", "x-media": medium} if medium else {}
        count = self._count if medium else 1
        count = max(count, schema.get("minItems", 0))
        count = min(count, schema.get("maxItems", count), _MOST_FILES)
        if depth > _DEEPEST:
            count = schema.get("minItems", 0)
        return [self.value(items, name, depth + 1) for _ in range(count)]

    def _text(self, schema: Mapping[str, Any], name: str) -> str:
        if medium := self._medium_of(schema, name):
            return self._media_url(medium)
        text = "simulated".ljust(schema.get("minLength", 0), ".")
        return text[: schema.get("maxLength", len(text))]

    def _medium_of(self, schema: Any, name: str, depth: int = 0) -> Medium | None:
        """Return which medium a schema holds: by its annotation, else by its name."""
        schema = self._resolved(schema)
        for medium in EXTENSIONS:
            if schema.get("x-media") == medium:
                return medium
        kind = _type(schema)
        if kind == "array" and depth < _DEEPEST:
            return self._medium_of(schema.get("items", {}), name, depth + 1)
        if kind == "object" and depth < _DEEPEST:
            for key, sub in (schema.get("properties") or {}).items():
                if found := self._medium_of(sub, key, depth + 1):
                    return found
            return None
        return _medium_named(name) if kind == "string" else None

    def _resolved(self, schema: Any, depth: int = 0) -> Mapping[str, Any]:
        """Follow local references and take the first of several choices."""
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return {}
        if isinstance(schema.get("$ref"), str):
            return self._resolved(_pointed(self._root, schema["$ref"]), depth + 1)
        for key in ("anyOf", "oneOf"):
            if schema.get(key):
                rest = {name: sub for name, sub in schema.items() if name != key}
                return {**rest, **self._resolved(schema[key][0], depth + 1)}
        merged: dict[str, Any] = {}
        for part in schema.get("allOf") or ():
            found = self._resolved(part, depth + 1)
            properties = {**merged.get("properties", {}), **found.get("properties", {})}
            merged = {**merged, **found}
            if properties:
                merged["properties"] = properties
        return {**merged, **schema} if merged else schema


def _main_medium(entry: Mapping[str, Any]) -> Medium:
    """Guess what a model makes: from its categories, then from its model_id."""
    for hint in (*(entry.get("categories") or ()), entry.get("model_id", "")):
        text = str(hint).lower()
        made = text.rpartition("to-")[2]
        for word, medium in _WORDS.items():
            if word in made:
                return medium
    return "image"


def _medium_named(name: str) -> Medium | None:
    first = name.lower().replace("-", "_").removesuffix("_url").removesuffix("_urls")
    for medium in EXTENSIONS:
        if first in (medium, f"{medium}s"):
            return medium
    return None


def _count(body: Mapping[str, Any]) -> int:
    for name in _COUNTS:
        value = body.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return min(max(value, 1), _MOST_FILES)
    return 1


def _pointed(root: Any, reference: str) -> Any:
    for part in reference.removeprefix("#").split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        root = root.get(key) if isinstance(root, Mapping) else None
    return root


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((name for name in kind if name != "null"), "null")
    if isinstance(kind, str):
        return kind
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _scalar(kind: str, schema: Mapping[str, Any]) -> Any:
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if kind == "integer":
        least = 0 if low is None else low + ("minimum" not in schema)
        most = least if high is None else high - ("maximum" not in schema)
        return math.ceil(min(least, most) / step) * step
    if low is not None and high is not None:
        return (low + high) / 2
    return low + step if low is not None else 0 if high is None else high - step
