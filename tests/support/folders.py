"""Schema folders in memory, and what changed between two of them."""

import json
from typing import Any

from runcomfy_codegen.app.compare import Comparison, compare_folders
from runcomfy_codegen.store.folder import Folder

Entry = dict[str, Any]


def entry(model_id: str = "acme/paint", **changes: Any) -> Entry:
    schema = {"type": "object", "properties": {}}
    return {
        "model_id": model_id,
        "input_schema": schema,
        "output_schema": schema,
        **changes,
    }


def folder(
    *entries: Entry,
    names: Any = None,
    retired: Any = None,
    overlays: dict[str, Any] | None = None,
) -> Folder:
    files = {f"{each['model_id']}.json": json.dumps(each).encode() for each in entries}
    for model_id, overlay in (overlays or {}).items():
        files[f"{model_id}.overlay.json"] = json.dumps(overlay).encode()
    return Folder(files, names or {}, retired or {}, ())


def compared(old: Folder, new: Folder) -> Comparison:
    found = compare_folders(old, new, frozenset({"models"}))
    assert not found.old_problems
    assert not found.new_problems
    return found
