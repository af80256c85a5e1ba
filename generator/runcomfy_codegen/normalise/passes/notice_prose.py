"""Notice where a description says what the schema does not.

Before: `{"type": "array", "description": "Up to 3 images"}`.
After: the same, and a note that `maxItems` is missing.
"""

import re
from collections.abc import Iterator

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.schema.visit import Report, each_schema, types_of

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
    return each_schema(model, _notice, ("input",), ("description",))


def _notice(schema: Schema, pointer: str, report: Report) -> Schema:
    text = schema.get("description")
    if isinstance(text, str):
        for said, missing in _contradictions(schema, text):
            report.note(
                f"{pointer}/description",
                said,
                said,
                f"{missing}; if the words are right, say so in an overlay",
                "warning",
            )
    return schema


def _contradictions(schema: Schema, text: str) -> Iterator[tuple[str, str]]:
    names = types_of(schema)
    found = AT_MOST.search(text)
    if found and names == ("array",) and schema.get("maxItems") != float(found[1]):
        yield found[0], f"the schema's maxItems is {schema.get('maxItems', 'missing')}"
    found = BETWEEN.search(text)
    if found and names in (("integer",), ("number",)):
        limits = [schema.get(name, "none") for name in ("minimum", "maximum")]
        if limits != [float(found[1]), float(found[2])]:
            yield found[0], f"the schema's limits are {limits[0]} and {limits[1]}"
    elif found and names == ("string",) and _names_a_size(text):
        yield found[0], "the schema takes a string alone"
    found = AS_OBJECT.search(text)
    if found and names == ("string",) and _names_a_size(text):
        yield found[0], "the schema takes a string alone, not an object"


def _names_a_size(text: str) -> bool:
    width = WIDTH.search(text)
    return width is not None and HEIGHT.search(text, width.end()) is not None
