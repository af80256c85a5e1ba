"""Drop defaults and examples that their own field would refuse.

Before: `{"type": "integer", "maximum": 4, "default": 9, "examples": [9, 3.0]}`.
After: `{"type": "integer", "maximum": 4, "examples": [3]}`, with notes.
"""

from collections.abc import Iterator

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.schema.validator import is_valid
from runcomfy_codegen.schema.visit import (
    Report,
    as_typed,
    each_schema,
    is_too_large,
    types_of,
)

WHY = "the field itself would refuse this"


def check_defaults(model: Model) -> Model:
    """Return the model whose every default and example satisfies its own field."""
    return each_schema(model, _check, having=("default", "examples"))


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    bare = {k: v for k, v in schema.items() if k not in ("default", "examples")}
    new = dict(schema)
    if "default" in new and is_too_large(new["default"]):
        why = "it is too large to show"
        report.note(f"{pointer}/default", "a large value", "no default", why, "warning")
        del new["default"]
    if "default" in new and not is_valid(bare, default := new["default"]):
        why = WHY
        if types_of(schema) == ("string",) and not isinstance(default, str):
            why = f"a string field has the {type(default).__name__} {default!r}"
        report.note(f"{pointer}/default", default, "no default", why, "warning")
        del new["default"]
    elif "default" in new:
        new["default"] = as_typed(bare, new["default"])
    if isinstance(new.get("examples"), list):
        new["examples"] = list(_kept(bare, new["examples"], pointer, report))
        if not new["examples"]:
            del new["examples"]
    return new


def _kept(
    schema: Schema, examples: list[Json], pointer: str, report: Report
) -> Iterator[Json]:
    for index, example in enumerate(examples):
        if is_too_large(example):
            why = "it is too large to show"
            place = f"{pointer}/examples/{index}"
            report.note(place, "a large value", "no example", why, "warning")
        elif is_valid(schema, example):
            yield as_typed(schema, example)
        else:
            place = f"{pointer}/examples/{index}"
            report.note(place, example, "no example", WHY, "warning")
