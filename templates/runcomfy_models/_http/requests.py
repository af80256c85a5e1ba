"""What the sync and the async engine share: requests, failures, the log line.

An engine carries out effects, and is the only place that touches the network. It
decides nothing: no retries and no redirects in here.
"""

from __future__ import annotations

import sys
import time
from math import inf
from typing import TYPE_CHECKING, Any

import httpx2

from .. import __version__
from .._core.effects import Answer, Failure, Send
from .._core.incoming import shown
from .._core.log import log
from .._core.request_body import Encoded, FileBody
from ..errors import ConfigurationError
from .deadline_transport import Timeout

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from .._core.settings import Settings

TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
LONGEST_REASON = 200
CHUNK = 256 * 1024
FIRST_BYTE = "send_request_headers.started"

NEVER_LEFT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
    UnicodeError,
)
"""What is raised before a byte of the request is sent."""
PERMANENT = (
    httpx2.UnsupportedProtocol,
    httpx2.InvalidURL,
    httpx2.LocalProtocolError,
    UnicodeError,
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


class FileStream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body whose files are read while it is sent, off the event loop."""

    def __init__(self, body: FileBody) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        from asyncio import to_thread

        pieces = iter(self._body)
        while piece := await to_thread(next, pieces, b""):
            yield piece


USER_AGENT = (
    f"runcomfy-models/{__version__} "
    f"python/{sys.version_info.major}.{sys.version_info.minor} "
    f"httpx2/{httpx2.__version__}"
)


class Requests:
    """Builds requests, once for both kinds of client."""

    def __init__(
        self,
        settings: Settings,
        timeout: float | httpx2.Timeout | None,
        http_client: httpx2.Client | httpx2.AsyncClient | None,
    ) -> None:
        self._settings = settings
        self._caller_client = http_client
        self._timeout = TIMEOUT if timeout is None else clean_http_timeout(timeout)
        if http_client is not None and timeout is None:
            self._timeout = http_client.timeout
        self._phases = self._timeout.as_dict()
        try:
            httpx2.URL(settings.base_url)
        except httpx2.InvalidURL as error:
            raise ConfigurationError(f"The base URL is not a URL: {error}") from None
        self._headers = httpx2.Headers(
            {
                "Authorization": settings.secret.authorization(),
                "Accept": "application/json",
                # Small bodies: nothing is won by compressing, and no bomb gets in.
                "Accept-Encoding": "identity",
                "User-Agent": USER_AGENT,
                **settings.headers,
            }
        )

    def api_request(
        self, call: Send, trace: Callable[..., object] | None = None
    ) -> httpx2.Request:
        """Build an API call: to the base URL alone, with the token."""
        url = httpx2.URL((call.origin or self._settings.base_url) + call.path)
        extensions: dict[str, Any] = {"timeout": self._timeouts(call.deadline)}
        if trace is not None:
            extensions["trace"] = trace
        headers = httpx2.Headers(self._headers)
        headers["Host"] = url.netloc.decode("ascii")
        stream: httpx2.SyncByteStream | httpx2.AsyncByteStream = NO_BODY
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            stream = _stream(call.body)
        if call.method != "GET":
            headers["Content-Length"] = str(len(call.body or b""))
        if self._caller_client is not None:
            request = self._caller_client.build_request(
                call.method, url, headers=headers, extensions=extensions
            )
            request.stream = stream
            return request
        return httpx2.Request(
            call.method, url, headers=headers, stream=stream, extensions=extensions
        )

    def download_request(self, url: str) -> httpx2.Request:
        """Build a download: the token, cookies and the caller's headers stay here."""
        return httpx2.Request(
            "GET",
            url,
            headers={"Accept-Encoding": "identity", "User-Agent": USER_AGENT},
            extensions={"timeout": self._phases},
        )

    def _timeouts(self, deadline: float | None) -> dict[str, float | None]:
        """Return the seconds of each phase of a call, within its deadline."""
        if deadline is None:
            return self._phases
        left = self._settings.timing.call_time(deadline)
        end = time.monotonic() + left
        return {
            phase: Timeout(left if seconds is None else min(seconds, left), end)
            for phase, seconds in self._phases.items()
        }


def _stream(body: Encoded) -> httpx2.SyncByteStream | httpx2.AsyncByteStream:
    return FileStream(body) if isinstance(body, FileBody) else httpx2.ByteStream(body)


class Body:
    """An API answer's body while it comes in, up to a number of bytes."""

    __slots__ = ("_chunks", "_most", "_size")

    def __init__(self, most: int) -> None:
        self._chunks: list[bytes] = []
        self._size = 0
        self._most = most

    def add(self, chunk: bytes) -> bool:
        """Take a chunk; tell whether the whole is still small enough."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        return self._size <= self._most

    def value(self) -> bytes | None:
        """Return the bytes, or None if they were too many."""
        return b"".join(self._chunks) if self._size <= self._most else None


def check_kind(name: str, value: object, kind: type) -> None:
    """Refuse a client or transport of the other kind, or of another library."""
    if value is not None and not isinstance(value, kind):
        raise TypeError(
            f"{name} must be an httpx2.{kind.__name__}, not a "
            f"{type(value).__module__}.{type(value).__name__}"
        )


def clean_http_timeout(timeout: float | httpx2.Timeout) -> httpx2.Timeout:
    """Return the timeouts of the phases of a call, or refuse what is not one."""
    clean = httpx2.Timeout(timeout)
    for seconds in clean.as_dict().values():
        if seconds is not None and not 0 < seconds < inf:
            raise ConfigurationError(
                "timeout must be more than 0 seconds, and finite, in each of its phases, "
                f"not {timeout!r}; httpx2.Timeout(None) is none."
            )
    return clean


def failure_of(
    settings: Settings, error: Exception, sent: bool | None = None
) -> Failure:
    """Return an exception as a value, without the frames that hold the token.

    `sent` is whether a byte left, where that was seen; else its class tells.
    """
    reason = shown(str(error), settings.secret, LONGEST_REASON)
    if sent is None:
        sent = not isinstance(error, NEVER_LEFT)
    return Failure(
        sent=sent,
        reason=f"{type(error).__name__}: {reason}" if reason else type(error).__name__,
        permanent=isinstance(error, PERMANENT),
    )


def log_call(method: str, url: str, started: float, reply: Answer | Failure) -> None:
    """Write the one line of a request."""
    if log.isEnabledFor(10):
        outcome = reply.reason if isinstance(reply, Failure) else str(reply.status_code)
        elapsed = (time.perf_counter() - started) * 1000
        log.debug("%s %s: %s, %.0f ms", method, url, outcome, elapsed)
