"""Write what stands beside an `anyOf` or `oneOf` into each of its branches.

Before: `{"type": "integer", "minimum": 1, "anyOf": [{"maximum": 4}, {"enum": [8]}]}`.
After: `{"anyOf": [{"type": "integer", "minimum": 1, "maximum": 4}, {"type": "integer",
"minimum": 1, "enum": [8]}]}`. A type is then either one of several, or has limits.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.passes.merge_all_of import both, merged
from runcomfy_codegen.normalise.passes.standardise_types import OWN_KEYWORDS
from runcomfy_codegen.schema.visit import Report, each_schema

SPREAD = {"type", "enum", "const", *(k for own in OWN_KEYWORDS.values() for k in own)}


def spread_siblings(model: Model) -> Model:
    """Return the model in which no limit stands beside a choice."""
    return each_schema(model, _spread, having=("allOf", "anyOf", "oneOf"))


def _spread(schema: Schema, pointer: str, report: Report) -> Schema:
    schema = merged(schema, pointer, report)  # what was spread into it may be an allOf
    for keyword in ("anyOf", "oneOf"):
        branches = schema.get(keyword)
        beside = {k: v for k, v in schema.items() if k in SPREAD}
        if keyword == "anyOf" and "oneOf" in schema:
            beside["oneOf"] = schema["oneOf"]
        if not beside or not isinstance(branches, list):
            continue
        if pointer in ("/input_schema", "/output_schema", "/output_schema/output"):
            report.problem(
                f"{pointer}/{keyword}",
                "the root is one of several objects",
                "write one object with every property in an overlay",
            )
            return {key: value for key, value in schema.items() if key != keyword}
        report.note(
            f"{pointer}/{keyword}",
            sorted(beside),
            "in each branch",
            "what stands beside a choice holds for all of it",
        )
        return {
            **{key: value for key, value in schema.items() if key not in beside},
            keyword: [
                (
                    both(branch, beside, f"{pointer}/{keyword}/{index}", report)
                    if isinstance(branch, dict)
                    else branch
                )
                for index, branch in enumerate(branches)
            ],
        }
    return schema
