"""The media in a request body: which of its texts name a local file. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .dialect import Path, Reader, Schema

NAMES_A_PLACE = ("http://", "https://", "data:")


def replace_files(
    reader: Reader, fields: dict[str, Any], open_file: Callable[[str], Any]
) -> tuple[dict[str, Any], dict[Path, str]]:
    """Return the fields with each name of a local file as what `open_file` makes of it.

    Also why it could make nothing of some, by their place. What only looks like a medium
    by its field's name is left as it is then.
    """
    lost: dict[Path, str] = {}

    def walk(value: Any, schema: Schema, path: Path) -> Any:
        if isinstance(value, dict):
            return {
                k: walk(v, reader.at((*path, k)), (*path, k)) for k, v in value.items()
            }
        if isinstance(value, list):
            items = reader.items(schema) or {}
            return [walk(v, items, (*path, i)) for i, v in enumerate(value)]
        if not is_file_name(reader, schema, value, path):
            return value
        try:
            return open_file(value)
        except (OSError, ValueError) as error:
            if reader.medium(schema):
                lost[path] = getattr(error, "strerror", None) or str(error)
        return value

    found = {k: walk(v, reader.at((k,)), (k,)) for k, v in fields.items()}
    return found, lost


def is_file_name(reader: Reader, schema: Schema, value: object, path: Path) -> bool:
    """Tell whether a value is a text that should be a local file's name."""
    if not isinstance(value, str) or value.lower().startswith(NAMES_A_PLACE):
        return False
    names = [part for part in path if isinstance(part, str)]
    is_medium = bool(reader.medium(schema, names[-1] if names else ""))
    is_local = "://" not in value or value.lower().startswith("file:")
    return is_medium and value not in reader.choices(schema) and is_local
