"""Fetch over HTTP: bounded in size and time, and with the token to one origin alone."""

import http.client
import os
import re
import string
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import OpenerDirector

from runcomfy_codegen.errors import UsageError
from runcomfy_codegen.metering import Budget, OverBudgetError, OverdueError, opener

TOKEN_VARIABLES = ("RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY")
BASE_URL_VARIABLE = "RUNCOMFY_BASE_URL"
DEFAULT_BASE_URL = "https://model-api.runcomfy.net"
TIMEOUT = 30.0
"""Seconds of silence after which a server is given up."""
DEADLINE = 120.0
"""Seconds after which an answer must be whole."""
PIECE = 64 * 1024
PASSING = (408, 425, 429)
"""Statuses below 500 after which the same request may be answered."""
REDIRECTS = (301, 302, 303, 307, 308)
MAX_REDIRECTS = 10


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
        url = base_url or environment.get(BASE_URL_VARIABLE) or DEFAULT_BASE_URL
        return cls(_checked_base(url.strip()), _checked_token(environment))

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers for a URL: the token is for the service's origin alone."""
        if self.token and origin(url) == origin(self.base_url):
            return {"Authorization": f"Bearer {self.token}"}
        return {}

    def redact(self, text: str) -> str:
        """Return a text without the token in it."""
        return text.replace(self.token, "***") if self.token else text


def _checked_base(url: str) -> str:
    """Return a base URL without what each call adds. Raises UsageError."""
    fix = f"give one such as {DEFAULT_BASE_URL}"
    if not _is_url(url) or re.search("[?#]", url):
        raise UsageError(url, "is not an http(s) URL", fix)
    if "@" in urlsplit(url).netloc:
        raise UsageError("the base URL", "holds a user name or password", fix)
    return url.rstrip("/").removesuffix("/v1").rstrip("/")


def _checked_token(environment: Mapping[str, str]) -> str:
    """Return the token that an environment holds; empty without one. Raises UsageError."""
    for variable in TOKEN_VARIABLES:
        token = environment.get(variable, "")
        if not token:
            continue
        if re.fullmatch(r"[!-~]*", token.strip()) is None:
            what = "holds a space, a line break or a character that is not ASCII"
            fix = "copy the token again, without the word Bearer"
            raise UsageError(f"the token in {variable}", what, fix)
        return token.strip()
    return ""


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


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port of a URL."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", port


def fetch(
    url: str,
    service: Service,
    most: int,
    timeout: float = TIMEOUT,
    deadline: float = DEADLINE,
) -> bytes:
    """Return what a URL answers, of at most so many bytes. Raises FetchError.

    Redirects are followed to http(s) URLs alone, and to another origin only without a
    token. `timeout` is of silence, in seconds; `deadline` is of the whole, with every
    redirect and header.
    """
    budget = Budget(most, timeout, deadline)
    opening = opener(budget)
    for _ in range(MAX_REDIRECTS + 1):
        found = _fetch_once(url, service, opening, budget)
        if isinstance(found, bytes):
            return found
        url = _redirected(url, found.location, service)
    raise FetchError(f"it redirects more than {MAX_REDIRECTS} times")


@dataclass(frozen=True, slots=True)
class _Redirect:
    """Where an answer sends on to."""

    location: str


def _fetch_once(
    url: str, service: Service, opening: OpenerDirector, budget: Budget
) -> bytes | _Redirect:
    """Return what a URL answers, or where it redirects to. Raises FetchError."""
    if not _is_url(url):
        raise FetchError("is not an http(s) URL")
    headers = {"Accept": "*/*", "User-Agent": "runcomfy-codegen"}
    request = urllib.request.Request(url, headers=headers | service.headers(url))
    try:
        with opening.open(request, timeout=budget.timeout) as response:
            return _read(response, budget.most)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in REDIRECTS and "Location" in error.headers:
                return _Redirect(str(error.headers["Location"]))
            raise _refused(error) from None
    except OverBudgetError:
        raise _too_large(budget.most) from None
    except OverdueError:
        what = f"the answer took more than {budget.deadline:.0f} s"
        raise FetchError(what, again=True) from None
    except http.client.HTTPException as error:
        what = f"no whole answer came ({type(error).__name__})"
        raise FetchError(what, again=True) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise FetchError(f"no answer came: {reason}", again=True) from error


def _read(response: Any, most: int) -> bytes:
    """Return the content of an answer, piece by piece."""
    content = bytearray()
    while piece := response.read1(PIECE):
        content += piece
        if len(content) > most:
            raise _too_large(most)
    if response.length:  # read1 ends quietly where a connection breaks off
        raise FetchError("the answer breaks off", again=True)
    return bytes(content)


def _too_large(most: int) -> TooLargeError:
    return TooLargeError(f"the answer is larger than {most // 2**20} MiB")


def _redirected(url: str, location: str, service: Service) -> str:
    """Return the URL that a redirect leads to. Raises FetchError where we do not go."""
    try:
        target = urljoin(url, quote(location.strip(), safe=string.punctuation))
    except ValueError:
        target = location
    if not _is_url(target):
        raise FetchError(f"it redirects to {target[:200]!r}, which is not http(s)")
    leaves_origin = origin(target) != origin(url)
    if leaves_origin and service.headers(url):
        raise FetchError(f"it redirects to {target}, where the token does not go")
    return target


def _refused(error: urllib.error.HTTPError) -> FetchError:
    """Return the error of an answer that says no."""
    try:
        body = error.read(PIECE)
    except (OSError, http.client.HTTPException, OverBudgetError, OverdueError):
        body = b""
    again = error.code in PASSING or error.code >= 500
    refused = FetchError(f"HTTP {error.code}", again, error.code, body)
    refused.wait = _retry_after(error.headers)
    return refused


def _retry_after(headers: Message) -> float | None:
    """Return the seconds that a server asks to wait; a date is left to our own pace."""
    text = str(headers.get("Retry-After", "")).strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _is_url(text: str) -> bool:
    """Whether a text is an http(s) URL, and has nothing that a request cannot hold."""
    if not text.isprintable() or re.search(r"\s", text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port  # it raises when it is read
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https")
    return is_web and bool(parts.hostname)
