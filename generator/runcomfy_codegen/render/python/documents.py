"""Write a field as the document that datamodel-code-generator's parser gets.

It has no words and no limits in it, so that the parser has nothing to escape or to round,
and fields that differ in those alone are one document. A schema inside another that has
limits is a definition of its own, so that they are written where they belong.
"""

import json

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.render.python.limits import is_literal, limits
from runcomfy_codegen.schema.media import medium_of
from runcomfy_codegen.schema.read import (
    additional_of,
    branches_of,
    is_nullable,
    items_of,
    other_branches,
    type_name,
    values_of,
)

PREFIX = "#/$defs/"
INNER = "_"
"""Starts the name of a definition that is not a class: no class name starts so."""
STUB: Schema = {"type": "object", "properties": {"x": {"type": "string"}}}
"""Stands for a class, of which the parser needs to know its name alone."""

SOURCES_OF_MEDIA = {
    "image": ("ImageSource", "ImageSources"),
    "video": ("VideoSource", "VideoSources"),
    "audio": ("AudioSource", "AudioSources"),
}
"""The type of a medium, and of a list of media."""

_dumps = json.JSONEncoder(check_circular=False).encode


def source_of(schema: Schema) -> str:
    """Return the type of a medium, or of a list of media; empty for all else."""
    kind, place = medium_of(schema), 0
    items = items_of(schema)
    if type_name(schema) == "array" and not is_nullable(items) and not limits(items):
        kind, place = medium_of(items), 1
    return SOURCES_OF_MEDIA[kind][place] if kind else ""


class Document:
    """One field as the parser gets it: fields that it cannot tell apart share a key."""

    def __init__(
        self, schema: Schema, is_open: bool, is_inside: bool = False, prefix: str = ""
    ) -> None:
        self.schema, self.is_open, self.is_inside = schema, is_open, is_inside
        self.definitions: dict[str, Schema] = {}
        self.inner: list[tuple[Schema, bool]] = []
        self.prefix = prefix
        make = self._inside if is_inside else self._plain
        self.field = make(schema, is_open)
        self.key = _dumps([self.field, self.definitions])

    def renamed(self, prefix: str) -> "Document":
        """Return the same with other names for its definitions."""
        return Document(self.schema, self.is_open, self.is_inside, prefix)

    def _plain(self, schema: Schema, is_open: bool) -> Schema:
        """Return what of a schema makes its type: no words, no null, no limits."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(PREFIX)
            self.definitions[name] = STUB
            return {"$ref": schema["$ref"]}
        name = type_name(schema)
        if name == "null":
            return self._define(schema, {}, is_open)
        source = "" if is_open else source_of(schema)
        if source:
            self.definitions[source] = STUB
            return {"$ref": PREFIX + source}
        values = values_of(schema)
        if values and all(map(is_literal, values)):
            plain: Schema = {"enum": [value for value in values if value is not None]}
            return {"anyOf": [plain, {"type": name}]} if is_open else plain
        if branches_of(schema):
            branches = other_branches(schema)
            return {"anyOf": [self._inside(branch, is_open) for branch in branches]}
        return self._container(name, schema, is_open)

    def _container(self, name: str, schema: Schema, is_open: bool) -> Schema:
        """Return a type by its name, with what it holds."""
        for keyword, inner in (
            ("items", items_of(schema)),
            ("additionalProperties", additional_of(schema)),
        ):
            if inner:
                return {"type": name, keyword: self._inside(inner, is_open)}
        return {"type": name} if name else {}

    def _inside(self, schema: Schema, is_open: bool) -> Schema:
        """Return a schema inside another; one with limits is a definition of its own."""
        plain = self._plain(schema, is_open)
        is_limited = not is_open and limits(schema)
        if not is_limited and not is_nullable(schema):
            return plain
        return self._define(schema, plain, is_open)

    def _define(self, schema: Schema, plain: Schema, is_open: bool) -> Schema:
        name = f"{INNER}{self.prefix}{len(self.inner)}"
        self.inner.append((schema, is_open))
        # Only what is surely not a class comes back as it was given: a list of it.
        self.definitions[name] = {"type": "array", "items": plain}
        return {"$ref": PREFIX + name}
