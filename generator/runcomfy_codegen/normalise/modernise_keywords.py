"""Write keywords of older drafts and of OpenAPI as JSON Schema 2020-12 has them.

Before: `{"minimum": 0, "exclusiveMinimum": true, "example": 3, "items": [{…}, {…}]}`.
After: `{"exclusiveMinimum": 0, "examples": [3], "prefixItems": [{…}, {…}]}`.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.walk import Report, each_schema

UNTYPED = (
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "not",
    "patternProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)


def modernise_keywords(model: Model) -> Model:
    """Return the model with the keywords of 2020-12 alone."""
    return each_schema(model, _modernise)


def _modernise(schema: Schema, pointer: str, report: Report) -> Schema:
    new = dict(schema)
    for exclusive, limit in (
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ):
        if isinstance(new.get(exclusive), bool):
            was = new.pop(exclusive)
            if was and limit in new:
                new[exclusive] = new.pop(limit)
            report.note(
                f"{pointer}/{exclusive}",
                was,
                new.get(exclusive),
                "draft 4 wrote a flag",
            )
    if "example" in new and "properties" not in new:
        sample = new.pop("example")
        new.setdefault("examples", [sample])
        report.note(
            f"{pointer}/example", sample, "examples", "2020-12 has a list of them"
        )
    if isinstance(new.get("items"), list):
        new["prefixItems"] = new.pop("items")
        report.note(f"{pointer}/items", "a list", "prefixItems", "2020-12 calls it so")
    if isinstance(new.get("required"), bool):
        was = new.pop("required")
        report.note(
            f"{pointer}/required",
            was,
            "nothing",
            "a flag says nothing here; the object lists what it requires",
            "warning",
        )
    for keyword in UNTYPED:
        if keyword in new:
            report.note(
                f"{pointer}/{keyword}",
                keyword,
                keyword,
                "no type can say this: the service alone checks it",
                "warning",
            )
    return new
