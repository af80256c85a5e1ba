"""Refuse what demands a value that is too large to write down.

Before: `{"type": "array", "items": {"type": "string"}, "minItems": 1000000000}`.
After: a Problem. In an output, which is taken as it comes, the limit goes, with a note.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import Report, report_on, with_report
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.read import is_listed, required_of
from runcomfy_codegen.schema.visit import MAX_DEPTH, with_children

LARGEST = 30_000
"""Values and characters in the least value of a schema: docs and tests write it down."""
LEAST = ("minItems", "minLength", "minProperties")


def check_sizes(model: Model) -> Model:
    """Return the model whose every field has a value that can be shown and tried."""
    report, of_output = report_on(model), report_on(model)
    _size_of(model.input_schema, "/input_schema", report, is_whole=False)
    output = model.output_schema
    _size_of(output, model.output_pointer, of_output, is_whole=True)
    if of_output.problems:
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
    size = 1 if is_listed(schema) else _size(schema, below, is_whole)
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
    large = [keyword for keyword in LEAST if _least(schema, keyword) > 1]
    for keyword in large:
        why = "an output is taken as it comes"
        report.note(f"{pointer}/{keyword}", schema[keyword], "nothing", why)

    def below(child: Schema, place: str) -> Schema:
        return _loosened(child, place, report, depth + 1)

    return with_children(without(schema, *large), pointer, below)


def _size(schema: Schema, below: dict[str, int], is_whole: bool) -> int:
    """Return the size of a schema's least value, by the sizes of what is in it."""
    fields = _fields(schema, below, is_whole)
    unnamed = _least(schema, "minProperties") - len(fields)
    items = max(_least(schema, "minItems"), int("items" in below))
    branches = [s for p, s in below.items() if p.startswith(("anyOf/", "oneOf/"))]
    return (
        1
        + max(_least(schema, "minLength"), 0)
        + items * below.get("items", 1)
        + sum(fields.values())
        + max(unnamed, 0) * below.get("additionalProperties", 1)
        + max(branches, default=0)
    )


def _fields(schema: Schema, below: dict[str, int], is_whole: bool) -> dict[str, int]:
    """Return the sizes of the fields of a whole value, or of those that are required."""
    if is_whole:
        places = {place for place in below if place.startswith("properties/")}
    else:
        names = required_of(schema)
        places = {f"properties/{escape(str(name))}" for name in names} & below.keys()
    return {place: below[place] for place in places}


def _least(schema: Schema, keyword: str) -> int:
    least = schema.get(keyword)
    return int(least) if isinstance(least, int | float) else 0
