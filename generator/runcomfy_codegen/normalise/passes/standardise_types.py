"""Give every schema a standard type.

Before: `{"type": "float"}`, `{"type": "String"}`, `{"enum": ["a"]}`,
`{"type": "integer", "nullable": true}`, `{"type": ["integer", "string"], "minimum": 1}`.
After: `{"type": "number"}`, `{"type": "string"}`, `{"type": "string", "enum": ["a"]}`,
`{"type": ["integer", "null"]}`, `{"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

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
from runcomfy_codegen.schema.parts import list_of, one_or_more, picked, without
from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.read import is_listed, properties_of, values_of
from runcomfy_codegen.schema.values import is_of_any_type, is_of_type, type_of

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
    places: dict[tuple[str | int, ...], Json] = {("items",): schema.get("items")}
    for keyword in CHOICES:
        for index, branch in enumerate(list_of(schema.get(keyword))):
            places[keyword, index] = branch
    for name, child in properties_of(schema).items():
        places["properties", name] = child
    for step, child in places.items():
        if isinstance(child, bool):
            yield step, child


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
        alone = rest[0] if rest else "null"
        new = _own_alone(new, alone, pointer, report)
    elif all(is_of_any_type(value, names) for value in values_of(new)):
        why = "each type with its own limits"
        report.note(f"{pointer}/type", list(names), "anyOf", why)
        return _split(new, names)
    new["type"] = _one_or_list(names)
    return new


def _one_or_list(names: Sequence[str]) -> Json:
    """Return some names as `type` holds them."""
    return names[0] if len(names) == 1 else list(names)


def _is_standard(schema: Schema) -> bool:
    """Whether nothing is to be done, as for most schemas that are."""
    name = schema.get("type")
    if not isinstance(name, str) or "nullable" in schema:
        return False
    foreign = FOREIGN.get(name)
    return foreign is not None and foreign.isdisjoint(schema)


def _with_null(new: Schema, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names with null, having let the schema's values and branches be null."""
    _list_null(new)
    for keyword in CHOICES:
        if isinstance(new.get(keyword), list):
            new[keyword] = [*new[keyword], {"type": "null"}]
            return names
    if not names or "null" in names:
        return names
    return (*names, "null")


def _list_null(new: Schema) -> None:
    """Let null be among the only values of a schema, in place, if it lists them."""
    values = new.get("enum")
    if isinstance(values, list) and None not in values:
        new["enum"] = [*values, None]
    if new.get("const") is not None:
        new["enum"] = [new.pop("const"), None]


def _names(schema: Schema, pointer: str, report: Report) -> tuple[str, ...]:
    """Return the standard names of a schema's types; none where something says them."""
    if "type" not in schema:
        return _missing(schema, pointer, report)
    published = schema["type"]
    given = one_or_more(published)
    names = _standard_names(given, f"{pointer}/type", report)
    if names and names != given:
        why = "the standard name of the type"
        report.note(f"{pointer}/type", published, _one_or_list(names), why)
    return _without_integer(names)


def _standard_names(given: list[Json], place: str, report: Report) -> list[str]:
    """Return the standard names of some types, each once; an unknown one is a Problem."""
    names: dict[str, None] = {}
    for name in given:
        standard = _standard_name(name)
        if standard:
            names[standard] = None
            continue
        what = f"{json.dumps(name, ensure_ascii=False)} is not a type"
        fix = f"use one of {', '.join(TYPES)} in an overlay"
        report.problem(place, what, fix)
    return list(names)


def _without_integer(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of types without integer beside number, which takes it too."""
    kept = dict.fromkeys(names)
    if "number" in kept:
        kept.pop("integer", None)
    return tuple(kept)


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
    is_certain = is_listed(schema) or "properties" in schema
    severity: Severity = "info" if is_certain else "warning"
    why = "inferred from its other keywords"
    report.note(pointer, "no type", _one_or_list(names), why, severity)
    return names


def _inferred(schema: Schema) -> tuple[str, ...] | None:
    """Return the types that a schema's values or other keywords tell; None if nothing does."""
    values = values_of(schema)
    if values:
        names = set(map(type_of, values))
        return _without_integer(sorted(names, key=_null_last))
    for name, keywords in OF_TYPE.items():
        if not schema.keys().isdisjoint(keywords):
            return (name,)
    return None


def _null_last(name: str) -> tuple[bool, str]:
    return name == "null", name


def _own_alone(schema: Schema, name: str, pointer: str, report: Report) -> Schema:
    """Return a schema without what only limits other types."""
    foreign = sorted(FOREIGN[name] & schema.keys())
    for keyword in foreign:
        why = f"it says nothing of a type {name}"
        report.note(f"{pointer}/{keyword}", schema[keyword], "nothing", why, "warning")
    return without(schema, *foreign)


def _split(schema: Schema, names: tuple[str, ...]) -> Schema:
    """Return one branch a type, each with the keywords that speak of that type."""
    lists_values = "const" in schema or isinstance(schema.get("enum"), list)
    branches = []
    for name in names:
        own = picked(schema, OF_TYPE.get(name, ()))
        branch = {"type": name, **own}
        if lists_values:
            branch["enum"] = [v for v in values_of(schema) if is_of_type(v, name)]
        if branch.get("enum") != []:
            branches.append(branch)
    rest = without(schema, *OF_ANY_TYPE, *VALUES, "type")
    return {**rest, "anyOf": branches}
