"""Deadlines that hold although a server drips, for the sync engine.

httpx2 gives each read of a socket the whole read timeout anew, so that a byte now and
then keeps a call alive for as long as a server likes. Here, no read outlasts its call.
httpcore2 has an option for that, `network_backend`, which httpx2 does not pass on: so
this is a transport of httpx2 over a pool of httpcore2. asyncio needs none of it.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import httpcore2
import httpx2


class Timeout(float):
    """The seconds that one read may take, which know when the whole call is to end."""

    end: float
    """By the monotonic clock."""

    def __new__(cls, seconds: float, end: float) -> Timeout:
        timeout = super().__new__(cls, seconds)
        timeout.end = end
        return timeout


class DeadlineTransport(httpx2.BaseTransport):
    """A pool of connections whose reads and writes end with their call."""

    def __init__(
        self,
        proxy: httpx2.Proxy | None,
        certificates: ssl.SSLContext,
        limits: httpx2.Limits,
    ) -> None:
        options: dict[str, Any] = {
            "ssl_context": certificates,
            "max_connections": limits.max_connections,
            "max_keepalive_connections": limits.max_keepalive_connections,
            "keepalive_expiry": limits.keepalive_expiry,
            "network_backend": Backend(),
        }
        self._pool: httpcore2.ConnectionPool
        if proxy is None:
            self._pool = httpcore2.ConnectionPool(**options)
            return
        options |= {"proxy_url": str(proxy.url), "proxy_auth": proxy.raw_auth}
        if proxy.url.scheme in ("socks5", "socks5h"):
            import socksio  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: F401

            self._pool = httpcore2.SOCKSProxy(**options)
        else:
            self._pool = httpcore2.HTTPProxy(
                proxy_headers=proxy.headers.raw,
                proxy_ssl_context=proxy.ssl_context,
                **options,
            )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and return the answer as soon as its headers are there."""
        assert isinstance(request.stream, httpx2.SyncByteStream)
        url = httpcore2.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        with _translated():
            answer = self._pool.handle_request(
                httpcore2.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(answer.stream, Iterable)
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    """An answer's body."""

    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._stream

    def close(self) -> None:
        """End it, read or not."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


@contextmanager
def _translated() -> Iterator[None]:
    """Raise the errors of httpcore2 as those of httpx2 that have the same names."""
    try:
        yield
    except Exception as error:
        for kind in type(error).__mro__:
            found = getattr(httpx2, kind.__name__, None)
            if kind.__module__.startswith("httpcore2") and found is not None:
                raise found(str(error)) from error
        raise


class Backend(httpcore2.SyncBackend):
    """A network backend whose streams know deadlines."""

    def connect_tcp(self, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        """Connect."""
        return Stream(super().connect_tcp(*args, **options))


class Stream(httpcore2.NetworkStream):
    """A network stream that knows deadlines."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read, within what is left of the call."""
        return self._stream.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, within what is left of the call."""
        self._stream.write(buffer, _left(timeout))

    def close(self) -> None:
        """Close the socket."""
        self._stream.close()

    def start_tls(self, *args: Any, **options: Any) -> httpcore2.NetworkStream:
        """Go on encrypted."""
        return Stream(self._stream.start_tls(*args, **options))

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the socket."""
        return self._stream.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    """Return the seconds of one read or write, or raise if the call is over."""
    if not isinstance(timeout, Timeout):
        return timeout
    left = timeout.end - monotonic()
    if left <= 0:
        raise httpcore2.ReadTimeout("the deadline passed")
    return min(timeout, left)
