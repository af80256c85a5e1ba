"""Notice where a description says what the schema does not.

Before: `{"type": "array", "description": "Up to 3 images"}`.
After: the same, and a note that `maxItems` is missing.
"""

import re
from collections.abc import Iterator

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.read import types_of

NUMBER = r"(-?\d+(?:\.\d+)?)"
AT_MOST = re.compile(
    rf"(?:maximum(?: of)?|at most|up to|no more than) {NUMBER}\b", re.I
)
BETWEEN = re.compile(rf"between {NUMBER} and {NUMBER}\b", re.I)
AS_OBJECT = re.compile(r"\bobject\b", re.I)
WIDTH = re.compile(r"\bwidth\b", re.I)
HEIGHT = re.compile(r"\bheight\b", re.I)


def notice_prose(model: Model) -> Model:
    """Return the model with a note for each description that contradicts its schema."""
    return each_schema(model, notice, ("input",), ("description",))


def notice(schema: Schema, pointer: str, report: Report) -> Schema:
    """Note what a schema's own description says and the schema does not."""
    text = schema["description"]
    if not isinstance(text, str):
        return schema
    for said, missing in _contradictions(schema, text):
        why = f"{missing}; if the words are right, say so in an overlay"
        report.note(f"{pointer}/description", said, said, why, "warning")
    return schema


def _contradictions(schema: Schema, text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text says, and what of it the schema does not."""
    match types_of(schema):
        case ("array",):
            yield from _counts(schema, text)
        case ("integer",) | ("number",):
            yield from _bounds(schema, text)
        case ("string",) if _names_a_size(text):
            yield from _forms(text)


def _forms(text: str) -> Iterator[tuple[str, str]]:
    """Yield what a text says of other forms than a string."""
    alone = "the schema takes a string alone"
    if found := BETWEEN.search(text):
        yield found[0], alone
    if found := AS_OBJECT.search(text):
        yield found[0], f"{alone}, not an object"


def _counts(schema: Schema, text: str) -> Iterator[tuple[str, str]]:
    found = AT_MOST.search(text)
    if found and schema.get("maxItems") != float(found[1]):
        yield found[0], f"the schema's maxItems is {schema.get('maxItems', 'missing')}"


def _bounds(schema: Schema, text: str) -> Iterator[tuple[str, str]]:
    found = BETWEEN.search(text)
    low, high = (schema.get(name, "none") for name in ("minimum", "maximum"))
    if found and [low, high] != [float(found[1]), float(found[2])]:
        yield found[0], f"the schema's limits are {low} and {high}"


def _names_a_size(text: str) -> bool:
    width = WIDTH.search(text)
    return width is not None and HEIGHT.search(text, width.end()) is not None
