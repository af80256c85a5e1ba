"""Write what stands beside an `anyOf` or `oneOf` into each of its branches.

Before: `{"type": "integer", "minimum": 1, "anyOf": [{"maximum": 4}, {"enum": [8]}]}`.
After: `{"anyOf": [{"type": "integer", "minimum": 1, "maximum": 4}, {"type": "integer",
"minimum": 1, "enum": [8]}]}`. A type is then either one of several, or has limits.
"""

from typing import Any

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.passes.merge_all_of import both, merged
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import CHOICES, OF_ANY_TYPE, VALUES
from runcomfy_codegen.schema.parts import only, without

SPREAD = OF_ANY_TYPE | VALUES | {"type"}
OTHER_CHOICES = {"anyOf": {"oneOf"}, "oneOf": set[str]()}
"""The choices that are written into another one."""
ROOTS = ("/input_schema", "/output_schema", "/output_schema/output")


def spread_siblings(model: Model) -> Model:
    """Return the model in which no limit stands beside a choice."""
    return each_schema(model, _spread, having=("allOf", *CHOICES))


def _spread(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with all that stands beside its choice in the branches."""
    schema = merged(schema, pointer, report)  # what was spread into it may be an allOf
    for keyword in CHOICES:
        beside = only(schema, SPREAD | OTHER_CHOICES[keyword])
        if beside and isinstance(schema.get(keyword), list):
            return _spread_into(schema, keyword, beside, pointer, report)
    return schema


def _spread_into(
    schema: Schema, keyword: str, beside: Schema, pointer: str, report: Report
) -> Schema:
    """Return a schema with what stands beside a choice written into each branch."""
    place = f"{pointer}/{keyword}"
    if pointer in ROOTS:
        fix = "write one object with every property in an overlay"
        report.problem(place, "the root is one of several objects", fix)
        return without(schema, keyword)
    why = "what stands beside a choice holds for all of it"
    report.note(place, sorted(beside), "in each branch", why)
    branches: list[Any] = []
    for index, branch in enumerate(schema[keyword]):
        if isinstance(branch, dict):
            branch = both(branch, beside, f"{place}/{index}", report)
        branches.append(branch)
    return {**without(schema, *beside), keyword: branches}
