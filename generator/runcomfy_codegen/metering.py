"""HTTP connections that count each byte that comes, and end at one moment.

urllib bounds neither: a timeout is of each single read, and status lines, headers,
redirects and interim answers are read without end. So what a connection reads passes
through a meter, whatever it is read for.
"""

import http.client
import io
import socket
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FOR_HEADERS = 256 * 1024
"""Bytes beside the content: of headers, redirects and interim answers."""


class OverBudgetError(Exception):
    """More bytes came than a budget has."""


class OverdueError(Exception):
    """The time of a budget is over."""


@dataclass(slots=True)
class Budget:
    """What one fetch may take, over all its connections."""

    most: int
    """Bytes of content."""
    timeout: float
    """Seconds of silence after which a server is given up."""
    deadline: float
    """Seconds for the whole."""
    _came: int = 0
    _started: float = field(default_factory=time.monotonic)

    def wait(self) -> float:
        """Return how long to wait for the next bytes. Raises OverdueError."""
        left = self._started + self.deadline - time.monotonic()
        if left <= 0:
            raise OverdueError
        return min(left, self.timeout)

    def count(self, came: int) -> None:
        """Take note of bytes that came. Raises OverBudgetError."""
        self._came += came
        if self._came > self.most + FOR_HEADERS:
            raise OverBudgetError


class _Meter(io.RawIOBase):
    """What comes from a socket, within a budget."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, budget: Budget) -> None:
        self._raw, self._socket, self._budget = raw, sock, budget

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or wait for it."""
        self._socket.settimeout(self._budget.wait())
        try:
            came = self._raw.readinto(buffer)
        except TimeoutError:
            self._budget.wait()  # the time that was over may have been the whole one
            raise
        self._budget.count(came or 0)
        return came

    def close(self) -> None:
        """Close the socket's side too."""
        self._raw.close()
        super().close()


def opener(budget: Budget) -> urllib.request.OpenerDirector:
    """Return what opens http(s) URLs within a budget, and follows no redirect."""

    def metered(make: Callable[..., http.client.HTTPConnection]) -> Callable[..., Any]:
        def connect(host: str, **how: Any) -> http.client.HTTPConnection:
            connection = make(host, **{**how, "timeout": budget.wait()})
            connection.response_class = answer  # type: ignore[assignment]
            return connection

        return connect

    def answer(sock: socket.socket, *how: Any, **more: Any) -> http.client.HTTPResponse:
        response = http.client.HTTPResponse(sock, *how, **more)
        raw = response.fp.detach()
        response.fp = io.BufferedReader(_Meter(raw, sock, budget))
        return response

    class Http(urllib.request.HTTPHandler):
        def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(metered(http.client.HTTPConnection), req)

    class Https(urllib.request.HTTPSHandler):
        def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
            return self.do_open(metered(http.client.HTTPSConnection), req)

    return urllib.request.build_opener(Http, Https, _NoRedirects)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect to the caller: urllib reads its body whole, and goes anywhere."""

    def _leave(self, *_: Any) -> None:
        """Handle nothing, so that it comes out as an HTTPError."""

    http_error_301 = http_error_302 = http_error_303 = _leave  # type: ignore[assignment]
    http_error_307 = http_error_308 = _leave  # type: ignore[assignment]
