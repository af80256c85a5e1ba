"""Apply a JSON Merge Patch (RFC 7396)."""

from runcomfy_codegen.ir import Json
from runcomfy_codegen.schema.parts import object_of


def merge_patch(target: Json, patch: Json) -> Json:
    """Return a JSON value patched as RFC 7396 says; neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(object_of(target))
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
