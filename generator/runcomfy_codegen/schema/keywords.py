"""The keywords of JSON Schema 2020-12: what they hold, and what they speak of."""

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
"""The names of types."""
NUMERIC = ("integer", "number")

CHOICES = ("anyOf", "oneOf")
"""The keywords that list schemas of which a value has to fit one."""
COMBINING = ("$ref", "allOf", *CHOICES)
"""The keywords that take what they say from other schemas."""
VALUES = frozenset(("enum", "const"))
"""The keywords that list the only values."""

HOLD_A_SCHEMA = frozenset(
    (
        "additionalProperties",
        "contains",
        "else",
        "if",
        "items",
        "not",
        "propertyNames",
        "then",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
HOLD_A_LIST = frozenset(("allOf", "anyOf", "items", "oneOf", "prefixItems"))
"""Keywords that may hold a list of schemas; `items` did before 2020-12."""
HOLD_A_MAP = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs"))
CONTAINERS = HOLD_A_SCHEMA | HOLD_A_LIST | HOLD_A_MAP

_OF_NUMBERS = (
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "minimum",
    "multipleOf",
)
OF_TYPE: dict[str, tuple[str, ...]] = {
    "array": ("items", "maxItems", "minItems", "prefixItems", "uniqueItems"),
    "number": _OF_NUMBERS,
    "object": (
        "additionalProperties",
        "maxProperties",
        "minProperties",
        "properties",
        "required",
    ),
    "string": ("format", "maxLength", "minLength", "pattern"),
    "integer": _OF_NUMBERS,
}
"""The keywords that speak of values of one type alone."""
OF_ANY_TYPE = frozenset(keyword for own in OF_TYPE.values() for keyword in own)

COUNTS = (
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
)
"""The keywords that count characters, items and fields."""
WORDS = ("title", "description", "$comment")
"""The keywords that nothing but a reader understands."""
SAMPLES = ("default", "examples", "example")
"""The keywords that show values."""
PROSE = (*WORDS, *SAMPLES)
"""The keywords that say nothing of what is valid."""

FLAGS = ("true", "yes", "1")
NO_FLAGS = ("false", "no", "0", "none", "null")
"""Texts that the service may write where a flag belongs."""

VALIDATING = (
    OF_ANY_TYPE
    | CONTAINERS
    | VALUES
    | {"$ref", "dependentRequired", "maxContains", "minContains", "type"}
) - {"$defs", "format"}
"""The keywords that say what is valid. All others are words about it."""
