"""Write keywords of older drafts and of OpenAPI as JSON Schema 2020-12 has them.

Before: `{"minimum": 0, "exclusiveMinimum": true, "example": 3, "items": [{…}, {…}],
"description": null}`.
After: `{"exclusiveMinimum": 0, "examples": [3], "prefixItems": [{…}, {…}]}`.
"""

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.keywords import FLAGS, NO_FLAGS

OLD = frozenset(
    (
        "deprecated",
        "example",
        "examples",
        "exclusiveMaximum",
        "exclusiveMinimum",
        "items",
        "required",
    )
)
"""The keywords that older drafts may have meant otherwise."""
LIMITS = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
LISTED = "2020-12 has a list of them"
NULL_SAYS_SOMETHING = ("const", "example", "examples")


def modernise_keywords(model: Model) -> Model:
    """Return the model with the keywords of 2020-12 alone."""
    return each_schema(model, _modernise)


def _modernise(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with each keyword as 2020-12 has it."""
    if OLD.isdisjoint(schema) and None not in schema.values():
        return schema
    new = _without_nulls(schema, pointer, report)
    for exclusive, limit in LIMITS.items():
        _modernise_limit(new, exclusive, limit, f"{pointer}/{exclusive}", report)
    _modernise_example(new, pointer, report)
    _modernise_examples(new, pointer, report)
    _modernise_items(new, pointer, report)
    _modernise_deprecation(new, pointer, report)
    _modernise_required(new, pointer, report)
    return new


def _without_nulls(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema without the keywords that are null, which says nothing."""
    new = {}
    for keyword, value in schema.items():
        if value is None and keyword not in NULL_SAYS_SOMETHING:
            report.note(f"{pointer}/{keyword}", None, "nothing", "null says nothing")
        else:
            new[keyword] = value
    return new


def _modernise_required(new: Schema, pointer: str, report: Report) -> None:
    if isinstance(new.get("required"), bool):
        was = new.pop("required")
        why = "a flag says nothing here; the object lists what it requires"
        report.note(f"{pointer}/required", was, "nothing", why, "warning")


def _modernise_items(new: Schema, pointer: str, report: Report) -> None:
    """Write a list of items as `prefixItems`, and what follows them as `items`."""
    if isinstance(new.get("items"), list):
        new["prefixItems"] = new.pop("items")
        report.note(f"{pointer}/items", "a list", "prefixItems", "2020-12 calls it so")
        if "additionalItems" in new:
            new["items"] = new.pop("additionalItems")


def _modernise_deprecation(new: Schema, pointer: str, report: Report) -> None:
    """Write a flag where there are words, which go to the description."""
    said = new.get("deprecated", True)
    if isinstance(said, bool):
        return
    del new["deprecated"]
    text = said.strip() if isinstance(said, str) else ""
    is_flag = text.lower() in FLAGS
    is_a_reason = text.lower() not in (*FLAGS, *NO_FLAGS, "")
    if is_flag or is_a_reason:
        new["deprecated"] = True
    if is_a_reason:
        described = new.get("description")
        before = described if isinstance(described, str) else ""
        new["description"] = f"{before}\n\nDeprecated: {text}".strip()
    now = new.get("deprecated", "nothing")
    report.note(f"{pointer}/deprecated", said, now, "2020-12 has a flag")


def _modernise_limit(
    new: Schema, exclusive: str, limit: str, place: str, report: Report
) -> None:
    """Write the flag that a limit is exclusive as an exclusive limit."""
    if not isinstance(new.get(exclusive), bool):
        return
    is_exclusive = new.pop(exclusive)
    if is_exclusive and limit in new:
        new[exclusive] = new.pop(limit)
    now = new.get(exclusive, "nothing")
    report.note(place, is_exclusive, now, "draft 4 wrote a flag")


def _modernise_example(new: Schema, pointer: str, report: Report) -> None:
    """Write one example as a list of it; a field may have the name, too."""
    if "example" in new and "properties" not in new:
        sample = new.pop("example")
        new.setdefault("examples", [sample])
        report.note(f"{pointer}/example", sample, "examples", LISTED)


def _modernise_examples(new: Schema, pointer: str, report: Report) -> None:
    examples = new.get("examples", [])
    if not isinstance(examples, list):
        report.note(f"{pointer}/examples", examples, "a list", LISTED)
        new["examples"] = [examples]
