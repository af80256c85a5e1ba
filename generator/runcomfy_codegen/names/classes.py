"""Make the classes of a module: one of each object in its schemas, from the inside out."""

from typing import Any

from runcomfy_codegen.ir import (
    Class,
    ClassKind,
    Field,
    Identifier,
    Model,
    Problem,
    Schema,
)
from runcomfy_codegen.names.chosen import ABOVE, NAMES_FILE, ChosenNames, quoted
from runcomfy_codegen.names.identifiers import (
    FIELD_NAMES_TAKEN,
    class_name,
    identifier,
)
from runcomfy_codegen.schema.keywords import CHOICES
from runcomfy_codegen.schema.parts import picked
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.read import named_types, properties_of, takes_null

KEPT = (
    "title",
    "description",
    "default",
    "examples",
    "deprecated",
    "type",
    "enum",
    "const",
    "minProperties",
    "maxProperties",
)
"""What a field keeps of an object that became a class."""
WORDS_OF_INSIDE = {"items": "Item", "additionalProperties": "Value"}
"""How the classes of what is inside an array or an object are called."""
LISTS = (*CHOICES, "prefixItems")
INSIDE = frozenset((*LISTS, "items", "additionalProperties"))
"""The keywords inside of which there may be objects."""


def classes_of(model: Model, chosen: ChosenNames) -> tuple[Class, ...]:
    """Return a model's classes, each after those that it mentions. Collects Problems."""
    return _Classes(chosen, model).all()


class _Classes:
    """The classes of one module, made from the inside out."""

    def __init__(self, chosen: ChosenNames, model: Model) -> None:
        self.chosen, self.model = chosen, model
        self.made: dict[Identifier, Class] = {}
        self.taken: set[Identifier] = set()

    def all(self) -> tuple[Class, ...]:
        model = self.model
        self._add(Identifier("Output"), "output", model.output_schema, "", "Output")
        self._add(Identifier("Input"), "input", model.input_schema, "", "")
        return tuple(self.made.values())

    def _add(
        self,
        name: Identifier,
        kind: ClassKind,
        schema: Schema,
        pointer: str,
        prefix: str,
    ) -> None:
        fields = self._fields(kind, schema, pointer, prefix)
        description = schema.get("description")
        text = description if isinstance(description, str) else ""
        additional = self._additional(kind, schema, pointer, prefix)
        self.made[name] = Class(name, kind, text, tuple(fields), additional)

    def _additional(
        self, kind: ClassKind, schema: Schema, pointer: str, prefix: str
    ) -> Schema | None:
        """Return what fields that have no name may hold, where there may be such."""
        additional = schema.get("additionalProperties", kind.startswith("output"))
        if not isinstance(additional, dict):
            return {} if additional else None
        place = f"{pointer}/additionalProperties"
        return self._hoist(additional, _inner(kind), f"{prefix} Value", place)

    def _fields(
        self, kind: ClassKind, schema: Schema, pointer: str, prefix: str
    ) -> list[Field]:
        """Return the fields of a class; two that come to one name are a Problem."""
        fields: dict[Identifier, Field] = {}
        required = schema.get("required", ()) if kind.startswith("input") else ()
        for wire_name, child in properties_of(schema).items():
            if not isinstance(child, dict):
                continue  # `true` and `false` say nothing of a field
            place = f"{pointer}/properties/{escape(wire_name)}"
            name = self._field_name(wire_name, place)
            if name in fields or self._is_alias(name, wire_name, schema):
                self._refuse_clash(kind, place, name, "fields")
                continue
            hoisted = self._hoist(child, _inner(kind), f"{prefix} {wire_name}", place)
            fields[name] = Field(
                name, wire_name, hoisted, wire_name in required, takes_null(child)
            )
        return list(fields.values())

    def _field_name(self, wire_name: str, place: str) -> Identifier:
        chosen = self.chosen.choice("fields", self.model.model_id, place)
        return chosen or identifier(wire_name, "field_", FIELD_NAMES_TAKEN)

    @staticmethod
    def _is_alias(name: str, wire_name: str, schema: Schema) -> bool:
        """Whether a field's Python name is the wire name of another field."""
        return name != wire_name and name in schema.get("properties", {})

    def _hoist(
        self, schema: Schema, kind: ClassKind, words: str, pointer: str
    ) -> Schema:
        """Return a schema in which each object is a reference to its class."""
        if schema.get("properties") and "object" in named_types(schema):
            return self._reference(schema, kind, words, pointer)
        if INSIDE.isdisjoint(schema):
            return schema
        new = dict(schema)
        for key, word in WORDS_OF_INSIDE.items():
            if isinstance(new.get(key), dict):
                inner = f"{words} {word}"
                new[key] = self._hoist(new[key], kind, inner, f"{pointer}/{key}")
        for key in LISTS:
            if isinstance(new.get(key), list):
                new[key] = self._hoist_each(new[key], kind, words, f"{pointer}/{key}")
        return new

    def _hoist_each(
        self, branches: list[Any], kind: ClassKind, words: str, pointer: str
    ) -> list[Any]:
        """Return a list of schemas, in each of which objects are references."""
        hoisted = []
        for index, branch in enumerate(branches):
            if isinstance(branch, dict):
                branch = self._hoist(branch, kind, words, f"{pointer}/{index}")
            hoisted.append(branch)
        return hoisted

    def _reference(
        self, schema: Schema, kind: ClassKind, words: str, pointer: str
    ) -> Schema:
        """Make a class of an object, and return a reference to it."""
        name = self._class_name(schema, words, pointer)
        if name is None:
            return schema
        self._add(name, kind, schema, pointer, name)
        return {**picked(schema, KEPT), "$ref": f"#/$defs/{name}"}

    def _class_name(
        self, schema: Schema, words: str, pointer: str
    ) -> Identifier | None:
        chosen = self.chosen.choice("classes", self.model.model_id, pointer)
        title = schema.get("title")
        first = next(iter(schema["properties"]))
        candidates = [
            class_name(words),
            class_name(words, title if isinstance(title, str) else ""),
            class_name(words, "With", first),
        ]
        for name in [chosen] if chosen else candidates:
            if name not in self.taken:
                self.taken.add(name)
                return name
        self._refuse_clash("input", pointer, candidates[0], "classes")
        return None

    def _refuse_clash(
        self, kind: ClassKind, place: str, name: Identifier, table: str
    ) -> None:
        model = self.model
        root = "/input_schema" if kind.startswith("input") else model.output_pointer
        free = f"{name}_other" if table == "fields" else f"{name}Other"
        line = f'{table}.{quoted(model.model_id)}.{quoted(place)} = "{free}"'
        what = "Python name" if table == "fields" else "class name"
        self.chosen.problems.append(
            Problem(
                model.path,
                root + place,
                f"its {what}, {name}, is taken",
                f"choose another in {NAMES_FILE}, {ABOVE}: {line}",
            )
        )


def _inner(kind: ClassKind) -> ClassKind:
    """Return the kind of the classes inside a class."""
    return "input object" if kind.startswith("input") else "output object"
