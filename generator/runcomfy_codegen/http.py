"""Fetch over HTTP: bounded in size and time, and with the token to one origin alone."""

import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any
from urllib.parse import urlsplit

from runcomfy_codegen.errors import UsageError

TOKEN_VARIABLES = ("RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY")
BASE_URL_VARIABLE = "RUNCOMFY_BASE_URL"
DEFAULT_BASE_URL = "https://model-api.runcomfy.net"
TIMEOUT = 30.0
"""Seconds of silence after which a server is given up."""
DEADLINE = 120.0
"""Seconds after which an answer must be whole."""
PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service is, and the token for it."""

    base_url: str
    """Without a trailing slash or /v1."""
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, base_url: str | None, environment: Mapping[str, str]) -> "Service":
        """Return the service that was named, or else that of the environment.

        Raises UsageError for what is not a URL, or not a token.
        """
        text = base_url or environment.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
        text = text.strip()
        fix = f"give one such as {DEFAULT_BASE_URL}"
        if not _is_url(text) or "?" in text or "#" in text:
            raise UsageError(text, "is not an http(s) URL", fix)
        if "@" in urlsplit(text).netloc:
            raise UsageError("the base URL", "holds a user name or password", fix)
        variable = next((v for v in TOKEN_VARIABLES if environment.get(v)), "")
        token = environment.get(variable, "").strip()
        if not all("!" <= character <= "~" for character in token):
            what = "holds a space, a line break or a character that is not ASCII"
            fix = "copy the token again, without the word Bearer"
            raise UsageError(f"the token in {variable}", what, fix)
        return cls(text.rstrip("/").removesuffix("/v1").rstrip("/"), token)

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers for a URL: the token is for the service's origin alone."""
        if self.token and origin(url) == origin(self.base_url):
            return {"Authorization": f"Bearer {self.token}"}
        return {}

    def redact(self, text: str) -> str:
        """Return a text without the token in it."""
        return text.replace(self.token, "***") if self.token else text


def from_environment() -> Service:
    """Return the service that the environment names. Raises as `Service.of` does."""
    return Service.of(None, os.environ)


class FetchError(Exception):
    """A request that gave no whole answer. `again` tells whether another one may."""

    def __init__(
        self, what: str, again: bool = False, status: int = 0, body: bytes = b""
    ) -> None:
        self.what, self.again, self.status, self.body = what, again, status, body
        self.wait: float | None = None
        """Seconds that the server asked to wait."""
        super().__init__(what)


class TooLargeError(FetchError):
    """An answer of more bytes than were asked for at most."""


class _SameOrigin(urllib.request.HTTPRedirectHandler):
    """Follows redirects within an origin; from one to another, only without a token."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:
        if req.has_header("Authorization") and origin(newurl) != origin(req.full_url):
            fp.close()
            raise FetchError(f"it redirects to {newurl}, where the token does not go")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port


def fetch(url: str, service: Service, most: int) -> bytes:
    """Return what a URL answers, of at most so many bytes. Raises FetchError."""
    if not _is_url(url):
        raise FetchError("is not an http(s) URL")
    headers = {"Accept": "*/*", "User-Agent": "runcomfy-codegen"}
    request = urllib.request.Request(url, headers=headers | service.headers(url))
    opener = urllib.request.build_opener(_SameOrigin)
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return _read(response, most)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(error) from None
    except http.client.HTTPException as error:
        what = f"no whole answer came ({type(error).__name__})"
        raise FetchError(what, again=True) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"no answer came: {reason}", again=True) from error


def _read(response: Any, most: int) -> bytes:
    content = bytearray()
    started = time.monotonic()
    while piece := response.read1(PIECE):
        content += piece
        if len(content) > most:
            raise TooLargeError(f"the answer is larger than {most // 2**20} MiB")
        if time.monotonic() - started > DEADLINE:
            raise FetchError(f"the answer took more than {DEADLINE:.0f} s", again=True)
    if response.length:  # read1 ends quietly where a connection breaks off
        raise FetchError("the answer breaks off", again=True)
    return bytes(content)


def _refused(error: urllib.error.HTTPError) -> FetchError:
    again = error.code in (408, 425, 429) or error.code >= 500
    try:
        body = error.read(PIECE)
    except (OSError, http.client.HTTPException):
        body = b""
    refused = FetchError(f"HTTP {error.code}", again, error.code, body)
    refused.wait = _retry_after(error.headers)
    return refused


def _retry_after(headers: Message) -> float | None:
    text = str(headers.get("Retry-After", "")).strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    spaced = any(c.isspace() or not c.isprintable() for c in text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not spaced
