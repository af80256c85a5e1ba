"""Drop defaults and examples that their own field would refuse.

Before: `{"type": "integer", "maximum": 4, "default": 9, "examples": [9, 3.0]}`.
After: `{"type": "integer", "maximum": 4, "examples": [3]}`, with notes.
"""

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.normalise.shown import TOO_LARGE, is_too_large
from runcomfy_codegen.normalise.typed_values import as_typed
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.read import types_of
from runcomfy_codegen.schema.validator import is_valid

WHY = "the field itself would refuse this"


def check_defaults(model: Model) -> Model:
    """Return the model whose every default and example satisfies its own field."""
    return each_schema(model, _check, having=("default", "examples"))


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with the default and examples alone that it takes."""
    bare = without(schema, "default", "examples")
    new = dict(schema)
    if "default" in new:
        _check_default(new, bare, f"{pointer}/default", report)
    if isinstance(new.get("examples"), list):
        _check_examples(new, bare, f"{pointer}/examples", report)
    return new


def _check_default(new: Schema, bare: Schema, place: str, report: Report) -> None:
    """Type the default of a schema in place, or take it away."""
    default = new["default"]
    if is_too_large(default):
        del new["default"]
        report.note(place, "a large value", "no default", TOO_LARGE, "warning")
    elif is_valid(bare, default):
        new["default"] = as_typed(bare, default)
    else:
        del new["default"]
        report.note(place, default, "no default", _why(bare, default), "warning")


def _why(bare: Schema, default: Json) -> str:
    if types_of(bare) == ("string",) and not isinstance(default, str):
        return f"a string field has the {type(default).__name__} {default!r}"
    return WHY


def _check_examples(new: Schema, bare: Schema, pointer: str, report: Report) -> None:
    """Type the examples of a schema in place, and take away those that it refuses."""
    kept = []
    for index, example in enumerate(new["examples"]):
        place = f"{pointer}/{index}"
        if is_too_large(example):
            report.note(place, "a large value", "no example", TOO_LARGE, "warning")
        elif is_valid(bare, example):
            kept.append(as_typed(bare, example))
        else:
            report.note(place, example, "no example", WHY, "warning")
    new["examples"] = kept
    if not kept:
        del new["examples"]
