"""What the sync and the async wire share: requests, failures, the log line.

A wire performs commands, and is the only place that touches the network. It decides
nothing: no retries and no redirects in here.
"""

from __future__ import annotations

import time
from math import inf
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies

import httpx2

from .._core.effects import Answer, Failure, Send
from .._core.log import log
from ..errors import ClientClosedError, ConfigurationError
from .deadline_transport import Timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .._core.settings import Settings

MAX_CONNECTIONS = 100
MAX_CALLS = 32
"""API calls at once, of an async client: the pool's cost grows with its connections,
and the rest is left to downloads."""
KEEPALIVE_SECONDS = 15.0
"""Longer than the longest pause between two polls."""
LIMITS = httpx2.Limits(
    max_connections=MAX_CONNECTIONS,
    max_keepalive_connections=MAX_CONNECTIONS,
    keepalive_expiry=KEEPALIVE_SECONDS,
)
TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
MAX_BODY = 10 * 1024 * 1024
"""Bytes of an API answer that are read at most."""
SHORTEST_CALL = 0.5
"""Seconds that a call is given even when its deadline is nearer."""
CHUNK = 256 * 1024

NEVER_LEFT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
)
"""What is raised before a byte of the request is sent."""
HOPELESS = (
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
)
"""What would be the same when tried again."""


class NoBody(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """The empty body of a GET."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for nothing in tuple[bytes]():
            yield nothing


NO_BODY = NoBody()


class Wire:
    """Builds requests from commands, once for both kinds of client."""

    def __init__(
        self,
        settings: Settings,
        timeout: float | httpx2.Timeout | None,
        foreign: httpx2.Client | httpx2.AsyncClient | None,
    ) -> None:
        self._settings = settings
        self._foreign = foreign
        self._timeout = TIMEOUT if timeout is None else clean_http_timeout(timeout)
        if foreign is not None and timeout is None:
            self._timeout = foreign.timeout
        self._extensions = {"timeout": self._timeout.as_dict()}
        self._closed = False
        try:
            origin = httpx2.URL(settings.base_url)
        except httpx2.InvalidURL as error:
            raise ConfigurationError(f"The base URL is no URL: {error}") from None
        self._headers = httpx2.Headers(
            [
                (b"Host", origin.netloc),
                (b"Authorization", settings.secret.authorization().encode("ascii")),
                (b"Accept", b"application/json"),
                # Small bodies: nothing is won by compressing, and no bomb gets in.
                (b"Accept-Encoding", b"identity"),
                (b"User-Agent", b"runcomfy-models"),
            ]
        )

    def api_request(self, command: Send) -> httpx2.Request:
        """Build an API call: to the base URL alone, with the token."""
        url = (command.origin or self._settings.base_url) + command.path
        own_headers = self._headers
        if command.origin is not None:
            own_headers = httpx2.Headers(self._headers)
            own_headers["Host"] = httpx2.URL(command.origin).netloc.decode("ascii")
        extensions = self._extensions
        if command.deadline is not None:
            extensions = {"timeout": self._timeout_until(command.deadline)}
        body = command.body
        if self._foreign is not None:
            headers = httpx2.Headers(own_headers)
            if body is not None:
                headers["Content-Type"] = "application/json"
            return self._foreign.build_request(
                command.method,
                url,
                content=body,
                headers=headers,
                extensions=extensions,
            )
        if command.method == "GET":
            return httpx2.Request(
                "GET", url, headers=own_headers, stream=NO_BODY, extensions=extensions
            )
        headers = httpx2.Headers(own_headers)
        headers["Content-Length"] = str(len(body or b""))
        if body is not None:
            headers["Content-Type"] = "application/json"
        stream = httpx2.ByteStream(body or b"")
        return httpx2.Request(
            command.method, url, headers=headers, stream=stream, extensions=extensions
        )

    def download_request(self, url: str) -> httpx2.Request:
        """Build a download: the token, cookies and the caller's headers stay here."""
        return httpx2.Request(
            "GET",
            url,
            headers={"Accept-Encoding": "identity", "User-Agent": "runcomfy-models"},
            extensions=self._extensions,
        )

    def check_open(self) -> None:
        """Refuse to work once closed."""
        if self._closed:
            raise ClientClosedError("This client was closed; make a new one.")
        if self._foreign is not None and self._foreign.is_closed:
            raise ClientClosedError("The http_client given to this client is closed.")

    def _timeout_until(self, deadline: float) -> dict[str, float | None]:
        left = remaining(deadline)
        end = time.monotonic() + left
        return {
            phase: Timeout(left if seconds is None else min(seconds, left), end)
            for phase, seconds in self._timeout.as_dict().items()
        }


class Body:
    """An API answer's body while it comes in, up to `MAX_BODY`."""

    __slots__ = ("_chunks", "_size")

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> bool:
        """Take a chunk; tell whether the whole is still small enough."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        return self._size <= MAX_BODY

    def value(self) -> bytes | None:
        """Return the bytes, or None if they were too many."""
        return b"".join(self._chunks) if self._size <= MAX_BODY else None


def proxied_by_environment() -> bool:
    """Tell whether the environment names a proxy, for an httpx2 client to sort out."""
    proxies = getproxies()
    return any(proxies.get(scheme) for scheme in ("http", "https", "all"))


def check_kind(name: str, value: object, kind: type) -> None:
    """Refuse a client or transport of the other kind, or of another library."""
    if value is not None and not isinstance(value, kind):
        raise TypeError(
            f"{name} must be an httpx2.{kind.__name__}, not a "
            f"{type(value).__module__}.{type(value).__name__}"
        )


def clean_http_timeout(timeout: float | httpx2.Timeout) -> httpx2.Timeout:
    """Return the timeouts of the phases of a call, or refuse what is none."""
    clean = httpx2.Timeout(timeout)
    for seconds in clean.as_dict().values():
        if seconds is not None and not 0 < seconds < inf:
            raise ConfigurationError(
                "timeout must be more than 0 seconds, and finite, in each of its phases, "
                f"not {timeout!r}; httpx2.Timeout(None) is none."
            )
    return clean


def remaining(deadline: float) -> float:
    """Return the seconds that a call may still take."""
    return max(deadline - time.monotonic(), SHORTEST_CALL)


def failure_of(error: Exception) -> Failure:
    """Return an exception as a value, without the frames that hold the token."""
    reason = " ".join(str(error).split())[:200]
    return Failure(
        sent=not isinstance(error, NEVER_LEFT),
        reason=f"{type(error).__name__}: {reason}" if reason else type(error).__name__,
        hopeless=isinstance(error, HOPELESS),
    )


def log_call(method: str, url: str, started: float, reply: Answer | Failure) -> None:
    """Write the one line of a request."""
    if log.isEnabledFor(10):
        outcome: Any = reply.reason if isinstance(reply, Failure) else reply.status_code
        elapsed = (time.perf_counter() - started) * 1000
        log.debug("%s %s: %s, %.0f ms", method, url.partition("?")[0], outcome, elapsed)
