"""The words of a catalogue entry, for help pages that are to be quick: imports nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def deprecation(entry: Mapping[str, Any]) -> str:
    """Return why an entry says not to use its model any more; empty if it does not.

    The service may write a flag where we write words.
    """
    said = entry.get("deprecated")
    text = text_of(entry, "deprecated")
    is_flag = said is True or text.casefold() in ("true", "yes", "1")
    if is_flag:
        return "This model is deprecated."
    return "" if text.casefold() in ("false", "no", "0", "none", "null") else text


def text_of(entry: Mapping[str, Any], key: str) -> str:
    """Return a text of an entry, without spaces around; empty where there is none."""
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""
