"""Which connections a request goes over.

Connections belong to the process that made them, and in asyncio to its event loop too.
After a fork, a child that used its parent's would read the parent's answers, and so
another job's request_id; in a second loop, the first one's are dead. So a client keeps
transports for each process and loop, its *place*, and makes them as they are needed.
What the caller brought cannot be made anew: it is bound to where it is first used, and
refused elsewhere before a byte is sent.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

import httpx2

from ..errors import ClientClosedError, ConfigurationError
from .proxies import EnvironmentProxies, variable_of

MAX_CONNECTIONS = 100
KEEPALIVE_SECONDS = 15.0
"""Longer than the longest pause between two polls."""
LIMITS = httpx2.Limits(
    max_connections=MAX_CONNECTIONS,
    max_keepalive_connections=MAX_CONNECTIONS,
    keepalive_expiry=KEEPALIVE_SECONDS,
)

TransportT = TypeVar("TransportT")
GateT = TypeVar("GateT")
ClientT = TypeVar("ClientT", bound=httpx2.Client | httpx2.AsyncClient)


class Place(Protocol):
    """Where connections can be used: a process, or an event loop in it."""

    def key(self) -> Hashable:
        """Return what tells it from others."""

    def is_gone(self) -> bool:
        """Tell whether it will not come back."""
        raise NotImplementedError


class Stop(Generic[TransportT, GateT]):
    """The transports of one place, by their proxy, and its gate for API calls."""

    def __init__(self, place: Place, gate: GateT) -> None:
        self.place = place
        self.gate = gate
        self.transports: dict[str, TransportT] = {}


class Routes(Generic[TransportT, GateT, ClientT]):
    """The connections of one client."""

    def __init__(
        self,
        make_transport: Callable[[httpx2.Proxy | None, ssl.SSLContext], TransportT],
        make_gate: Callable[[], GateT],
        base_url: str,
        proxy: str | httpx2.Proxy | None,
        transport: TransportT | None,
        http_client: ClientT | None,
    ) -> None:
        _refuse_two(proxy=proxy, transport=transport, http_client=http_client)
        self.http_client = http_client
        self.closed = False
        self._transport = transport
        self._make_transport = make_transport
        self._make_gate = make_gate
        self._stops: dict[Hashable, Stop[TransportT, GateT]] = {}
        self._bound: Hashable = None
        self._environment: EnvironmentProxies | None = None
        self._proxy = _clean_proxy(proxy)
        if not self.is_callers:
            if proxy is None:
                self._environment = EnvironmentProxies()
            self._certificates = _certificates()
            # What cannot be made is said now, and not with the first call.
            self._make(httpx2.URL(base_url))

    @property
    def is_callers(self) -> bool:
        """Whether the caller brought the connections."""
        return self.http_client is not None or self._transport is not None

    def check_open(self, place: Place) -> None:
        """Refuse to work once closed, or where the caller's connections are not at home."""
        if self.closed:
            raise ClientClosedError("This client was closed; make a new one.")
        if self.http_client is not None and self.http_client.is_closed:
            raise ClientClosedError("The http_client given to this client is closed.")
        if not self.is_callers:
            return
        if self._bound is None:
            self._bound = place.key()
        if self._bound != place.key():
            raise ConfigurationError(
                "The http_client or transport given to this client was used in another "
                "process or event loop, and its connections belong there. Make it, and "
                "the client, here; a client that is given neither makes connections for "
                "each by itself. Nothing was sent."
            )

    def stop(self, place: Place) -> Stop[TransportT, GateT]:
        """Return what there is at this place."""
        key = place.key()
        found = self._stops.get(key)
        if found is None:
            for other in [k for k, s in list(self._stops.items()) if s.place.is_gone()]:
                self._stops.pop(other, None)
            found = self._stops.setdefault(key, Stop(place, self._make_gate()))
        return found

    def transport(self, place: Place, url: httpx2.URL) -> TransportT:
        """Return the transport for a URL."""
        if self._transport is not None:
            return self._transport
        transports = self.stop(place).transports
        proxy = self._choose(url)
        key = "" if proxy is None else str(proxy.url)
        found = transports.get(key)
        if found is None:
            found = transports.setdefault(key, self._make(url))
        return found

    def close(self, place: Place) -> list[TransportT]:
        """Return what is to be closed of this place, and take no more calls."""
        self.closed = True
        if self.http_client is not None:
            return []
        if self._transport is not None:
            return [self._transport]
        return list(self.stop(place).transports.values())

    def _choose(self, url: httpx2.URL) -> httpx2.Proxy | None:
        if self._environment is None:
            return self._proxy
        return self._environment.choose(url)

    def _make(self, url: httpx2.URL) -> TransportT:
        try:
            return self._make_transport(self._choose(url), self._certificates)
        except (ImportError, ValueError) as error:
            source = "proxy"
            if self._environment is not None:
                schemes = (url.scheme, "all")
                named = [s for s in schemes if os.environ.get(variable_of(s))]
                source = f"{variable_of((named or schemes)[0])} in the environment"
            raise ConfigurationError(f"{source} cannot be used: {error}") from None


def _refuse_two(**options: object) -> None:
    """Refuse two ways to connect, of which one would be ignored."""
    given = [name for name, value in options.items() if value is not None]
    if len(given) > 1:
        raise ConfigurationError(
            f"{' and '.join(given)} cannot be given together: only one says how to "
            "connect. A proxy belongs into the http_client or transport."
        )


def _clean_proxy(proxy: str | httpx2.Proxy | None) -> httpx2.Proxy | None:
    if proxy is None or isinstance(proxy, httpx2.Proxy):
        return proxy
    try:
        return httpx2.Proxy(proxy)
    except (ValueError, httpx2.InvalidURL, TypeError):
        raise ConfigurationError(
            "proxy is not the URL of a proxy such as http://proxy.example:3128."
        ) from None


def _certificates() -> ssl.SSLContext:
    """Load the certificates that are trusted, or say which variable leads nowhere."""
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        names = [n for n in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(n)]
        source = f"{names[0]}={os.environ[names[0]]!r}" if names else "The system"
        raise ConfigurationError(
            f"{source} has no certificates that can be read ({error})."
        ) from None
