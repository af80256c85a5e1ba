"""Lay the overlay over the stored model, and read its fields.

Before: `{"display_name": null, …}` and an overlay (JSON Merge Patch, RFC 7396).
After: a Model, with no null where text belongs.
"""

import re
from collections.abc import Mapping

from runcomfy_codegen.ir import Json, Model, Note, Problem, StoredModel
from runcomfy_codegen.normalise.overlay_checks import overlay_notes, overlay_problems
from runcomfy_codegen.normalise.overlay_record import patch_of
from runcomfy_codegen.schema.keywords import FLAGS, NO_FLAGS
from runcomfy_codegen.schema.merge_patch import merge_patch

PAGE = re.compile(r"https?://[^\s<>\"']+")

DEPRECATED = "This model is deprecated."
"""What is said of a model that is flagged, without a reason."""


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
        deprecated=_deprecation(entry),
        notes=notes,
        problems=problems,
    )


def _deprecation(entry: Mapping[str, Json]) -> str:
    """Return why a model is not to be used any more; empty for one that may be.

    It is the entry that says so, or the root of its input, by a flag or in words.
    """
    for said in (entry.get("deprecated"), entry["input_schema"].get("deprecated")):
        text = said.strip() if isinstance(said, str) else ""
        if said is True or text.lower() in FLAGS:
            return DEPRECATED
        if text and text.lower() not in NO_FLAGS:
            return text
    return ""


def _page_of(entry: Mapping[str, Json]) -> str:
    """Return where a model is described: what a page said, or else the catalogue.

    The catalogue calls it `model_url`, which need not be a URL to be stored.
    """
    for key in ("source_url", "model_url"):
        url = entry.get(key)
        if isinstance(url, str) and PAGE.fullmatch(url):
            return url
    return ""
