"""Make the inputs that all peers get: a store of models, and an OpenAPI document of it.

The models are those of the saved catalogue beside the checkout, or else the stored ones,
made over and over. Real models repeat fields, word for word or in all but their words. Each
made set repeats as much as the real one: a field that is the first of its kind becomes one
of a new kind, and one that repeats another repeats what became of that.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
CATALOGUE = ROOT.parent / "shared" / "catalogue" / "models.json"
WORDS = ("title", "description", "default", "example", "examples")
Entry = dict[str, Any]


class Shares(NamedTuple):
    """How much of the fields of some models is not a repetition."""

    fields: int
    different: float
    different_but_for_words: float


def models(count: int) -> list[Entry]:
    """Return made entries, as many as are asked for."""
    real = _real_models()
    return [
        _variant(real[number % len(real)], number // len(real))
        for number in range(count)
    ]


def source() -> str:
    """Return where the models come from, and how many there are."""
    where = "the catalogue" if CATALOGUE.exists() else "the stored models"
    return f"{where} ({len(_real_models())} models)"


def _real_models() -> list[Entry]:
    if CATALOGUE.exists():
        read = json.loads(CATALOGUE.read_text("utf-8"))
        return list(read["models"])
    stored = sorted((ROOT / "schemas").rglob("*/*.json"))
    return [
        json.loads(path.read_text("utf-8"))
        for path in stored
        if not path.name.endswith(".overlay.json")
    ]


def _variant(entry: Entry, turn: int) -> Entry:
    """Return a model as it is the first time, and later with words and limits of its own."""
    if turn == 0:
        return entry
    new: Entry = json.loads(json.dumps(entry))
    vendor, _, rest = entry["model_id"].partition("/")
    new["model_id"] = f"{vendor}/{rest}/v{turn}"
    new["display_name"] = f"{entry.get('display_name') or rest} {turn}"
    for field in new["input_schema"].get("properties", {}).values():
        _change(field, turn)
    return new


def _change(field: dict[str, Any], turn: int) -> None:
    """Change a field, always in the same way: what is equal stays equal."""
    field["description"] = f"{field.get('description', '')} Variant {turn}.".strip()
    if "maximum" in field:
        field["maximum"] += turn
    elif "enum" in field and field.get("type") == "string":
        field["enum"] = [*field["enum"], f"v{turn}"]
    elif "maxItems" in field:
        field["maxItems"] += turn
    elif field.get("type") == "string" and "format" not in field:
        field["maxLength"] = field.get("maxLength", 5_000) + turn


def shares(entries: list[Entry]) -> Shares:
    """Return how many fields there are, and which part of them is not a repetition."""
    fields = [
        field
        for entry in entries
        for field in entry["input_schema"].get("properties", {}).values()
    ]
    whole = {json.dumps(field, sort_keys=True) for field in fields}
    bare = {json.dumps(_without_words(field), sort_keys=True) for field in fields}
    return Shares(len(fields), len(whole) / len(fields), len(bare) / len(fields))


def _without_words(field: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in field.items() if key not in WORDS}


def write_store(folder: Path, entries: list[Entry]) -> None:
    """Write entries as a schema folder."""
    for entry in entries:
        file = folder / f"{entry['model_id']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(entry, indent=2), "utf-8")


def openapi(entries: list[Entry]) -> dict[str, Any]:
    """Return an OpenAPI document of the same inputs, in standard JSON Schema."""
    paths = {}
    schemas = {}
    for number, entry in enumerate(entries):
        schema = _standard(entry["input_schema"])
        schemas[f"Input{number}"] = {**schema, "title": f"Input{number}"}
        content = {"schema": {"$ref": f"#/components/schemas/Input{number}"}}
        paths[f"/v1/models/{entry['model_id'].replace(' ', '%20')}"] = {
            "post": {
                "operationId": f"submit_{number}",
                "tags": [entry["model_id"].partition("/")[0]],
                "requestBody": {"content": {"application/json": content}},
                "responses": {"200": {"description": "Submitted."}},
            }
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "models", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _standard(schema: Any) -> Any:
    """Return a schema whose types and formats are those of the standard."""
    if isinstance(schema, list):
        return [_standard(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _standard(value) for key, value in schema.items()}
    if found.get("type") == "float":
        found["type"] = "number"
    if isinstance(found.get("format"), str) and "_uri" in found["format"]:
        del found["format"]
    return found
