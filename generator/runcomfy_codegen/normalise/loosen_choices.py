"""Make an `anyOf` of a `oneOf` whose branches a Python union cannot keep apart.

Before: `{"oneOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"type": "number"}]}`.
After: the same as an `anyOf`, with a warning: the service alone checks that no other
branch fits. A union has each type once, and none inside another.
"""

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.walk import Report, each_schema, fingerprint

WORDS = ("$comment", "default", "description", "examples", "format", "title", "x-media")


def loosen_choices(model: Model) -> Model:
    """Return the model whose every `oneOf` has branches that are types of their own."""
    return each_schema(model, _loosen, having=("oneOf",))


def _loosen(schema: Schema, pointer: str, report: Report) -> Schema:
    branches = schema.get("oneOf")
    if not isinstance(branches, list) or _are_apart(branches):
        return schema
    why = "the service alone checks that no other branch fits"
    report.note(f"{pointer}/oneOf", "oneOf", "anyOf", why, "warning")
    return {"anyOf" if key == "oneOf" else key: value for key, value in schema.items()}


def _are_apart(branches: list[Json]) -> bool:
    if not all(
        isinstance(b, dict) and not {"anyOf", "oneOf"} & b.keys() for b in branches
    ):
        return False
    bare = {fingerprint(_without_words(_without_null(branch))) for branch in branches}
    nullable = [b for b in branches if b.get("type") == "null" or "null" in _listed(b)]
    return len(bare) == len(branches) and len(nullable) <= 1


def _listed(schema: Schema) -> list[Json]:
    named = schema.get("type")
    return named if isinstance(named, list) else []


def _without_words(value: Json) -> Json:
    if isinstance(value, list):
        return [_without_words(item) for item in value]
    if isinstance(value, dict):
        return {k: _without_words(v) for k, v in value.items() if k not in WORDS}
    return value


def _without_null(schema: Schema) -> Schema:
    names = [name for name in _listed(schema) if name != "null"]
    return {**schema, "type": names[0]} if len(names) == 1 else schema
