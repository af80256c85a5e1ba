"""Typing a request body as flags, by the rules that the guide gives, and no other code."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def typed(body: Mapping[str, Any], schema: Mapping[str, Any]) -> list[str]:
    """Return the words that a person would type for a body."""
    words: list[str] = []
    for name, value in body.items():
        words += _field(
            name.replace("_", "-"), value, schema["properties"].get(name, {})
        )
    return words


def _field(flag: str, value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, bool):
        yield f"--{flag}" if value else f"--no-{flag}"
    elif isinstance(value, list) and value and schema.get("type") == "array":
        for index, item in enumerate(value):
            if isinstance(item, dict):
                for name, inner in item.items():
                    yield from _field(
                        f"{flag}.{index}.{name.replace('_', '-')}", inner, {}
                    )
            else:
                yield from (f"--{flag}", _text(item))
    elif isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _field(f"{flag}.{name.replace('_', '-')}", inner, {})
    else:
        yield from (f"--{flag}", _text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
