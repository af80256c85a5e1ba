"""Decide every Python name, once. The only stage that makes identifiers.

Two wire names that come to one Python name are a Problem, which prints the line for
`names.toml` that settles it: a number behind a name would change its meaning with
the next model.
"""

import keyword
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from runcomfy_codegen.ir import (
    Class,
    ClassKind,
    Field,
    Identifier,
    Json,
    Model,
    Module,
    Package,
    Problem,
    Retired,
    Schema,
)
from runcomfy_codegen.json_pointer import escape

NAMES_FILE = "names.toml"
RETIRED_FILE = "retired.toml"
MODULE_NAMES_TAKEN = frozenset(["Any", "MODULES", "TYPE_CHECKING", "import_module"])
"""What a vendor's package mentions."""
ABOVE = "above any [table]"
"""Where a line with a dotted key belongs in a TOML file."""

CLASS_NAMES_TAKEN = frozenset(
    [
        "Annotated",
        "Any",
        "Field",
        "Input",
        "InputModel",
        "InputObject",
        "Literal",
        "Output",
        "OutputModel",
        "OpenInputObject",
        "NOT_BOOL",
        "NULLABLE",
        "ONE_BRANCH",
        "ONLY_BOOL",
        "UNIQUE_ITEMS",
    ]
)
BASE_CLASS_NAMES = """
    construct copy dict from_orm json model_computed_fields model_config
    model_construct model_copy model_dump model_dump_json model_extra model_fields
    model_fields_set model_id model_json_schema model_parametrized_name
    model_post_init model_rebuild model_validate model_validate_json
    model_validate_strings mro output_type parse_file parse_obj parse_raw register
    schema schema_json unchecked update_forward_refs validate
"""
ANNOTATION_NAMES = (
    "bool count_fields dict float int list matching multiple_of one_of str"
)
KEPT = (
    "title",
    "description",
    "default",
    "examples",
    "type",
    "enum",
    "const",
    "minProperties",
    "maxProperties",
)
"""What a field keeps of an object that became a class."""
FIELD_NAMES_TAKEN = frozenset(f"{BASE_CLASS_NAMES} {ANNOTATION_NAMES}".split())
"""Attributes of the base classes, and the names that annotations mention."""

TAKEN = {
    "modules": MODULE_NAMES_TAKEN,
    "fields": FIELD_NAMES_TAKEN | CLASS_NAMES_TAKEN,
    "classes": CLASS_NAMES_TAKEN,
}


def name_package(
    models: Iterable[Model],
    chosen: Mapping[str, Json],
    retired: Mapping[str, Json],
    runtime_names: Iterable[str],
) -> Package:
    """Return the package that the models make, in the order of their module names.

    `chosen` and `retired` are what `names.toml` and `retired.toml` hold;
    `runtime_names` are the names in the package that no vendor may have.
    """
    naming = _Naming(chosen, frozenset(runtime_names))
    modules = [naming.module(model) for model in models]
    gone = naming.retired(retired, {module.model.model_id for module in modules})
    naming.refuse_clashes(modules, gone)
    naming.refuse_leftovers(modules, gone)
    modules.sort(key=lambda module: (module.vendor, module.name))
    return Package(tuple(modules), tuple(gone), tuple(naming.problems))


def identifier(text: str, prefix: str, taken: Iterable[str] = ()) -> Identifier:
    """Return the Python name of a wire name.

    What is no identifier character becomes `_`, in lower case; a name that starts
    with a digit or an underscore gets the prefix, a keyword or a taken name a
    trailing `_`.
    """
    name = re.sub(r"[^0-9a-z_]", "_", text.lower())
    if not name or not name[0].isalpha():
        name = prefix + name.lstrip("_")
    if keyword.iskeyword(name) or name in taken:
        name += "_"
    return Identifier(name)


def class_name(*parts: str) -> Identifier:
    """Return the name of a class from the names of the fields that lead to it."""
    words = re.split(r"[^0-9A-Za-z]+", " ".join(parts))
    name = "".join(word[:1].upper() + word[1:] for word in words)
    if not name or not name[0].isalpha():
        name = f"Field{name}"
    is_taken = name in CLASS_NAMES_TAKEN or keyword.iskeyword(name)
    return Identifier(f"{name}_" if is_taken else name)


class _Naming:
    """Names modules, and collects the Problems of doing so."""

    def __init__(self, chosen: Mapping[str, Json], runtime: frozenset[str]) -> None:
        self.runtime = runtime
        self.problems: list[Problem] = []
        self.used: set[tuple[str, str, str]] = set()
        self.tables = {
            table: self._table(chosen, table)
            for table in ("modules", "fields", "classes")
        }
        for table in sorted(chosen.keys() - self.tables.keys()):
            self._refuse(NAMES_FILE, f"/{table}", "there is no such table", "delete it")

    def _table(self, chosen: Mapping[str, Json], name: str) -> dict[str, Any]:
        table = chosen.get(name, {})
        if isinstance(table, dict):
            return table
        self._refuse(NAMES_FILE, f"/{name}", "it is no table", f"write [{name}]")
        return {}

    def _refuse(self, file: str, pointer: str, what: str, fix: str) -> None:
        self.problems.append(Problem(file, pointer, what, fix))

    def module(self, model: Model) -> Module:
        vendor, name = self.module_name(model.model_id)
        # A schema with Problems may be none at all: only the module gets its name.
        classes = () if model.problems else _Classes(self, model).all()
        return Module(model, vendor, name, classes)

    def module_name(self, model_id: str) -> tuple[Identifier, Identifier]:
        first, _, rest = model_id.partition("/")
        vendor = identifier(first, "m_", self.runtime)
        name = self.choice("modules", model_id)
        return vendor, name or identifier(rest, "m_", MODULE_NAMES_TAKEN)

    def choice(self, table: str, model_id: str, key: str = "") -> Identifier | None:
        """Return the name that a person chose, if it is one."""
        place = self.tables[table].get(model_id)
        if key:
            place = place.get(key) if isinstance(place, dict) else None
        if place is None:
            return None
        self.used.add((table, model_id, key))
        if (
            isinstance(place, str)
            and re.fullmatch(r"[A-Za-z]\w*", place, re.ASCII)
            and not keyword.iskeyword(place)
            and place not in TAKEN[table]
        ):
            return Identifier(place)
        self._refuse(
            NAMES_FILE,
            f"/{table}/{escape(model_id)}" + (f"/{escape(key)}" if key else ""),
            f"{place!r} cannot be a name here",
            "choose letters, digits and _, no keyword and no name of the base classes",
        )
        return None

    def retired(self, table: Mapping[str, Json], live: set[str]) -> list[Retired]:
        gone = []
        for model_id, successor in sorted(table.items()):
            if not isinstance(successor, str) or "/" not in model_id:
                self._refuse(
                    RETIRED_FILE,
                    f"/{escape(model_id)}",
                    "it names no successor",
                    'write "vendor/old" = "vendor/new", or = "" where there is none',
                )
            elif model_id in live:
                self._refuse(
                    RETIRED_FILE,
                    f"/{escape(model_id)}",
                    "the model is published",
                    "delete this line, or the stored model",
                )
            else:
                gone.append(Retired(model_id, *self.module_name(model_id), successor))
        return gone

    def refuse_clashes(self, modules: list[Module], gone: list[Retired]) -> None:
        places: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        for module in modules:
            model = module.model
            places[module.vendor, module.name].append((model.model_id, model.path))
        for retired in gone:
            places[retired.vendor, retired.name].append(
                (retired.model_id, RETIRED_FILE)
            )
        for (vendor, name), owners in places.items():
            for model_id, path in owners[1:] if len(owners) > 1 else ():
                other = owners[0][0]
                if other == model_id:
                    what, fix = f"{owners[0][1]} has this model_id too", "delete one"
                else:
                    what = f"{other!r} is {vendor}.{name} too"
                    line = f'modules.{_toml(model_id)} = "{name}_other"'
                    fix = f"choose another name in {NAMES_FILE}, {ABOVE}: {line}"
                self._refuse(path, "/model_id", what, fix)

    def refuse_leftovers(self, modules: list[Module], gone: list[Retired]) -> None:
        known = {module.model.model_id for module in modules}
        known |= {retired.model_id for retired in gone}
        read = {m.model.model_id for m in modules if not m.model.problems}
        for table, entries in self.tables.items():
            for model_id in sorted(entries.keys() - known):
                self._refuse(
                    NAMES_FILE,
                    f"/{table}/{escape(model_id)}",
                    "there is no such model",
                    "correct the model_id, or delete the line",
                )
            for model_id in (
                sorted(entries.keys() & read) if table != "modules" else ()
            ):
                self._refuse_unused(table, model_id, entries[model_id])

    def _refuse_unused(self, table: str, model_id: str, chosen: Json) -> None:
        place = f"/{table}/{escape(model_id)}"
        if not isinstance(chosen, dict):
            self._refuse(NAMES_FILE, place, "it is no table", "write pointer = name")
            return
        for key in sorted(chosen):
            if (table, model_id, key) not in self.used:
                self._refuse(
                    NAMES_FILE,
                    f"{place}/{escape(key)}",
                    f"the model has nothing to name here: {key}",
                    "write a JSON pointer into its input schema, or delete the line",
                )


class _Classes:
    """The classes of one module, made from the inside out."""

    def __init__(self, naming: _Naming, model: Model) -> None:
        self.naming, self.model = naming, model
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
        others = self._others(kind, schema, pointer, prefix)
        self.made[name] = Class(name, kind, text, tuple(fields), others)

    def _others(
        self, kind: ClassKind, schema: Schema, pointer: str, prefix: str
    ) -> Schema | None:
        """Return what fields that have no name may hold, where there may be such."""
        others = schema.get("additionalProperties", kind.startswith("output"))
        if not isinstance(others, dict):
            return {} if others else None
        place = f"{pointer}/additionalProperties"
        return self._hoist(others, _inner(kind), f"{prefix} Value", place)

    def _fields(
        self, kind: ClassKind, schema: Schema, pointer: str, prefix: str
    ) -> list[Field]:
        fields: dict[Identifier, Field] = {}
        required = schema.get("required", ()) if kind.startswith("input") else ()
        for wire_name, child in schema.get("properties", {}).items():
            if not isinstance(child, dict):
                continue  # `true` and `false` say nothing of a field
            place = f"{pointer}/properties/{escape(wire_name)}"
            name = self.naming.choice("fields", self.model.model_id, place)
            name = name or identifier(wire_name, "field_", FIELD_NAMES_TAKEN)
            if name in fields or self._is_alias(name, wire_name, schema):
                self._refuse_clash(kind, place, name, "fields")
                continue
            hoisted = self._hoist(child, _inner(kind), f"{prefix} {wire_name}", place)
            fields[name] = Field(
                name, wire_name, hoisted, wire_name in required, _is_nullable(child)
            )
        return list(fields.values())

    @staticmethod
    def _is_alias(name: str, wire_name: str, schema: Schema) -> bool:
        """Whether a field's Python name is the wire name of another field."""
        return name != wire_name and name in schema.get("properties", {})

    def _hoist(
        self, schema: Schema, kind: ClassKind, words: str, pointer: str
    ) -> Schema:
        """Return a schema in which each object is a reference to its class."""
        if schema.get("properties") and "object" in _types(schema):
            name = self._class_name(schema, words, pointer)
            if name:
                self._add(name, kind, schema, pointer, name)
                reference = {k: schema[k] for k in KEPT if k in schema}
                return {**reference, "$ref": f"#/$defs/{name}"}
            return schema
        new = dict(schema)
        for key, suffix in (("items", "Item"), ("additionalProperties", "Value")):
            if isinstance(new.get(key), dict):
                new[key] = self._hoist(
                    new[key], kind, f"{words} {suffix}", f"{pointer}/{key}"
                )
        for key in ("anyOf", "oneOf", "prefixItems"):
            if isinstance(new.get(key), list):
                new[key] = [
                    (
                        self._hoist(branch, kind, words, f"{pointer}/{key}/{index}")
                        if isinstance(branch, dict)
                        else branch
                    )
                    for index, branch in enumerate(new[key])
                ]
        return new

    def _class_name(
        self, schema: Schema, words: str, pointer: str
    ) -> Identifier | None:
        chosen = self.naming.choice("classes", self.model.model_id, pointer)
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
        other = f"{name}_other" if table == "fields" else f"{name}Other"
        line = f'{table}.{_toml(model.model_id)}.{_toml(place)} = "{other}"'
        what = "Python name" if table == "fields" else "class name"
        self.naming.problems.append(
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


def _types(schema: Schema) -> tuple[str, ...]:
    named = schema.get("type")
    return tuple(named) if isinstance(named, list) else (str(named),)


def _is_nullable(schema: Schema) -> bool:
    if "null" in _types(schema) or ("const" in schema and schema["const"] is None):
        return True
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return any(isinstance(b, dict) and _is_nullable(b) for b in branches)


def _toml(text: str) -> str:
    """Return a TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"'
        + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped)
        + '"'
    )
