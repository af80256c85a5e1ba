"""Type each field by datamodel-code-generator, in-process.

A type is not written here by hand from a schema: a mature parser knows more of JSON Schema
than a switch over its types would. But its own output renames fields, rounds limits and
lets text become code, so it is asked for one thing alone. The way of a field:

1. `documents` writes it without words, limits and null, under names that were decided
   before. What differs in those alone is one document.
2. The parser reads the documents of all modules as one class with many fields, and
   resolves each to a type, which is a tree (`DataType`) and not yet a text.
3. `_Reading` reads that tree as an expression, and puts limits and null back where the
   schema has them: around the field, and around each definition inside it.

So whatever the parser calls its own is never written, and one call of it, which costs more
than all else, types every model of a run.
"""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeAlias

from runcomfy_codegen.ir import Class, Identifier, Json, Module
from runcomfy_codegen.render.python.code import (
    ANY,
    LITERAL,
    MODELS,
    NONE,
    SOURCES,
    TEXT,
    Bracket,
    Code,
    Node,
    annotated,
    literal,
    subscript,
    union,
)
from runcomfy_codegen.render.python.documents import (
    INNER,
    PREFIX,
    SOURCES_OF_MEDIA,
    Document,
)
from runcomfy_codegen.render.python.limits import NOT_BOOL, ONLY_BOOL, limits
from runcomfy_codegen.render.python.parser import parse
from runcomfy_codegen.render.unrenderable import UnrenderableError
from runcomfy_codegen.schema.read import is_nullable, type_name

FIELDS = f"{INNER}fields"
"""The definition that holds all fields of a document."""
ADDITIONAL = Identifier("__pydantic_extra__")
"""Where pydantic keeps the fields that a class does not name."""
OR_DICT = Code("OrDict", MODELS)
"""Lets an object of an input be given as a dict."""

SOURCE_NAMES = {name for names in SOURCES_OF_MEDIA.values() for name in names}

FieldTypes: TypeAlias = dict[str, dict[str, tuple[Node, list[Node]]]]
"""By class and field name, each field's type and what limits it."""


def field_types(module: Module) -> FieldTypes:
    """Return, by class and field name, each field's type and what limits it.

    Raises UnrenderableError, with what the parser said, for a schema it cannot read.
    """
    documents = list(_documents(module))
    try:
        _resolve(document for _, _, document in documents)
    except Exception as error:  # its errors and warnings have no base of their own
        said = f"{type(error).__name__}: {error}"[:300]
        raise UnrenderableError(
            f"no Python type could be made of it: {said}"
        ) from error
    types: FieldTypes = {cls.name: {} for cls in module.classes}
    for cls, name, document in documents:
        node = _Reading(document.inner, document.is_open).node(_resolved[document.key])
        is_input = cls.kind.startswith("input")
        is_named = name != ADDITIONAL
        if not is_input and not is_named:
            node = union([node, ANY])  # nothing that was paid for is refused
        is_limited = is_input and is_named
        types[cls.name][name] = node, limits(document.schema) if is_limited else []
    return types


def resolve_types(modules: Iterable[Module]) -> None:
    """Resolve the fields of many modules at once, which costs far less than one by one.

    What the parser refuses is left to `field_types`, which knows whose it is.
    """
    fields = [field for module in modules for _, _, field in _documents(module)]
    with suppress(Exception):
        _resolve(fields)


def _documents(module: Module) -> Iterator[tuple[Class, Identifier, Document]]:
    for cls in module.classes:
        is_open = cls.kind.startswith("output")
        for field in cls.fields:
            yield cls, field.name, Document(field.schema, is_open)
        if cls.additional:
            yield cls, ADDITIONAL, Document(cls.additional, is_open, is_inside=True)


class _Reading:
    """What the parser resolved, read as expressions."""

    def __init__(self, inner: list[tuple[Any, bool]], is_open: bool) -> None:
        self.inner = inner
        self.is_open = is_open

    def node(self, data_type: Any) -> Node:
        """Return a type that the parser resolved as an expression."""
        if data_type.reference is not None:
            return self._reference(data_type.reference)
        if data_type.literals:
            return _literal_type(data_type.literals)
        members = [self.node(member) for member in data_type.data_types]
        if data_type.is_list:
            return subscript(Code("list"), union(members))
        if data_type.is_dict:
            return subscript(Code("dict"), TEXT, union(members))
        return union(members) if members else _named(str(data_type.type))

    def _reference(self, reference: Any) -> Node:
        """Return a class by its name, or what a definition of ours stands for."""
        name = _defined_name(reference)
        if name in SOURCE_NAMES:
            return Code(name, SOURCES)
        if not name.startswith(INNER):
            cls = Code(name)
            return cls if self.is_open else subscript(OR_DICT, cls)
        schema, is_open = self.inner[int(name.rpartition(INNER)[2])]
        if type_name(schema) == "null":
            return NONE
        around = self.node(reference.source.fields[0].data_type)
        node = around.elements[0] if isinstance(around, Bracket) else around
        if is_nullable(schema):
            node = union([node, NONE])
        return annotated(node, [] if is_open else limits(schema))


_resolved: dict[str, Any] = {}
"""What the parser made of each field, by its key: most fields are alike."""


def _resolve(fields: Iterable[Document]) -> None:
    """Resolve fields that have not been resolved yet, all in one document."""
    missing = {field.key: field for field in fields if field.key not in _resolved}
    if not missing:
        return
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for number, field in enumerate(missing.values()):
        document = field.renamed(f"{number}{INNER}")
        definitions |= document.definitions
        properties[f"f{number}"] = document.field
    definitions[FIELDS] = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = parse(json.dumps({"$defs": definitions}))
    parsed = next(m for m in results if _defined_name(m.reference) == FIELDS)
    by_name = {field.original_name: field.data_type for field in parsed.fields}
    for number, key in enumerate(missing):
        _resolved[key] = by_name[f"f{number}"]


def _defined_name(reference: Any) -> str:
    """Return the name that we gave a definition; the parser may have changed it."""
    return str(reference.path).removeprefix(PREFIX)


def _named(name: str) -> Node:
    return ANY if name == "Any" else Code(name)


def _literal_type(values: list[Json]) -> Node:
    """Return a Literal; to Python, and so to pydantic, 1 is True and 0 is False."""
    node = subscript(LITERAL, *map(literal, values))
    if any(value is True or value is False for value in values):
        return annotated(node, [ONLY_BOOL])
    return annotated(node, [NOT_BOOL] if {0, 1} & {*values} else [])
