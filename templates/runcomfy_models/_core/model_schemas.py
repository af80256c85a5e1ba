"""The schemas of this package's models, read when one is needed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any


@lru_cache(maxsize=64)
def input_schema(model_id: str) -> Any:
    """Return the normalised schema of a model's input; None for an unknown model."""
    import json
    from importlib.resources import files

    from .._catalogue import MODELS

    if model_id not in MODELS:
        return None
    vendor, module = MODELS[model_id]
    package = __name__.partition("._core")[0]
    file = files(package).joinpath("_schemas", vendor, f"{module}.json")
    return json.loads(file.read_text("utf-8")).get("input_schema")
