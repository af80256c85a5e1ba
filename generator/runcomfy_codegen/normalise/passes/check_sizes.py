"""Refuse what demands a value that is too large to write down.

Before: `{"type": "array", "items": {"type": "string"}, "minItems": 1000000000}`.
After: a Problem. In an output, which is taken as it comes, the limit goes, with a note.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.visit import (
    MAX_DEPTH,
    Report,
    report_on,
    with_children,
    with_report,
)

LARGEST = 30_000
"""Values and characters in the least value of a schema: docs and tests write it down."""
LEAST = ("minItems", "minLength", "minProperties")


def check_sizes(model: Model) -> Model:
    """Return the model whose every field has a value that can be shown and tried."""
    report, unsaid = report_on(model), report_on(model)
    _size_of(model.input_schema, "/input_schema", report, is_whole=False)
    output = model.output_schema
    _size_of(output, model.output_pointer, unsaid, is_whole=True)
    if unsaid.problems:
        output = _loosened(output, model.output_pointer, report)
    return with_report(model, report, output_schema=output)


def _size_of(
    schema: Schema, pointer: str, report: Report, is_whole: bool, depth: int = 0
) -> int:
    """Return the size of the least value, or of one with each field that is named.

    One that is too large is a Problem, and then counts as none.
    """
    if depth > MAX_DEPTH:
        return 1
    below: dict[str, int] = {}

    def look(child: Schema, place: str) -> Schema:
        size = _size_of(child, place, report, is_whole, depth + 1)
        below[place.removeprefix(f"{pointer}/")] = size
        return child

    with_children(schema, pointer, look)
    size = _size(schema, below, is_whole)
    if size <= LARGEST:
        return size
    keyword = next((key for key in LEAST if schema.get(key)), "")
    report.problem(
        f"{pointer}/{keyword}".removesuffix("/"),
        f"its smallest value has more than {LARGEST} characters, items and fields",
        "correct it in an overlay",
    )
    return 1


def _loosened(schema: Schema, pointer: str, report: Report, depth: int = 0) -> Schema:
    """Return an output's schema that demands nothing large."""
    if depth > MAX_DEPTH:
        return schema
    for keyword in LEAST:
        if _least(schema, keyword) > 1:
            why = "an output is taken as it comes"
            report.note(f"{pointer}/{keyword}", schema[keyword], "nothing", why)
            schema = {key: value for key, value in schema.items() if key != keyword}
    return with_children(
        schema, pointer, lambda child, at: _loosened(child, at, report, depth + 1)
    )


def _size(schema: Schema, below: dict[str, int], is_whole: bool) -> int:
    """Return the size of a schema's least value, by the sizes of what is in it."""
    if {"enum", "const"} & schema.keys():
        return 1
    fields = {p: size for p, size in below.items() if p.startswith("properties/")}
    if not is_whole:
        required = schema.get("required")
        names = map(str, required if isinstance(required, list) else ())
        wanted = {f"properties/{escape(name)}" for name in names}
        fields = {place: fields[place] for place in fields.keys() & wanted}
    others = _least(schema, "minProperties") - len(fields)
    items = max(_least(schema, "minItems"), int("items" in below))
    branches = [s for p, s in below.items() if p.startswith(("anyOf/", "oneOf/"))]
    return (
        1
        + max(_least(schema, "minLength"), 0)
        + items * below.get("items", 1)
        + sum(fields.values())
        + max(others, 0) * below.get("additionalProperties", 1)
        + max(branches, default=0)
    )


def _least(schema: Schema, keyword: str) -> int:
    least = schema.get(keyword)
    return int(least) if isinstance(least, int | float) else 0
