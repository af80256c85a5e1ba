"""The paths of the API's calls, and what can stand in them. Pure."""

from __future__ import annotations

from urllib.parse import quote

from ..errors import ConfigurationError
from .incoming import shown

LONGEST_REQUEST_ID = 256


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


def shown_url(url: str) -> str:
    """Return a URL as it may be shown: a query or a password may be a secret."""
    if url[:5].lower() == "data:":
        return f"{shown(url[:30])}…"
    bare = url.partition("?")[0].partition("#")[0]
    scheme, separator, rest = bare.partition("://")
    host, slash, path = rest.partition("/")
    return shown(
        scheme + separator + host.rpartition("@")[2] + slash + path, longest=200
    )
