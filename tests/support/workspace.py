"""A model to generate from, and the types of what tests call."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Run = Callable[..., Result]
Store = Callable[..., Path]

PAINT: dict[str, Any] = {
    "model_id": "acme/paint-1.5/edit",
    "display_name": "Paint",
    "description": "Paints over a picture.",
    "input_schema": {
        "type": "object",
        "required": ["prompt"],
        "properties": {
            "prompt": {"type": "string", "default": "A cat"},
            "strength": {"type": "float", "minimum": 0, "maximum": 1, "default": 0.5},
        },
    },
}
