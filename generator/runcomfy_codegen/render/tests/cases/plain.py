"""Tell the schemas whose rules do not touch each other: their cases need no judge."""

from runcomfy_codegen.ir import Schema

WORDS = frozenset(("title", "description", "format", "x-media", "validations"))
LIMITS = frozenset(
    ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
)
PLAIN = WORDS | LIMITS | {"type", "enum", "items", "default", "examples"}


def is_plain(schema: Schema) -> bool:
    """Whether each rule stands for itself."""
    if not PLAIN.issuperset(schema) or not isinstance(schema.get("type"), str):
        return False
    limits = LIMITS & schema.keys()
    if "enum" in schema and (limits or None in schema["enum"]):
        return False
    if not all(isinstance(schema[keyword], int) for keyword in limits):
        return bool(schema["type"] == "number")
    items = schema.get("items")
    return items is None or (isinstance(items, dict) and is_plain(items))
