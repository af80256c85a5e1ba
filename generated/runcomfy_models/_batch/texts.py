"""The long texts of a body, kept once by their content, beside it. Pure.

A file that is given in the place of a URL is a `data:` URI in a journal, so that it can be
sent when the file is gone. A thousand jobs of one picture of 5 MB would be 7 GB, and each
look at their bodies as much. So a long one is taken out of its body. What is left is `@`,
with which no JSON begins, and the JSON of `{"body": …, "texts": [[place, digest], …]}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from .._core.outgoing import values_in, with_values

LONGEST = 16 * 1024
"""Characters of a `data:` URI that stays in its body."""
MARK = "@"


def take_out(body: dict[str, Any], text: str) -> tuple[str, dict[str, str]]:
    """Return a body as it is stored, and its long texts as JSON, by their digests.

    `text` is the body as JSON: stored as it is, if it has none.
    """
    if len(text) <= LONGEST:
        return text, {}
    texts: dict[str, str] = {}
    places: list[tuple[tuple[str | int, ...], str]] = []
    for place, value in values_in(body, ()):
        if isinstance(value, str) and len(value) > LONGEST:
            long = json.dumps(value)
            digest = sha256(long.encode()).hexdigest()
            texts[digest] = long
            places.append((place, digest))
    if not texts:
        return text, {}
    kept = {
        "body": with_values(body, (), {place: None for place, _ in places}),
        "texts": places,
    }
    return MARK + json.dumps(kept, allow_nan=False, separators=(",", ":")), texts


def digests_in(stored: str) -> list[str]:
    """Return the digests of the texts that a stored body lacks."""
    if not stored.startswith(MARK):
        return []
    return sorted({digest for _, digest in json.loads(stored[1:])["texts"]})


def put_back(stored: str, texts: Mapping[str, str]) -> str:
    """Return a body as JSON, with the texts that were taken out of it."""
    if not stored.startswith(MARK):
        return stored
    kept = json.loads(stored[1:])
    values = {}
    for place, digest in kept["texts"]:
        values[tuple(place)] = json.loads(texts[digest])
    return json.dumps(with_values(kept["body"], (), values), separators=(",", ":"))
