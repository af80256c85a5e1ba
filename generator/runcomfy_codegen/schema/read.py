"""Read what a schema says of the types, the values and the branches that it takes.

Schemas are read as they are published, too: what is malformed says nothing here.
"""

from typing import Any

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.keywords import CHOICES, VALUES
from runcomfy_codegen.schema.parts import list_of, object_of, one_or_more


def named_types(schema: Schema) -> list[Json]:
    """Return the names that `type` holds; [None] where there is no such keyword."""
    return one_or_more(schema.get("type"))


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return the names of a schema's types, null left out."""
    names = []
    for name in named_types(schema):
        if isinstance(name, str) and name != "null":
            names.append(name)
    return tuple(names)


def type_name(schema: Schema) -> str:
    """Return the name of a schema's type, null left out if there is another; "" if none."""
    branches = branches_of(schema)
    if branches and all(map(_is_null_alone, branches)):
        return "null"
    if "type" not in schema:
        return ""
    for name in named_types(schema):
        if name != "null":
            return str(name)
    return "null"


def _is_null_alone(schema: Schema) -> bool:
    return type_name(schema) == "null"


def takes_null(schema: Schema) -> bool:
    """Whether null is among what a schema takes, or all that it takes."""
    if "null" in named_types(schema):
        listed = values_of(schema)
        return not listed or None in listed
    if schema.get("const", ...) is None:
        return True
    return any(takes_null(branch) for branch in branches_of(schema))


def is_nullable(schema: Schema) -> bool:
    """Whether a schema takes null, beside other values."""
    return takes_null(schema) and type_name(schema) != "null"


def is_listed(schema: Schema) -> bool:
    """Whether a schema lists the only values that it takes."""
    return not VALUES.isdisjoint(schema)


def values_of(schema: Schema) -> list[Json]:
    """Return the only values that a schema takes; none if it takes others too."""
    if "const" in schema:
        return [schema["const"]]
    return list_of(schema.get("enum"))


def branches_of(schema: Schema) -> list[Schema]:
    """Return the schemas of which a value has to fit one; true and false are left out."""
    found = []
    for keyword in CHOICES:
        for branch in list_of(schema.get(keyword)):
            if isinstance(branch, dict):
                found.append(branch)
    return found


def other_branches(schema: Schema) -> list[Schema]:
    """Return the branches that are not null alone."""
    return [branch for branch in branches_of(schema) if branch.get("type") != "null"]


def properties_of(schema: Schema) -> dict[str, Any]:
    """Return the fields that a schema names; some may be true or false."""
    return object_of(schema.get("properties"))


def required_of(schema: Schema) -> list[str]:
    """Return the names of the fields that must be there."""
    return list_of(schema.get("required"))


def items_of(schema: Schema) -> Schema:
    """Return the schema of a list's items; an empty one takes anything."""
    return object_of(schema.get("items"))


def additional_of(schema: Schema) -> Schema:
    """Return the schema of the fields that have no name; an empty one takes anything."""
    return object_of(schema.get("additionalProperties"))
