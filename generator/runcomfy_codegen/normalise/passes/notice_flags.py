"""Notice what a schema says of a field that no type enforces.

Before: `{"type": "string", "deprecated": true}`, `{"type": "string", "readOnly": true}`.
After: the same, and a note for each: types, docs and editors are told.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema

FLAGS = {
    "deprecated": "it is marked in types and docs, and is still sent",
    "readOnly": "the service sets it: what is sent there may be ignored",
}


def notice_flags(model: Model) -> Model:
    """Return the model with a note for each schema that is deprecated or read-only."""
    return each_schema(model, _notice, having=FLAGS)


def _notice(schema: Schema, pointer: str, report: Report) -> Schema:
    """Note the flags of a schema, which comes out as it is."""
    for flag, meaning in FLAGS.items():
        if schema.get(flag) is True:
            report.note(f"{pointer}/{flag}", True, True, meaning)
    return schema
