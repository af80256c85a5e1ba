"""Reads what the service publishes, a page or catalogue entries, as stored models.

Nothing is normalised here: schemas stay as published, in the order of their keys.
"""

from dataclasses import dataclass
from typing import Any

from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.reader.catalogue import is_json, read_document
from runcomfy_codegen.reader.markup import is_html, read_html
from runcomfy_codegen.reader.page import read_page
from runcomfy_codegen.reader.source import SourceText
from runcomfy_codegen.schema.parts import picked, without

__all__ = ["Read", "read_bytes", "read_source"]

_KEY_ORDER = (
    "model_id",
    "display_name",
    "description",
    "kind",
    "categories",
    "base_price_usd",
    "price_unit",
    "pricing_note",
    "source_url",
    "deprecated",
    "example",
    "input_schema",
    "output_schema",
)


@dataclass(frozen=True)
class Read:
    """What one source gave: stored models in order of publication, and what is wrong."""

    entries: list[dict[str, Any]]
    errors: tuple[SourceError, ...] = ()


def read_bytes(data: bytes, origin: str) -> str:
    """Decode the bytes of a file: UTF-8, with or without a byte order mark.

    Raises SourceError, with the line, for any other encoding.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        what = "UTF-16, not UTF-8" if wide else f"not UTF-8: {error.reason}"
        raise SourceError(f"{origin}:{line}", what, "save it as UTF-8") from error


def read_source(text: str, origin: str, source_url: str | None = None) -> Read:
    """Read a page's text or HTML, a catalogue entry, or a list or response of them.

    `source_url` is where a page or a single entry came from, unless the entry says
    so itself. A broken page gives no entry and one error; a broken entry of a list
    gives an error, beside the good ones.
    """
    try:
        entries, errors = _read(SourceText.of(text, origin), source_url)
    except SourceError as error:
        return Read([], (error,))
    return Read([_ordered(entry) for entry in entries], tuple(errors))


def _read(
    source: SourceText, source_url: str | None
) -> tuple[list[dict[str, Any]], list[SourceError]]:
    """Return the entries of a source, and the errors of the broken ones."""
    if is_json(source.text):
        return read_document(source, source_url)
    if is_html(source.text):
        source, canonical = read_html(source)
        source_url = source_url or canonical
    entry = read_page(source)
    if source_url:
        entry["source_url"] = source_url
    return [entry], []


def _ordered(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry with the keys that we know before all others."""
    return {**picked(entry, _KEY_ORDER), **without(entry, *_KEY_ORDER)}
