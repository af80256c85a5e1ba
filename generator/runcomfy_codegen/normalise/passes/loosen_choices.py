"""Make an `anyOf` of a `oneOf` whose branches a Python union cannot keep apart.

Before: `{"oneOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"type": "number"}]}`.
After: the same as an `anyOf`, with a warning: the service alone checks that no other
branch fits. A union has each type once, and none inside another.
"""

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import CHOICES, OF_ANY_TYPE, VALUES
from runcomfy_codegen.schema.parts import only
from runcomfy_codegen.schema.read import named_types, types_of
from runcomfy_codegen.schema.values import identity
from runcomfy_codegen.schema.visit import with_children

MEANING = (OF_ANY_TYPE | VALUES | {"type", *CHOICES}) - {"format"}
"""What of a schema makes its type: another word makes no other type."""


def loosen_choices(model: Model) -> Model:
    """Return the model whose every `oneOf` has branches that are types of their own."""
    return each_schema(model, _loosen, having=("oneOf",))


def _loosen(schema: Schema, pointer: str, report: Report) -> Schema:
    branches = schema["oneOf"]
    if not isinstance(branches, list) or _are_apart(branches):
        return schema
    why = "the service alone checks that no other branch fits"
    report.note(f"{pointer}/oneOf", "oneOf", "anyOf", why, "warning")
    return {"anyOf" if key == "oneOf" else key: value for key, value in schema.items()}


def _are_apart(branches: list[Json]) -> bool:
    """Whether each branch is a type of its own, and null is among one of them at most."""
    types, nullable = set(), 0
    for branch in branches:
        if not isinstance(branch, dict) or "anyOf" in branch or "oneOf" in branch:
            return False
        types.add(identity(_meaning(_without_null(branch))))
        nullable += "null" in named_types(branch)
    is_each_its_own = len(types) == len(branches)
    return is_each_its_own and nullable <= 1


def _meaning(schema: Schema, pointer: str = "") -> Schema:
    return with_children(only(schema, MEANING), pointer, _meaning)


def _without_null(schema: Schema) -> Schema:
    """Return a schema whose only type beside null is its type."""
    names = types_of(schema)
    is_list = isinstance(schema.get("type"), list)
    return {**schema, "type": names[0]} if is_list and len(names) == 1 else schema
