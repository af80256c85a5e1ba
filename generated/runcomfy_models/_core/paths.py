"""The paths of the API's calls, and what can stand in them. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..errors import ConfigurationError
from .incoming import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .secret import Secret

LONGEST_REQUEST_ID = 256
REQUEST_IN_URL = re.compile(r"/requests/([^/?#\s]+)")
LINKS = ("status_url", "result_url", "cancel_url")
LINK_HEADERS = ("location", "content-location")
ECHOES = ("input", "ctx")
"""What an answer repeats of the request."""
DEEPEST_ID = 20


def model_path(model_id: str) -> str:
    """Return the path of a model; the slashes of its id are path segments."""
    segments = model_id.split("/")
    if any(segment in ("", ".", "..") for segment in segments):
        raise ConfigurationError(
            f"{model_id!r} is not a model_id such as 'vendor/model/variant'."
        )
    return "/v1/models/" + "/".join(quote(segment, safe="") for segment in segments)


def request_path(request_id: str, action: str) -> str:
    """Return the path of a job's `status`, `result` or `cancel`."""
    return f"/v1/requests/{quote(request_id, safe='')}/{action}"


def clean_request_id(value: object) -> str | None:
    """Return a request_id that can stand in a path and in a line of a log, or None."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**40:
        value = str(value)
    if not isinstance(value, str):
        return None
    value = value.strip()
    if value in ("", ".", "..", "***") or len(value) > LONGEST_REQUEST_ID:
        return None
    return value if value.isprintable() and "***" not in value else None


def request_id_in(body: object, status_code: int = 200) -> str | None:
    """Return the request_id that a body names: the one least deep, else that of a link.

    A 429 starts nothing: what it names inside is what the call is traced by.
    """
    linked = None
    level = [body]
    for _ in range(1 if status_code == 429 else DEEPEST_ID):
        below: list[object] = []
        for value in level:
            if isinstance(value, list):
                below += value
            elif isinstance(value, dict):
                found = clean_request_id(value.get("request_id"))
                if found is not None:
                    return found
                if status_code != 429:
                    linked = linked or _linked([value.get(name) for name in LINKS])
                below += [inner for key, inner in value.items() if key not in ECHOES]
        level = below
    return linked


def request_id_in_headers(
    headers: Mapping[str, str], status_code: int = 200
) -> str | None:
    """Return the request_id that an answer's links lead to, unless it is a refusal."""
    if 300 <= status_code < 500 and status_code != 303:
        return None
    return _linked([headers.get(name) for name in LINK_HEADERS])


def _linked(links: list[object]) -> str | None:
    """Return the request_id in the first of these URLs that has one."""
    for link in links:
        found = REQUEST_IN_URL.search(link) if isinstance(link, str) else None
        if found is not None:
            return clean_request_id(found[1])
    return None


def shown_url(url: str, secret: Secret | None = None) -> str:
    """Return a URL as it may be shown: a query or a password may be a secret."""
    if url[:5].lower() == "data:":
        return f"{shown(url[:30])}…"
    bare = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return shown(
        scheme + separator + host.rpartition("@")[2] + slash + path,
        secret,
        longest=200,
    )
