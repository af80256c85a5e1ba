"""Lay the overlay over the stored model, and read its fields.

Before: `{"display_name": null, …}` and an overlay (JSON Merge Patch, RFC 7396).
After: a Model, with no null where text belongs.
"""

from runcomfy_codegen.ir import Json, Model, StoredModel


def apply_overlay(stored: StoredModel) -> Model:
    """Return the model that a stored file and its overlay describe."""
    entry = stored.entry
    if stored.overlay is not None:
        entry = merge_patch(dict(entry), stored.overlay)
    return Model(
        path=stored.path,
        overlay=stored.overlay,
        overlay_path=stored.overlay_path,
        model_id=entry["model_id"],
        display_name=entry.get("display_name") or "",
        description=entry.get("description") or "",
        kind=entry.get("kind") or "",
        categories=tuple(entry.get("categories") or ()),
        base_price_usd=entry.get("base_price_usd"),
        price_unit=entry.get("price_unit") or "",
        pricing_note=entry.get("pricing_note") or "",
        source_url=entry.get("source_url") or "",
        example=entry.get("example"),
        input_schema=entry["input_schema"],
        output_schema=entry.get("output_schema") or {},
    )


def merge_patch(target: Json, patch: Json) -> Json:
    """Return a JSON value patched as RFC 7396 says; neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged
