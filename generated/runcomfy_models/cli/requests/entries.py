"""Reading the entry of a model that the package has. Imports little: a Tab waits for it."""

import json
import os
from typing import Any

from ..._catalogue import MODELS


def packaged_entry(model_id: str) -> dict[str, Any]:
    """Return the normalised entry of a model of this package; KeyError for another."""
    vendor, module = MODELS[model_id]
    cli = os.path.dirname(os.path.dirname(__file__))
    package = os.path.dirname(cli)
    path = os.path.join(package, "_schemas", vendor, f"{module}.json")
    with open(path, encoding="utf-8") as file:
        entry: dict[str, Any] = json.load(file)
    return entry
