"""Deadlines that hold although a server drips, for the sync wire.

httpx2 gives each read of a socket the whole read timeout anew, so that a byte now and
then keeps a call alive for as long as a server likes. Here, no read outlasts its call.
asyncio needs none of this.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

import httpx2


class Timeout(float):
    """The seconds that one read may take, which know when the whole call is to end."""

    end: float
    """By the monotonic clock."""

    def __new__(cls, seconds: float, end: float) -> Timeout:
        timeout = super().__new__(cls, seconds)
        timeout.end = end
        return timeout


def hold_deadlines(client: httpx2.Client | httpx2.HTTPTransport) -> None:
    """Let the reads of a client or transport of ours end with their call.

    httpcore2 has an option for it, `network_backend`, that httpx2 does not pass on:
    hence the private names. Without them a read keeps its timeout to itself, as before.
    """
    transports: list[Any] = [client]
    if isinstance(client, httpx2.Client):
        mounted = getattr(client, "_mounts", {}).values()
        transports = [getattr(client, "_transport", None), *mounted]
    for transport in transports:
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if pool is not None and backend is not None:
            pool._network_backend = Backend(backend)


class Backend:
    """A network backend of httpcore2 whose streams know deadlines."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def connect_tcp(self, *args: Any, **options: Any) -> Stream:
        """Connect."""
        return Stream(self._backend.connect_tcp(*args, **options))


class Stream:
    """A network stream of httpcore2 that knows deadlines."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def start_tls(self, *args: Any, **options: Any) -> Stream:
        """Go on encrypted."""
        return Stream(self._stream.start_tls(*args, **options))

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        """Read, within what is left of the call."""
        if isinstance(timeout, Timeout):
            left = timeout.end - monotonic()
            if left <= 0:
                raise TimeoutError("the deadline passed")
            timeout = min(timeout, left)
        return self._stream.read(max_bytes, timeout)
