"""Make the inputs that all peers get: a store of models, and an OpenAPI document of it."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SIZES = ["square", "square_hd", "portrait_4_3", "portrait_16_9", "landscape_4_3"]


def models(count: int) -> list[dict[str, Any]]:
    """Return entries made from the stored models: each with limits and words of its own."""
    stored = sorted((ROOT / "schemas").rglob("*/*.json"))
    published = [
        json.loads(path.read_text("utf-8"))
        for path in stored
        if not path.name.endswith(".overlay.json")
    ]
    return [_variant(published[i % len(published)], i) for i in range(count)]


def _variant(entry: dict[str, Any], number: int) -> dict[str, Any]:
    new = json.loads(json.dumps(entry))
    vendor, _, rest = entry["model_id"].partition("/")
    new["model_id"] = f"{vendor}-{number % 20}/{rest}/v{number}"
    new["display_name"] = f"Model {number}"
    new["description"] = f"Variant {number} of a model that edits pictures."
    properties = new["input_schema"]["properties"]
    for name, field in list(properties.items()):
        field["description"] = (
            f"{field.get('description', '')} Variant {number}.".strip()
        )
        if "maximum" in field:
            field["maximum"] += number
        if field.get("type") == "string" and "enum" in field:
            field["enum"] = [*field["enum"], f"v{number}"]
        properties[name] = field
    properties[f"strength_{number}"] = {
        "type": "float",
        "minimum": 0,
        "maximum": 1 + number,
        "default": 0.5,
        "description": f"How strongly variant {number} edits.",
    }
    properties["size_preset"] = {"type": "string", "enum": SIZES, "default": "square"}
    return dict(new)


def write_store(folder: Path, entries: list[dict[str, Any]]) -> None:
    """Write entries as a schema folder."""
    for entry in entries:
        file = folder / f"{entry['model_id']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(entry, indent=2), "utf-8")


def openapi(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an OpenAPI document of the same inputs, in standard JSON Schema."""
    paths = {}
    schemas = {}
    for number, entry in enumerate(entries):
        text = json.dumps(entry["input_schema"])
        text = text.replace('"float"', '"number"').replace('"image_uri"', '"uri"')
        schemas[f"Input{number}"] = json.loads(text) | {"title": f"Input{number}"}
        content = {"schema": {"$ref": f"#/components/schemas/Input{number}"}}
        paths[f"/v1/models/{entry['model_id']}"] = {
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
