"""Type each field by datamodel-code-generator, in-process.

A type is not written here by hand from a schema: a mature parser knows more of JSON Schema
than a switch over its types would. But its own output renames fields, rounds limits and
lets text become code, so it is asked for one thing alone. The way of a field:

1. `documents` writes it without words, limits and null, under names that were decided
   before. What differs in those alone is one document.
2. `plain_types` knows a text when it sees one. The parser reads all other documents of
   all modules as one class with many fields, and resolves each to a type, which is a tree
   (`DataType`) and not yet a text.
3. `_Reading` reads that tree as an expression, and puts limits and null back where the
   schema has them: around the field, and around each definition inside it.

So whatever the parser calls its own is never written, and one call of it, which costs more
than all else, types every model of a run.
"""

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from runcomfy_codegen.ir import Identifier, Json, Module, Schema
from runcomfy_codegen.render.bare import without_words
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
from runcomfy_codegen.render.python.plain_types import plain_type
from runcomfy_codegen.render.unrenderable import UnrenderableError
from runcomfy_codegen.schema.read import is_nullable, type_name
from runcomfy_codegen.session import Session

FIELDS = f"{INNER}fields"
"""The definition that holds all fields of a document."""
ADDITIONAL = Identifier("__pydantic_extra__")
"""Where pydantic keeps the fields that a class does not name."""
OR_DICT = Code("OrDict", MODELS)
"""Lets an object of an input be given as a dict."""

SOURCE_NAMES = {name for names in SOURCES_OF_MEDIA.values() for name in names}


def type_of(
    schema: Schema, is_open: bool, session: Session, is_inside: bool = False
) -> Node:
    """Return the type of a field, without the limits of the field itself.

    `is_open` is for what an output holds, `is_inside` for what is not a field by itself:
    its limits are in its type. Raises UnrenderableError, with what the parser said, for a
    schema that it cannot read.
    """
    document = session.once_for(Document, schema, is_open, is_inside)
    resolved = session.once(_nothing_resolved)
    try:
        _resolve([document], resolved)
    except Exception as error:  # its errors and warnings have no base of their own
        said = f"{type(error).__name__}: {error}"[:300]
        raise UnrenderableError(
            f"no Python type could be made of it: {said}"
        ) from error
    return _Reading(document.inner, document.is_open).node(resolved[document.key])


def resolve_types(modules: Iterable[Module], session: Session) -> None:
    """Resolve the fields of many modules at once, which costs far less than one by one.

    What the parser refuses is left to `type_of`, which is asked for one field.
    """
    documents = {}
    for module in modules:
        for document in _documents(module, session):
            documents[document.key] = document
    with suppress(Exception):
        _resolve(documents.values(), session.once(_nothing_resolved))


def _documents(module: Module, session: Session) -> Iterator[Document]:
    for cls in module.classes:
        is_open = cls.kind.startswith("output")
        for field in cls.fields:
            schema = without_words(field.schema, session)
            yield session.once_for(Document, schema, is_open, False)
        if cls.additional:
            schema = without_words(cls.additional, session)
            yield session.once_for(Document, schema, is_open, True)


def _nothing_resolved() -> dict[str, Any]:
    """Return a place for what the parser makes of each document, by its key."""
    return {}


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


def _resolve(documents: Iterable[Document], resolved: dict[str, Any]) -> None:
    """Resolve documents that have not been resolved yet, all in one call of the parser."""
    missing: dict[str, Document] = {}
    for each in documents:
        if each.key in resolved:
            continue
        plain = plain_type(each.field)
        if plain is None:
            missing[each.key] = each
        else:
            resolved[each.key] = plain
    if missing:
        _parse(missing, resolved)


def _parse(missing: Mapping[str, Document], resolved: dict[str, Any]) -> None:
    """Resolve documents by the parser."""
    definitions: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for number, each in enumerate(missing.values()):
        document = each.renamed(f"{number}{INNER}")
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
        resolved[key] = by_name[f"f{number}"]


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
