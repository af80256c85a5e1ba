"""What stands in a journal is read by whoever gets the file: links are cut. Pure.

The query of a link to a result may be what opens it, like a password. A job's links can
be asked for again by its request_id, so the journal has no need of them.
"""

from __future__ import annotations

import re

_LINK = re.compile(
    r"(?P<head>[a-z][a-z0-9+.-]*://)(?P<rest>[^\s\"'<>]*)", re.IGNORECASE
)


def without_queries(value: object) -> object:
    """Return a JSON value whose links have neither query, fragment nor password."""
    match value:
        case str():
            return cut(value)
        case list():
            return [without_queries(item) for item in value]
        case dict():
            return {key: without_queries(item) for key, item in value.items()}
    return value


def cut(text: str) -> str:
    """Return a text with the links in it cut."""
    return _LINK.sub(_cut_link, text) if "://" in text else text


def _cut_link(match: re.Match[str]) -> str:
    rest = re.split(r"[?#]", match["rest"], maxsplit=1)[0]
    host, slash, path = rest.partition("/")
    return match["head"] + host.rpartition("@")[2] + slash + path
