"""Make an example of a default that is only the page's sample.

Before: `{"required": ["prompt"], "properties": {"prompt": {"type": "string", "default": "A cat"}}}`.
After: `{…, "properties": {"prompt": {"type": "string", "examples": ["A cat"]}}}`.

The sample of a required field, of a medium or of free text is not a default: the
service would not fill it in.
"""

from runcomfy_codegen.ir import Json, Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.media import is_url
from runcomfy_codegen.schema.parts import list_of, one_or_more, without
from runcomfy_codegen.schema.pointer import escape
from runcomfy_codegen.schema.read import is_listed, properties_of, required_of, types_of
from runcomfy_codegen.schema.validator import is_valid
from runcomfy_codegen.schema.values import is_same


def move_samples(model: Model) -> Model:
    """Return the model whose defaults are defaults and whose samples are examples."""
    return each_schema(model, _move, having=("properties",))


def _move(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema in which the samples of fields are examples."""
    required = required_of(schema)
    moved = {}
    for name, child in properties_of(schema).items():
        why = _why_a_sample(child, name in required)
        if why:
            place = f"{pointer}/properties/{escape(name)}/default"
            moved[name] = _moved(child, place, why, report)
    if not moved:
        return schema
    return {**schema, "properties": {**schema["properties"], **moved}}


def _why_a_sample(schema: Json, required: bool) -> str:
    """Return why a field's default is a sample; empty if it is a default, or has none."""
    if not isinstance(schema, dict) or "default" not in schema:
        return ""
    if required:
        return "the default of a required field is the page's sample"
    if "x-media" in schema:
        return "the default of a medium is the page's sample"
    if types_of(schema) == ("string",) and not is_listed(schema):
        return "the default of a free text is the page's sample"
    return ""


def _moved(schema: Schema, pointer: str, why: str, report: Report) -> Schema:
    """Return a schema whose default is an example, or nothing where it is a bad one."""
    new = without(schema, "default")
    sample = schema["default"]
    if sample in ("", []):
        report.note(pointer, sample, "nothing", f"{why}, and is empty")
        return new
    if "x-media" in schema and not _holds_urls(sample):
        report.note(pointer, sample, "nothing", f"{why}, and is not a URL")
        return new
    if not is_valid(new, sample):
        why = f"{why}, and the field itself would refuse it"
        report.note(pointer, sample, "nothing", why, "warning")
        return new
    new["examples"] = [sample]
    for example in list_of(schema.get("examples")):
        if not is_same(example, sample):
            new["examples"].append(example)
    report.note(pointer, sample, "examples", why)
    return new


def _holds_urls(sample: Json) -> bool:
    return all(isinstance(url, str) and is_url(url) for url in one_or_more(sample))
