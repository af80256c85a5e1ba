"""Make an `anyOf` of a `oneOf` whose branches a Python union cannot keep apart.

Before: `{"oneOf": [{"anyOf": [{"type": "integer"}, {"type": "string"}]}, {"type": "number"}]}`.
After: the same as an `anyOf`, with a warning: the service alone checks that no other
branch fits. A union has each type once, and none inside another.
"""

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.passes.standardise_types import OWN_KEYWORDS
from runcomfy_codegen.schema.visit import Report, each_schema, fingerprint

MEANING = {k for keywords in OWN_KEYWORDS.values() for k in keywords} - {"format"}
MEANING |= {"type", "enum", "const", "anyOf", "oneOf"}


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
    bare = {fingerprint(_bare(_without_null(branch))) for branch in branches}
    nullable = [b for b in branches if b.get("type") == "null" or "null" in _listed(b)]
    return len(bare) == len(branches) and len(nullable) <= 1


def _listed(schema: Schema) -> list[Json]:
    named = schema.get("type")
    return named if isinstance(named, list) else []


def _bare(schema: Json) -> Json:
    """Return what of a schema makes its type: another word makes no other type."""
    if not isinstance(schema, dict):
        return schema
    bare = {key: schema[key] for key in schema if key in MEANING}
    for keyword in ("items", "additionalProperties"):
        if keyword in bare:
            bare[keyword] = _bare(bare[keyword])
    for keyword in ("anyOf", "oneOf"):
        if isinstance(bare.get(keyword), list):
            bare[keyword] = [_bare(branch) for branch in bare[keyword]]
    if isinstance(bare.get("properties"), dict):
        named = bare["properties"].items()
        bare["properties"] = {name: _bare(child) for name, child in named}
    return bare


def _without_null(schema: Schema) -> Schema:
    names = [name for name in _listed(schema) if name != "null"]
    return {**schema, "type": names[0]} if len(names) == 1 else schema
