"""Which endpoint a method and a path mean. Pure; knows no models and no jobs."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

from .messages import APIError

Endpoint = Literal[
    "submit", "status", "result", "cancel", "catalogue", "media", "balance"
]
ENDPOINTS: tuple[Endpoint, ...] = (
    "submit",
    "status",
    "result",
    "cancel",
    "catalogue",
    "media",
    "balance",
)

_CATALOGUE = "/v1/models"
_BALANCE = "/prod/v2/balance"
_REQUEST = re.compile(r"/v1/requests/([^/]+)/(status|result|cancel)")
_MEDIA = re.compile(r"/media/([0-9a-f-]{36})/(\d{1,4})\.(png|mp4|wav)")


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint and what it is about.

    `subject` is the model_id (submit; catalogue, where one entry is meant), the
    request_id, or "".
    """

    endpoint: Endpoint
    subject: str = ""
    index: int = 0
    extension: str = ""


def route(method: str, path: str) -> Route:
    """Return the route of a request; raise `APIError` (404 or 405) if none fits."""
    if path == _CATALOGUE:
        return _allow(method, "GET", Route("catalogue"))
    if path.startswith(_CATALOGUE + "/"):
        model_id = _model_id(path[len(_CATALOGUE) + 1 :])
        if method == "POST":
            return Route("submit", model_id)
        return _allow(method, "GET", Route("catalogue", model_id))
    if path == _BALANCE:
        return _allow(method, "GET", Route("balance"))
    if match := _REQUEST.fullmatch(path):
        request_id, verb = unquote(match[1]), match[2]
        if verb == "cancel":
            return _allow(method, "POST", Route("cancel", request_id))
        return _allow(
            method, "GET", Route("status" if verb == "status" else "result", request_id)
        )
    if match := _MEDIA.fullmatch(path):
        verb = "GET" if method == "HEAD" else method
        return _allow(verb, "GET", Route("media", match[1], int(match[2]), match[3]))
    raise APIError(404, 404001, "There is nothing at this path.")


def _model_id(encoded: str) -> str:
    """Decode the path's segments. An encoded slash stays encoded: it separates none."""
    return "/".join(unquote(part).replace("/", "%2F") for part in encoded.split("/"))


def _allow(method: str, allowed: str, found: Route) -> Route:
    if method != allowed:
        raise APIError(405, 405001, f"This path answers {allowed} only.")
    return found
