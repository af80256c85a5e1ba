"""What the text behind a flag means, by the schema of its field. Pure.

A text is taken as it is where only a text can be meant. Where something else can be,
what reads as JSON is that: `5` is a number there, and `"5"` the text.
"""

import json
from typing import Any

from .dialect import Reader, Schema, is_kind, kind_of

ANY = "a value, as JSON"
NAMES = {
    "array": "a list, as JSON or one item a flag",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object, as JSON or one flag a field",
    "string": "a text",
}
MISSING = object()


def read_value(reader: Reader, schema: Schema, text: str) -> Any:
    """Return the value that a text stands for; ValueError says what was expected."""
    kinds = reader.kinds(schema)
    if kinds == {"string"}:
        return text
    value = read_json(text)
    choices = reader.choices(schema)
    if value is not MISSING and any(_same(value, choice) for choice in choices):
        return value
    if text in choices:
        return text
    if isinstance(value, str) and kinds and not _needs_quotes(value):
        return text
    if value is not MISSING and is_kind(value, kinds):
        return value
    whole = whole_number(value)
    if whole is not None and "integer" in kinds:
        return whole
    if not kinds or "string" in kinds:
        return text
    expected = " or ".join(NAMES.get(kind, kind) for kind in sorted(kinds))
    raise ValueError(f"is not {expected}")


def read_json(text: str) -> Any:
    """Return a text's value as strict JSON, `MISSING` where it is not JSON."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return MISSING


def whole_number(value: object) -> int | None:
    """Return the integer that a number such as 5.0 or 1e3 is, None for any other."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None


def shown(value: object, longest: int = 60) -> str:
    """Return a value as it is shown in a message: short, on one line, as JSON."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, default=str)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    quoted = json.dumps(text, ensure_ascii=False) if isinstance(value, str) else text
    return quoted if len(quoted) <= longest else f"{quoted[: longest - 3]}..."


def _needs_quotes(text: str) -> bool:
    """Tell whether a text in quotes could be something else without them."""
    bare = read_json(text)
    return bare is not MISSING and not isinstance(bare, str)


def _same(one: object, other: object) -> bool:
    """Tell whether two are the same JSON value: 1 is 1.0, and not true."""
    kinds = {kind_of(one), kind_of(other)}
    if kinds - {"integer", "number"}:
        return kind_of(one) == kind_of(other) and one == other
    return one == other


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
