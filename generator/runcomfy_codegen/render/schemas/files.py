"""Make the JSON files of the models: schemas for any validator, and the index."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from runcomfy_codegen.ir import Field, Json, Module, Schema
from runcomfy_codegen.render.entries import Entry
from runcomfy_codegen.schema.patterns.cost import is_explosive
from runcomfy_codegen.schema.visit import children

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def input_document(module: Module, example: Mapping[str, Json]) -> dict[str, Any]:
    """Return the schema of a request body, with an example that it accepts.

    `x-runcomfy` says what the form on the page needs to write the call in Python, and
    which patterns it must not try.
    """
    inputs = [cls for cls in module.classes if cls.kind.startswith("input")]
    classes = {
        cls.name: {f.wire_name: _python(f) for f in cls.fields} for cls in inputs
    }
    python = {"vendor": module.vendor, "module": module.name, "classes": classes}
    about: dict[str, Any] = {"model_id": module.model.model_id, "python": python}
    slow = sorted(set(_slow_patterns(module.model.input_schema)))
    if slow:
        about["slow_patterns"] = slow
    return _document(module, "input", module.model.input_schema) | {
        "examples": [dict(example)],
        "x-runcomfy": about,
    }


def _python(field: Field) -> dict[str, Any]:
    """Return a field's name in Python, and which of our classes its value is made of."""
    return {"name": field.name, **_classes_in(field.schema)}


def _classes_in(schema: Schema) -> dict[str, Any]:
    """Return the one class of an object that a schema takes, and the same of its items."""
    branches = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    named = [str(b["$ref"]) for b in branches if isinstance(b, dict) and "$ref" in b]
    found: dict[str, Any] = {}
    if len(named) == 1:
        found["class"] = named[0].rpartition("/")[2]
    lists = (b.get("items") for b in branches if isinstance(b, dict))
    items = next((each for each in lists if isinstance(each, dict)), None)
    inner = _classes_in(items) if items else {}
    return found | ({"items": inner} if inner else {})


def _slow_patterns(schema: Json) -> Iterator[str]:
    """Yield the patterns that could keep a browser, which backtracks, busy for ever."""
    if isinstance(schema, dict):
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and is_explosive(pattern):
            yield pattern
        for child in children(schema):
            yield from _slow_patterns(child)


def output_document(module: Module) -> dict[str, Any]:
    """Return the schema of the value of `output`."""
    return _document(module, "output", module.model.output_schema)


def _document(module: Module, side: str, schema: Mapping[str, Json]) -> dict[str, Any]:
    """Return a schema as a document of its own, whose `$id` is the same everywhere."""
    model_id = module.model.model_id
    identified = {"$schema": DIALECT, "$id": f"urn:runcomfy:{quote(model_id)}:{side}"}
    return {**identified, **schema, "title": f"{model_id}, {side}"}


def model_index(
    modules: Iterable[Module], entries: Mapping[str, Entry]
) -> list[dict[str, Any]]:
    """Return every model without its schemas, by model_id, for `runcomfy_models.find`."""
    models = {module.model.model_id: module for module in modules}
    return [_index_row(models[model_id], entries[model_id]) for model_id in entries]


def _index_row(module: Module, entry: Entry) -> dict[str, Any]:
    model = module.model
    row = {
        "model_id": model.model_id,
        "display_name": model.display_name,
        "description": entry.description,
        "description_source": entry.description_source,
        "kind": model.kind,
        "categories": model.categories,
        "takes": entry.takes,
        "makes": entry.makes,
        "vendor": module.vendor,
        "module": module.name,
        "base_price_usd": model.base_price_usd,
        "price_unit": model.price_unit,
        "pricing_note": model.pricing_note,
        "source_url": model.source_url,
    }
    return row | ({"deprecated": model.deprecated} if model.deprecated else {})
