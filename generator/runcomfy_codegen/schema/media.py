"""What is a medium: where a schema says so, and which texts are URLs of one."""

import re
from typing import get_args

from runcomfy_codegen.ir import MediaKind, Schema
from runcomfy_codegen.schema.keywords import VALUES

MEDIUM = "x-media"
"""The keyword that marks a medium, or a list of media."""

URL = re.compile(r"https?://[^\s/]|data:[^\s,]*,\S", re.IGNORECASE)
"""How each text begins that the service may be able to fetch, or to decode."""


def is_url(text: str) -> bool:
    """Whether a text may be the URL of a medium."""
    return URL.match(text) is not None


def url_schema(kind: MediaKind) -> Schema:
    """Return the schema of the URL of a medium."""
    return {"type": "string", "format": "uri", MEDIUM: kind}


def medium_of(schema: Schema) -> MediaKind | None:
    """Return which medium a text is the URL of; None where it is another text."""
    kind = schema.get(MEDIUM)
    if kind not in get_args(MediaKind) or not VALUES.isdisjoint(schema):
        return None
    is_text = schema.get("type") in ("string", ["string"], ["string", "null"])
    return kind if is_text else None
