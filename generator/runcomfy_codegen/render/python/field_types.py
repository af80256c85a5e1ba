"""Type each field by datamodel-code-generator, in-process.

Its parser reads the classes of a module as one document and resolves every schema to
a type; what it resolved is laid out here. It gets schemas that have no words and no
limits in them, and names that were decided before, so that it has nothing to rename,
to escape or to round. A schema inside another that has limits is a definition of its
own, so that they are written where they belong.
"""

import json
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from runcomfy_codegen.ir import Class, Identifier, Json, Module, Problem, Schema
from runcomfy_codegen.render.python.layout import Bracket, Node, literal
from runcomfy_codegen.render.python.limits import (
    annotated,
    branches_of,
    is_literal,
    is_nullable,
    limits,
    type_name,
    union,
    values_of,
)
from runcomfy_codegen.render.python.parser import parse

_dumps = json.JSONEncoder(check_circular=False).encode
PREFIX = "#/$defs/"
INNER = "_"
"""Starts the name of a definition that is no class: no class name starts so."""
FIELDS = f"{INNER}fields"
"""The definition that holds all fields of a document."""
STUB: Schema = {"type": "object", "properties": {"x": {"type": "string"}}}
"""Stands for a class, of which the parser needs to know its name alone."""
OTHERS = Identifier("__pydantic_extra__")
"""Where pydantic keeps the fields that a class does not name."""


class UntypeableError(Exception):
    """A schema that came to no type."""

    def __init__(
        self,
        what: str,
        fix: str = "simplify the schema in an overlay",
        pointer: str = "",
    ) -> None:
        self.what, self.fix, self.pointer = what, fix, pointer
        super().__init__(what)


def untypeable(module: Module, error: UntypeableError) -> Problem:
    """Return the Problem of a module that came to no types."""
    return Problem(module.model.path, error.pointer, error.what, error.fix)


def field_types(module: Module) -> dict[str, dict[str, tuple[Node, list[Node]]]]:
    """Return, by class and field name, each field's type and what limits it.

    Raises UntypeableError, with what the parser said, for a schema it cannot read.
    """
    documents = list(_documents(module))
    try:
        _resolve(document for _, _, document in documents)
    except Exception as error:  # its errors and warnings have no base of their own
        said = f"{type(error).__name__}: {error}"[:300]
        raise UntypeableError(f"no Python type could be made of it: {said}") from error
    types: dict[str, dict[str, tuple[Node, list[Node]]]] = {
        cls.name: {} for cls in module.classes
    }
    for cls, name, document in documents:
        node = _Reading(document.inner).node(_resolved[document.key])
        is_limited = cls.kind.startswith("input") and name != OTHERS
        if name == OTHERS and cls.kind.startswith("output"):
            node = union([node, "Any"])  # nothing that was paid for is refused
        types[cls.name][name] = (node, limits(document.schema) if is_limited else [])
    return types


def resolve_types(modules: Iterable[Module]) -> None:
    """Resolve the fields of many modules at once, which costs far less than one by one.

    What the parser refuses is left to `field_types`, which knows whose it is.
    """
    fields = [field for module in modules for _, _, field in _documents(module)]
    with suppress(Exception):
        _resolve(fields)


def _documents(module: Module) -> Iterator[tuple[Class, Identifier, "_Document"]]:
    for cls in module.classes:
        is_open = cls.kind.startswith("output")
        for field in cls.fields:
            yield cls, field.name, _Document(field.schema, is_open)
        if cls.others:
            yield cls, OTHERS, _Document(cls.others, is_open, is_inside=True)


class _Document:
    """One field as the parser gets it: fields that it cannot tell apart share a key."""

    def __init__(
        self, schema: Schema, is_open: bool, prefix: str = "", is_inside: bool = False
    ) -> None:
        self.schema, self.is_open, self.is_inside = schema, is_open, is_inside
        self.definitions: dict[str, Schema] = {}
        self.inner: list[tuple[Schema, bool]] = []
        self.prefix = prefix
        make = self.inside if is_inside else self.plain
        self.field = make(schema, is_open)
        self.key = _dumps([self.field, self.definitions])

    def renamed(self, prefix: str) -> "_Document":
        """Return the same with other names for its definitions."""
        return _Document(self.schema, self.is_open, prefix, self.is_inside)

    def plain(self, schema: Schema, is_open: bool) -> Schema:
        """Return what of a schema makes its type: no words, no null, no limits."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(PREFIX)
            self.definitions[name] = STUB
            return {"$ref": schema["$ref"]}
        name = type_name(schema)
        if name == "null":
            return self._define(schema, {}, is_open)
        values = values_of(schema)
        if values and all(is_literal(value) for value in values):
            plain: Schema = {"enum": [value for value in values if value is not None]}
            return {"anyOf": [plain, {"type": name}]} if is_open else plain
        branches = [b for b in branches_of(schema) if b.get("type") != "null"]
        if branches:
            return {"anyOf": [self.inside(branch, is_open) for branch in branches]}
        for keyword in ("items", "additionalProperties"):
            if isinstance(schema.get(keyword), dict) and schema[keyword]:
                return {
                    "type": name,
                    keyword: self.inside(schema[keyword], is_open),
                }
        return {"type": name} if name else {}

    def inside(self, schema: Schema, is_open: bool) -> Schema:
        """Return a schema inside another; one with limits is a definition of its own."""
        plain = self.plain(schema, is_open)
        if not is_nullable(schema) and (is_open or not limits(schema)):
            return plain
        return self._define(schema, plain, is_open)

    def _define(self, schema: Schema, plain: Schema, is_open: bool) -> Schema:
        name = f"{INNER}{self.prefix}{len(self.inner)}"
        self.inner.append((schema, is_open))
        # Only what is surely no class comes back as it was given: a list of it.
        self.definitions[name] = {"type": "array", "items": plain}
        return {"$ref": PREFIX + name}


class _Reading:
    """What the parser resolved, read as expressions."""

    def __init__(self, inner: list[tuple[Schema, bool]]) -> None:
        self.inner = inner

    def node(self, data_type: Any) -> Node:
        """Return a type that the parser resolved as an expression."""
        if data_type.reference is not None:
            return self._reference(data_type.reference)
        if data_type.literals:
            return _literal_type(data_type.literals)
        members = [self.node(member) for member in data_type.data_types]
        if data_type.is_list:
            return Bracket("list[", (union(members),), "]")
        if data_type.is_dict:
            return Bracket("dict[", ("str", union(members)), "]")
        return union(members) if members else str(data_type.type)

    def _reference(self, reference: Any) -> Node:
        name = _defined_name(reference)
        if not name.startswith(INNER):
            return name
        schema, is_open = self.inner[int(name.rpartition(INNER)[2])]
        if type_name(schema) == "null":
            return "None"
        around = self.node(reference.source.fields[0].data_type)
        node = around.elements[0] if isinstance(around, Bracket) else around
        if is_nullable(schema):
            node = union([node, "None"])
        return annotated(node, [] if is_open else limits(schema))


_resolved: dict[str, Any] = {}
"""What the parser made of each field, by its key: most fields are alike."""


def _resolve(fields: Iterable[_Document]) -> None:
    """Resolve fields that have not been resolved yet, all in one document."""
    missing = {field.key: field for field in fields if field.key not in _resolved}
    if not missing:
        return
    definitions: dict[str, Schema] = {}
    properties: dict[str, Schema] = {}
    for number, field in enumerate(missing.values()):
        document = field.renamed(f"{number}{INNER}")
        definitions |= document.definitions
        properties[f"f{number}"] = document.field
    fields_class = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }
    definitions[FIELDS] = fields_class
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


def _literal_type(values: list[Json]) -> Node:
    """Return a Literal; to Python, and so to pydantic, 1 is True and 0 is False."""
    node = Bracket("Literal[", tuple(map(literal, values)), "]")
    if any(value is True or value is False for value in values):
        return annotated(node, ["ONLY_BOOL"])
    return annotated(node, ["NOT_BOOL"] if {0, 1} & {*values} else [])
