"""Give every schema a standard type.

Before: `{"type": "float"}`, `{"type": "String"}`, `{"enum": ["a"]}`,
`{"type": "integer", "nullable": true}`, `{"type": ["integer", "string"], "minimum": 1}`.
After: `{"type": "number"}`, `{"type": "string"}`, `{"type": "string", "enum": ["a"]}`,
`{"type": ["integer", "null"]}`, `{"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}`.
"""

import json
from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema, Severity
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import (
    CHOICES,
    COMBINING,
    OF_ANY_TYPE,
    OF_TYPE,
    TYPES,
    VALUES,
)
from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.read import is_listed, properties_of, values_of
from runcomfy_codegen.schema.values import is_of_type, type_of

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
FOREIGN = {name: OF_ANY_TYPE - {*OF_TYPE.get(name, ()), "format"} for name in TYPES}
"""What only limits other types than this; a format may be a medium's."""


def standardise_types(model: Model) -> Model:
    """Return the model with standard type names. An unknown or missing one is a Problem."""
    model = each_schema(model, _standardise_input, ("input",))
    return each_schema(model, _standardise_output, ("output",))


def _standardise_input(schema: Schema, pointer: str, report: Report) -> Schema:
    for step, child in _true_and_false(schema):
        what = f"a schema of {json.dumps(child)} names no type"
        fix = "write the type out in an overlay"
        report.problem(pointer + pointer_to(step), what, fix)
    return _standardise(schema, pointer, report)


def _true_and_false(schema: Schema) -> Iterator[tuple[tuple[str | int, ...], bool]]:
    """Yield each subschema that is true or false, but where that says enough."""
    if isinstance(schema.get("items"), bool):
        yield ("items",), schema["items"]
    for keyword in CHOICES:
        branches = schema.get(keyword)
        for index, child in enumerate(branches if isinstance(branches, list) else ()):
            if isinstance(child, bool):
                yield (keyword, index), child
    for name, child in properties_of(schema).items():
        if isinstance(child, bool):
            yield ("properties", name), child


def _standardise_output(schema: Schema, pointer: str, report: Report) -> Schema:
    if "type" not in schema and _inferred(schema) is None:
        return schema  # what is not described is kept as it comes
    return _standardise(schema, pointer, report)


def _standardise(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema of one standard type, or of one branch a type."""
    if _is_standard(schema):
        return schema
    new = dict(schema)
    nullable = new.pop("nullable", False) is True
    names = _names(new, pointer, report)
    if nullable:
        after = '"null" among the types'
        report.note(f"{pointer}/nullable", True, after, "2020-12 says so")
        names = _with_null(new, names)
    if not names:
        return new
    rest = [name for name in names if name != "null"]
    if len(rest) < 2:
        new = _own_alone(new, rest[0] if rest else "null", pointer, report)
    elif _is_each_of(values_of(new), names):
        why = "each type with its own limits"
        report.note(f"{pointer}/type", list(names), "anyOf", why)
        return _split(new, names)
    new["type"] = names[0] if len(names) == 1 else list(names)
    return new


def _is_each_of(values: list[Json], names: tuple[str, ...]) -> bool:
    """Whether each value is of one of the types; one that is not is a Problem later."""
    return all(_is_of_one(value, names) for value in values)


def _is_of_one(value: Json, names: tuple[str, ...]) -> bool:
    return any(is_of_type(value, name) for name in names)


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
    for keyword in CHOICES:
        if isinstance(new.get(keyword), list):
            new[keyword] = [*new[keyword], {"type": "null"}]
            return names
    return (*names, "null") if names and "null" not in names else names


def _names(schema: Schema, pointer: str, report: Report) -> tuple[str, ...]:
    """Return the standard names of a schema's types; none where something says them."""
    if "type" not in schema:
        return _missing(schema, pointer, report)
    published = schema["type"]
    given = published if isinstance(published, list) else [published]
    names: list[str] = []
    for name in given:
        standard = _standard_name(name)
        if standard is None:
            what = f"{json.dumps(name, ensure_ascii=False)} is no type"
            fix = f"use one of {', '.join(TYPES)} in an overlay"
            report.problem(f"{pointer}/type", what, fix)
        elif standard not in names:
            names.append(standard)
    if names and names != given:
        after = names[0] if len(names) == 1 else names
        why = "the standard name of the type"
        report.note(f"{pointer}/type", published, after, why)
    if "integer" in names and "number" in names:
        names.remove("integer")
    return tuple(names)


def _standard_name(name: Json) -> str | None:
    if not isinstance(name, str):
        return None
    lower = name.strip().lower()
    return lower if lower in TYPES else OTHER_NAMES.get(lower)


def _missing(schema: Schema, pointer: str, report: Report) -> tuple[str, ...]:
    """Return the types that a schema without any has by its other keywords."""
    if not schema.keys().isdisjoint(COMBINING):
        return ()
    names = _inferred(schema)
    if names is None:
        fix = "give it one in an overlay, e.g. string"
        report.problem(pointer, "it has no type", fix)
        return ()
    shown = names[0] if len(names) == 1 else list(names)
    is_certain = is_listed(schema) or "properties" in schema
    severity: Severity = "info" if is_certain else "warning"
    why = "inferred from its other keywords"
    report.note(pointer, "no type", shown, why, severity)
    return names


def _inferred(schema: Schema) -> tuple[str, ...] | None:
    values = values_of(schema)
    if values:
        names = {type_of(value) for value in values}
        if {"integer", "number"} <= names:
            names.remove("integer")
        return tuple(sorted(names, key=lambda name: (name == "null", name)))
    for name, keywords in OF_TYPE.items():
        if not schema.keys().isdisjoint(keywords):
            return (name,)
    return None


def _own_alone(schema: Schema, name: str, pointer: str, report: Report) -> Schema:
    """Return a schema without what only limits other types."""
    foreign = FOREIGN[name]
    for keyword in sorted(foreign & schema.keys()):
        why = f"it says nothing of a type {name}"
        report.note(f"{pointer}/{keyword}", schema[keyword], "nothing", why, "warning")
    return {key: value for key, value in schema.items() if key not in foreign}


def _split(schema: Schema, names: tuple[str, ...]) -> Schema:
    """Return one branch a type, each with the keywords that speak of that type."""
    branches: list[Schema] = []
    for name in names:
        own = OF_TYPE.get(name, ())
        branch: Schema = {"type": name}
        branch |= {keyword: schema[keyword] for keyword in own if keyword in schema}
        if "const" in schema or isinstance(schema.get("enum"), list):
            branch["enum"] = [v for v in values_of(schema) if is_of_type(v, name)]
            if not branch["enum"]:
                continue
        branches.append(branch)
    of_types = OF_ANY_TYPE | VALUES | {"type"}
    rest = {key: value for key, value in schema.items() if key not in of_types}
    return {**rest, "anyOf": branches}
