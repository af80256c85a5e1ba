"""Drop a default that its own field would refuse.

Before: `{"type": "integer", "maximum": 4, "default": 9}`.
After: `{"type": "integer", "maximum": 4}`, with a note. A default of null says
that there is none, and goes too.
"""

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.walk import Report, each_schema, types_of


def check_defaults(model: Model) -> Model:
    """Return the model whose every default satisfies its own field."""
    return each_schema(model, _check)


def _check(schema: Schema, pointer: str, report: Report) -> Schema:
    if "default" not in schema:
        return schema
    default = schema["default"]
    kept = {key: value for key, value in schema.items() if key != "default"}
    if default is None:
        return kept
    if isinstance(default, int | float) and types_of(schema) == ("string",):
        why = f"a string field has the {type(default).__name__} {default!r} as its default"
    elif _accepts(kept, default):
        return schema
    else:
        why = "the field itself would refuse this default"
    report.note(f"{pointer}/default", default, "no default", why, "warning")
    return kept


def _accepts(schema: Schema, value: object) -> bool:
    try:
        return bool(Draft202012Validator(schema).is_valid(value))
    except (
        Exception
    ) as error:  # a schema that is broken elsewhere has its Problem there
        if isinstance(error, SchemaError | TypeError | ValueError | AttributeError):
            return True
        raise
