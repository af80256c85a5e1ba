"""What a model is, without its classes: `ModelInfo`. No I/O, and no pydantic, in here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from .entry_words import deprecation, text_of

__all__ = ["KINDS", "ModelInfo", "read_info"]

KINDS = ("text", "image", "video", "audio")
"""What a model may take, and make."""
MEDIA = KINDS[1:]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model, as the package or the service's catalogue lists it.

    The texts are strangers': escape them before they are shown as anything but text.
    """

    model_id: str
    """The model's name at the service, e.g. `blackforestlabs/flux-2/pro/edit`."""
    display_name: str = ""
    description: str = ""
    description_source: str = ""
    """Whose words those are: `published` by the service, or `derived` from the schema."""
    kind: str = ""
    """How it is executed: `model`, `workflow` or `inference`."""
    categories: tuple[str, ...] = ()
    """Its tasks, e.g. `image-to-video`."""
    takes: tuple[str, ...] = ()
    """Of `text`, `image`, `video` and `audio`, what its input may hold."""
    makes: tuple[str, ...] = ()
    """Of the same, what it makes."""
    vendor: str = ""
    """The package of its module; empty for a model that this package does not have."""
    module: str = ""
    """Its module's name; empty likewise."""
    base_price_usd: Decimal | None = None
    """The price as it was published last; `client.price` reads the one of now."""
    price_unit: str = ""
    """What the price is for: a `second` or an `output`."""
    pricing_note: str = ""
    """What else changes the price, in words."""
    source_url: str = ""
    """The model's page."""
    deprecated: str = ""
    """Why not to use it any more, in words; empty for one that may be used."""
    entry: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)
    """The whole catalogue entry, where it was read from the service; else empty."""


def read_info(
    entry: Mapping[str, Any], vendor: str = "", module: str = ""
) -> ModelInfo | None:
    """Return what an entry of the service's catalogue says; None if it names no model.

    Nothing else of it is needed: what is missing or malformed is left empty.
    """
    model_id = text_of(entry, "model_id")
    if not model_id:
        return None
    categories = entry.get("categories")
    names = categories if isinstance(categories, list) else []
    tasks = tuple(name for name in names if isinstance(name, str))
    taken = _kinds_in(entry.get("input_schema"))
    return ModelInfo(
        model_id=model_id,
        display_name=text_of(entry, "display_name"),
        description=text_of(entry, "description"),
        description_source="published" if text_of(entry, "description") else "",
        kind=text_of(entry, "kind"),
        categories=tasks,
        takes=taken,
        makes=_made(model_id, tasks, taken, _kinds_in(entry.get("output_schema"))),
        vendor=vendor,
        module=module,
        base_price_usd=_price(entry.get("base_price_usd")),
        price_unit=text_of(entry, "price_unit"),
        pricing_note=text_of(entry, "pricing_note"),
        source_url=text_of(entry, "source_url") or text_of(entry, "model_url"),
        deprecated=deprecation(entry),
        entry=entry,
    )


def _price(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        price = Decimal(str(value))
    except InvalidOperation:
        return None
    return price if price.is_finite() and price >= 0 else None


def _kinds_in(schema: object) -> tuple[str, ...]:
    """Return the kinds that a schema's values may be, published or normalised."""
    found: set[str] = set()
    pending = [schema]
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            found |= _kinds_of(value)
            pending += value.values()
    return tuple(kind for kind in KINDS if kind in found)


def _kinds_of(schema: dict[str, Any]) -> set[str]:
    """Return what one schema says itself: its medium, or that it is a text."""
    named = (schema.get("x-media"), str(schema.get("format")).partition("_uri")[0])
    media = {kind for kind in MEDIA if kind in named}
    if not media and schema.get("type") == "string" and "enum" not in schema:
        return set() if "const" in schema else {"text"}
    return media


def _made(
    model_id: str,
    tasks: tuple[str, ...],
    taken: tuple[str, ...],
    returned: tuple[str, ...],
) -> tuple[str, ...]:
    """Return what a model makes: what its task or id says, else all it may return.

    The service publishes one output block for all models, so the words come first.
    """
    words = [*tasks, *reversed(model_id.split("/")[1:])]
    for word in words:
        said = word.rpartition("-to-")[2].replace("_", "-").replace(" ", "-").split("-")
        made = tuple(kind for kind in MEDIA if kind in said)
        if made:
            return made
    edited = taken if "edit" in words else ()
    return tuple(kind for kind in MEDIA if kind in (edited or returned))
