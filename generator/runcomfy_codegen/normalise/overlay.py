"""Lay the overlay over the stored model, and read its fields.

Before: `{"display_name": null, …}` and an overlay (JSON Merge Patch, RFC 7396).
After: a Model, with no null where text belongs.
"""

import re
from collections.abc import Mapping

from runcomfy_codegen.ir import Json, Model, Note, Problem, StoredModel
from runcomfy_codegen.normalise.overlay_checks import overlay_notes, overlay_problems
from runcomfy_codegen.normalise.overlay_record import patch_of
from runcomfy_codegen.schema.merge_patch import merge_patch

PAGE = re.compile(r"https?://[^\s<>\"']+")


def apply_overlay(stored: StoredModel) -> Model:
    """Return the model that a stored file and its overlay describe."""
    entry: Mapping[str, Json] = stored.entry
    notes: tuple[Note, ...] = ()
    problems: tuple[Problem, ...] = ()
    if stored.overlay is not None:
        notes = tuple(overlay_notes(stored, stored.overlay))
        problems = tuple(overlay_problems(stored, stored.overlay))
        entry = merge_patch(dict(entry), patch_of(stored.overlay))
    return Model(
        path=stored.path,
        overlay=stored.overlay,
        overlay_path=stored.overlay_path,
        model_id=stored.entry["model_id"],
        display_name=entry.get("display_name") or "",
        description=entry.get("description") or "",
        kind=entry.get("kind") or "",
        categories=tuple(entry.get("categories") or ()),
        base_price_usd=entry.get("base_price_usd"),
        price_unit=entry.get("price_unit") or "",
        pricing_note=entry.get("pricing_note") or "",
        source_url=_page_of(entry),
        example=entry.get("example"),
        input_schema=entry["input_schema"],
        output_schema=entry.get("output_schema") or {},
        notes=notes,
        problems=problems,
    )


def _page_of(entry: Mapping[str, Json]) -> str:
    """Return where a model is described: what a page said, or else the catalogue.

    The catalogue calls it `model_url`, which need not be a URL to be stored.
    """
    for key in ("source_url", "model_url"):
        url = entry.get(key)
        if isinstance(url, str) and PAGE.fullmatch(url):
            return url
    return ""
