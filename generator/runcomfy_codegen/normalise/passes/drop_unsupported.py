"""Leave out what no Python type can say, and say so.

Before: `{"type": "string", "not": {"const": "x"}}`,
`{"properties": {…}, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}`,
`{"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": false}`.
After: `{"type": "string"}`, `{"properties": {…}}`,
`{"type": "array", "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]}, "maxItems": 2}`;
each with a warning: the service alone checks the rest.
"""

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import CHOICES, WORDS
from runcomfy_codegen.schema.parts import without

UNSUPPORTED = (
    "$dynamicRef",
    "additionalItems",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "if",
    "maxContains",
    "minContains",
    "not",
    "patternProperties",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
)
COUNTS = ("maxProperties", "minProperties")
READ = ("prefixItems", "properties", *UNSUPPORTED, *COUNTS)
"""The keywords without which a schema stays as it is."""
OF_REQUIREMENTS = {"required", *UNSUPPORTED, *WORDS}
"""The keywords of a branch that says which properties go together."""
WHY = "no type can say this: the service alone checks it"


def drop_unsupported(model: Model) -> Model:
    """Return the model with the keywords alone that its types will enforce."""
    return each_schema(model, _drop, having=READ)


def _drop(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema without the keywords that no type can say."""
    new = dict(schema)
    if "patternProperties" in new:
        new["additionalProperties"] = True  # any name may be of the patterns
    if isinstance(new.get("prefixItems"), list):
        new = _without_places(new, pointer, report)
    for keyword in _dropped_of(new, pointer):
        if keyword in new:
            _say(report, f"{pointer}/{keyword}", new.pop(keyword))
    return new


def _dropped_of(schema: Schema, pointer: str) -> list[str]:
    """Return the keywords that are dropped from a schema, if it has them."""
    dropped = [*UNSUPPORTED]
    if pointer == "/input_schema":
        dropped += COUNTS
    if "properties" in schema:
        dropped += [key for key in CHOICES if _only_requires(schema.get(key))]
    return dropped


def _say(report: Report, pointer: str, what: Json) -> None:
    report.note(pointer, what, "nothing", WHY, "warning")


def _only_requires(branches: Json) -> bool:
    """Whether branches say no more than which properties go together."""
    return isinstance(branches, list) and all(map(_is_requirement, branches))


def _is_requirement(branch: Json) -> bool:
    """Whether a branch says no more than what is required, and that it is an object."""
    if not isinstance(branch, dict):
        return False
    beside = without(branch, *OF_REQUIREMENTS)
    return beside in ({}, {"type": "object"})


def _without_places(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return an array whose items may be any of those that had places of their own."""
    new = without(schema, "prefixItems")
    places = schema["prefixItems"]
    rest = new.pop("items", new.pop("additionalItems", True))
    if rest is False:
        _limit_items(new, len(places))
    elif isinstance(rest, dict):
        places = [*places, rest]
    if places and rest is not True:
        new["items"] = {"anyOf": places} if len(places) > 1 else places[0]
    _say(report, f"{pointer}/prefixItems", schema["prefixItems"])
    return new


def _limit_items(new: Schema, count: int) -> None:
    """Let an array have so many items at most, in place."""
    most = new.get("maxItems", count)
    if isinstance(most, int | float):  # else the metaschema says what is wrong
        new["maxItems"] = min(count, most)
