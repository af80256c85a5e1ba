"""The sync wire and its driver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx2

from .._core.effects import Answer, Call, Close, Do, Failure, Open, Read, Send, Sleep
from .deadline_transport import hold_deadlines
from .requests import (
    CHUNK,
    LIMITS,
    Body,
    Wire,
    check_kind,
    failure_of,
    log_call,
    proxied_by_environment,
    remaining,
)

if TYPE_CHECKING:
    from .._core.effects import Command, Operation
    from .._core.settings import Settings

T = TypeVar("T")


class SyncWire(Wire):
    """Performs commands by an httpx2 transport or client."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float | httpx2.Timeout | None,
        proxy: str | httpx2.Proxy | None,
        transport: httpx2.BaseTransport | None,
        http_client: httpx2.Client | None,
    ) -> None:
        check_kind("http_client", http_client, httpx2.Client)
        check_kind("transport", transport, httpx2.BaseTransport)
        super().__init__(settings, timeout, http_client)
        # A client of httpx2 costs a fifth of a request, so it is left out where the
        # caller brings none and no proxy of the environment has to be chosen.
        self._client = http_client
        self._transport = transport
        if http_client is None and transport is None:
            if proxy is None and proxied_by_environment():
                self._client = httpx2.Client(limits=LIMITS)
                hold_deadlines(self._client)
            else:
                self._transport = httpx2.HTTPTransport(proxy=proxy, limits=LIMITS)
                hold_deadlines(self._transport)
        self._performers: dict[type, Callable[[Any], Any]] = {
            Send: self._send,
            Sleep: lambda command: time.sleep(command.seconds),
            Call: lambda command: command.function(command.argument),
            Do: lambda command: command.function(),
            Open: self._open,
            Read: self._read,
            Close: lambda command: command.stream[0].close(),
        }

    def perform(self, command: Command) -> Any:
        """Do what a command says, and return its reply."""
        return self._performers[type(command)](command)

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        self._closed = True
        if self._transport is not None:
            self._transport.close()
        elif self._foreign is None and self._client is not None:
            self._client.close()

    def _deliver(self, request: httpx2.Request) -> httpx2.Response:
        if self._client is None:
            assert self._transport is not None
            return self._transport.handle_request(request)
        return self._client.send(
            request, stream=True, auth=None, follow_redirects=False
        )

    def _send(self, command: Send) -> Answer | Failure:
        self.check_open()
        started = time.perf_counter()
        reply: Answer | Failure
        try:
            reply = self._exchange(command)
        except Exception as error:
            reply = failure_of(error)
        except BaseException as error:
            # The frames of a Ctrl-C or a cancellation hold what was sent, token and all.
            raise error.with_traceback(None) from None
        log_call(command.method, command.path, started, reply)
        return reply

    def _exchange(self, command: Send) -> Answer | Failure:
        response = self._deliver(self.api_request(command))
        body = Body()
        deadline = command.deadline
        end = None if deadline is None else time.monotonic() + remaining(deadline)
        try:
            chunks: Iterable[bytes] = response.iter_bytes()
            if "content-encoding" not in response.headers:
                chunks = cast("Iterable[bytes]", response.stream)
            for chunk in chunks:
                if not body.add(chunk):
                    break
                if end is not None and time.monotonic() > end:
                    return Failure(sent=True, reason="the deadline passed")
        except httpx2.DecodingError:
            return Answer(response.status_code, response.headers, None)
        except Exception:
            if response.status_code < 400:
                raise
        finally:
            response.close()
        return Answer(response.status_code, response.headers, body.value())

    def _open(self, command: Open) -> Answer | Failure:
        self.check_open()
        started = time.perf_counter()
        reply: Answer | Failure
        try:
            response = self._deliver(self.download_request(command.url))
            stream = response, response.iter_bytes(CHUNK)
            reply = Answer(response.status_code, response.headers, None, stream)
        except Exception as error:
            reply = failure_of(error)
        log_call("GET", command.url, started, reply)
        return reply

    def _read(self, command: Read) -> bytes | Failure | None:
        try:
            return next(command.stream[1], None)
        except Exception as error:
            return failure_of(error)


def drive(operation: Operation[T], perform: Callable[[Command], Any]) -> T:
    """Run an operation to its end, and return its value."""
    try:
        command = next(operation)
        while True:
            command = _step(operation, command, perform)
    except StopIteration as stop:
        value: T = stop.value
        return value


def advance(operation: Operation[Any], perform: Callable[[Command], Any]) -> float:
    """Run an operation on until it sleeps, and return for how many seconds.

    StopIteration, with its value, at its end.
    """
    command = operation.send(None)
    while not isinstance(command, Sleep):
        command = _step(operation, command, perform)
    return command.seconds


def _step(
    operation: Operation[Any], command: Command, perform: Callable[[Command], Any]
) -> Command:
    try:
        reply = perform(command)
    except BaseException as error:
        return operation.throw(error)
    return operation.send(reply)
