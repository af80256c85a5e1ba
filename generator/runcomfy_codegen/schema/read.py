"""Read what a schema says of the types, the values and the branches that it takes.

Schemas are read as they are published, too: what is malformed says nothing here.
"""

from typing import Any

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.schema.keywords import CHOICES, VALUES


def named_types(schema: Schema) -> list[Json]:
    """Return the names that `type` holds; [None] where there is no such keyword."""
    named = schema.get("type")
    return named if isinstance(named, list) else [named]


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
    if branches and all(type_name(branch) == "null" for branch in branches):
        return "null"
    if "type" not in schema:
        return ""
    return str(next((name for name in named_types(schema) if name != "null"), "null"))


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
    values = schema.get("enum")
    return values if isinstance(values, list) else []


def branches_of(schema: Schema) -> list[Schema]:
    """Return the schemas of which a value has to fit one; true and false are left out."""
    found = []
    for keyword in CHOICES:
        branches = schema.get(keyword)
        for branch in branches if isinstance(branches, list) else ():
            if isinstance(branch, dict):
                found.append(branch)
    return found


def other_branches(schema: Schema) -> list[Schema]:
    """Return the branches that are not null alone."""
    return [branch for branch in branches_of(schema) if branch.get("type") != "null"]


def properties_of(schema: Schema) -> dict[str, Any]:
    """Return the fields that a schema names; some may be true or false."""
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def required_of(schema: Schema) -> list[str]:
    """Return the names of the fields that must be there."""
    required = schema.get("required")
    return required if isinstance(required, list) else []


def items_of(schema: Schema) -> Schema:
    """Return the schema of a list's items; an empty one takes anything."""
    items = schema.get("items")
    return items if isinstance(items, dict) else {}


def additional_of(schema: Schema) -> Schema:
    """Return the schema of the fields that have no name; an empty one takes anything."""
    additional = schema.get("additionalProperties")
    return additional if isinstance(additional, dict) else {}
