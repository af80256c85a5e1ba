"""Give every schema a standard type.

Before: `{"type": "float"}`, `{"type": "String"}`, `{"enum": ["a"]}`,
`{"type": "integer", "nullable": true}`, `{"type": ["integer", "string"], "minimum": 1}`.
After: `{"type": "number"}`, `{"type": "string"}`, `{"type": "string", "enum": ["a"]}`,
`{"type": ["integer", "null"]}`, `{"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}`.
"""

import json

from runcomfy_codegen.ir import Json, Model, Schema, Severity
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.visit import (
    Report,
    each_schema,
    true_and_false,
)

STANDARD = ("array", "boolean", "integer", "null", "number", "object", "string")
OTHER_NAMES = {
    "bool": "boolean",
    "dict": "object",
    "double": "number",
    "float": "number",
    "int": "integer",
    "list": "array",
    "none": "null",
    "str": "string",
}
OWN_KEYWORDS = {
    "array": ("items", "maxItems", "minItems", "prefixItems", "uniqueItems"),
    "number": (
        "exclusiveMaximum",
        "exclusiveMinimum",
        "maximum",
        "minimum",
        "multipleOf",
    ),
    "object": (
        "additionalProperties",
        "maxProperties",
        "minProperties",
        "properties",
        "required",
    ),
    "string": ("format", "maxLength", "minLength", "pattern"),
}
OWN_KEYWORDS["integer"] = OWN_KEYWORDS["number"]
OF_TYPES = frozenset(keyword for own in OWN_KEYWORDS.values() for keyword in own)
FOREIGN = {
    name: OF_TYPES - {*OWN_KEYWORDS.get(name, ()), "format"} for name in STANDARD
}
"""What only limits other types than this; a format may be a medium's."""
COMBINING = ("$ref", "allOf", "anyOf", "oneOf")


def standardise_types(model: Model) -> Model:
    """Return the model with standard type names. An unknown or missing one is a Problem."""
    model = each_schema(model, _standardise_input, ("input",))
    return each_schema(model, _standardise_output, ("output",))


def _standardise_input(schema: Schema, pointer: str, report: Report) -> Schema:
    for step, child in true_and_false(schema):
        report.problem(
            pointer + "".join(f"/{escape(part)}" for part in step),
            f"a schema of {json.dumps(child)} names no type",
            "write the type out in an overlay",
        )
    return _standardise(schema, pointer, report)


def _standardise_output(schema: Schema, pointer: str, report: Report) -> Schema:
    if "type" not in schema and _inferred(schema) is None:
        return schema  # what is not described is kept as it comes
    return _standardise(schema, pointer, report)


def _standardise(schema: Schema, pointer: str, report: Report) -> Schema:
    if _is_standard(schema):
        return schema
    new = dict(schema)
    nullable = new.pop("nullable", False) is True
    names = _names(new, pointer, report)
    if nullable:
        report.note(
            f"{pointer}/nullable", True, '"null" among the types', "2020-12 says so"
        )
        names = _with_null(new, names)
    if not names:
        return new
    others = [name for name in names if name != "null"]
    if len(others) < 2:
        new = _own_alone(new, others[0] if others else "null", pointer, report)
    elif all(any(_fits(value, name) for name in names) for value in _listed(new)):
        why = "each type with its own limits"
        report.note(f"{pointer}/type", list(names), "anyOf", why)
        return _split(new, names)
    new["type"] = names[0] if len(names) == 1 else list(names)
    return new


def _is_standard(schema: Schema) -> bool:
    """Whether nothing is to be done, as for most schemas that are."""
    name = schema.get("type")
    return (
        isinstance(name, str)
        and name in FOREIGN
        and "nullable" not in schema
        and FOREIGN[name].isdisjoint(schema)
    )


def _with_null(new: Schema, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names with null, having let the schema's values and branches be null."""
    if isinstance(new.get("enum"), list) and None not in new["enum"]:
        new["enum"] = [*new["enum"], None]
    if "const" in new and new["const"] is not None:
        new["enum"] = [new.pop("const"), None]
    for keyword in ("anyOf", "oneOf"):
        if isinstance(new.get(keyword), list):
            new[keyword] = [*new[keyword], {"type": "null"}]
            return names
    return (*names, "null") if names and "null" not in names else names


def _names(schema: Schema, pointer: str, report: Report) -> tuple[str, ...]:
    if "type" not in schema:
        return _missing(schema, pointer, report)
    published = schema["type"]
    given = published if isinstance(published, list) else [published]
    names: list[str] = []
    for name in given:
        standard = _standard_name(name)
        if standard is None:
            report.problem(
                f"{pointer}/type",
                f"{json.dumps(name, ensure_ascii=False)} is no type",
                f"use one of {', '.join(STANDARD)} in an overlay",
            )
        elif standard not in names:
            names.append(standard)
    if names and names != given:
        report.note(
            f"{pointer}/type",
            published,
            names[0] if len(names) == 1 else names,
            "the standard name of the type",
        )
    if "integer" in names and "number" in names:
        names.remove("integer")
    return tuple(names)


def _standard_name(name: Json) -> str | None:
    if not isinstance(name, str):
        return None
    lower = name.strip().lower()
    return lower if lower in STANDARD else OTHER_NAMES.get(lower)


def _missing(schema: Schema, pointer: str, report: Report) -> tuple[str, ...]:
    if any(keyword in schema for keyword in COMBINING):
        return ()
    names = _inferred(schema)
    if names is None:
        report.problem(
            pointer, "it has no type", "give it one in an overlay, e.g. string"
        )
        return ()
    shown = names[0] if len(names) == 1 else list(names)
    guessed = not {"enum", "const", "properties"} & schema.keys()
    severity: Severity = "warning" if guessed else "info"
    why = "inferred from its other keywords"
    report.note(pointer, "no type", shown, why, severity)
    return names


def _inferred(schema: Schema) -> tuple[str, ...] | None:
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list) and values:
        names = {_type_of(value) for value in values}
        if {"integer", "number"} <= names:
            names.remove("integer")
        return tuple(sorted(names, key=lambda name: (name == "null", name)))
    for name, keywords in OWN_KEYWORDS.items():
        if any(keyword in schema for keyword in keywords):
            return (name,)
    return None


def _type_of(value: Json) -> str:
    if value is None:
        return "null"
    names = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
    }
    return names.get(type(value), "object")


def _fits(value: Json, name: str) -> bool:
    kind = _type_of(value)
    if isinstance(value, float) and value.is_integer() and name == "integer":
        return True
    return kind == name or (kind, name) == ("integer", "number")


def _listed(schema: Schema) -> list[Json]:
    """Return the values that a schema lists; one of none of its types is a Problem later."""
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    return listed if isinstance(listed, list) else []


def _own_alone(schema: Schema, name: str, pointer: str, report: Report) -> Schema:
    """Return a schema without what only limits other types."""
    foreign = FOREIGN[name]
    for keyword in sorted(foreign & schema.keys()):
        why = f"it says nothing of a type {name}"
        report.note(f"{pointer}/{keyword}", schema[keyword], "nothing", why, "warning")
    return {key: value for key, value in schema.items() if key not in foreign}


def _split(schema: Schema, names: tuple[str, ...]) -> Schema:
    """Return one branch a type, each with the keywords that speak of that type."""
    of_types = OF_TYPES | {"type", "enum", "const"}
    branches: list[Schema] = []
    for name in names:
        branch: Schema = {"type": name}
        for keyword in OWN_KEYWORDS.get(name, ()):
            if keyword in schema:
                branch[keyword] = schema[keyword]
        if "const" in schema or isinstance(schema.get("enum"), list):
            branch["enum"] = [v for v in _listed(schema) if _fits(v, name)]
            if not branch["enum"]:
                continue
        branches.append(branch)
    rest = {key: value for key, value in schema.items() if key not in of_types}
    return {**rest, "anyOf": branches}
