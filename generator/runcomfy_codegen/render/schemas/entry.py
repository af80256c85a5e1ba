"""Write a model's normalised entry: its facts, notes and schemas, standard ones.

The simulator serves it, and a later run reads the model back from it.
"""

from typing import Any

from runcomfy_codegen.ir import Json, Module

NOTED = ("pointer", "before", "after", "why")


def entry_of(module: Module, example: Json) -> dict[str, Any]:
    """Return a model's entry with its normalised schemas and an example that they take."""
    model = module.model
    entry = {
        "model_id": model.model_id,
        "display_name": model.display_name,
        "description": model.description,
        "kind": model.kind,
        "categories": list(model.categories),
        "base_price_usd": model.base_price_usd,
        "price_unit": model.price_unit,
        "pricing_note": model.pricing_note,
        "source_url": model.source_url,
        "deprecated": model.deprecated,
        "example": example,
        "notes": [
            {name: getattr(note, name) for name in NOTED}
            for note in model.notes
            if note.severity == "warning"
        ],
    }
    known = {key: value for key, value in entry.items() if value not in (None, "", [])}
    return known | {
        "input_schema": model.input_schema,
        "output_schema": model.output_schema,
    }
