"""The sync wire and its driver."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from ._commands import Answer, Call, Close, Do, Failure, Open, Read, Send, Sleep
from ._wire import (
    CHUNK,
    KEEPALIVE_SECONDS,
    MAX_CONNECTIONS,
    Body,
    Wire,
    failure_of,
    log_call,
    remaining,
)

if TYPE_CHECKING:
    from ._commands import Command, Operation
    from ._settings import Settings

T = TypeVar("T")


class SyncWire(Wire):
    """Performs commands by an `httpx2.Client`."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float | httpx2.Timeout | None,
        proxy: str | httpx2.Proxy | None,
        transport: httpx2.BaseTransport | None,
        http_client: httpx2.Client | None,
    ) -> None:
        super().__init__(settings, timeout, http_client)
        self._client = http_client or httpx2.Client(
            proxy=proxy,
            transport=transport,
            limits=httpx2.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEPALIVE_SECONDS,
            ),
        )
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
        if self._foreign is None:
            self._client.close()

    def _send(self, command: Send) -> Answer | Failure:
        self.check_open()
        started = time.perf_counter()
        reply: Answer | Failure
        try:
            reply = self._exchange(command)
        except Exception as error:
            reply = failure_of(error)
        log_call(command.method, command.path, started, reply)
        return reply

    def _exchange(self, command: Send) -> Answer | Failure:
        response = self._client.send(
            self.api_request(command), stream=True, auth=None, follow_redirects=False
        )
        body = Body()
        deadline = command.deadline
        end = None if deadline is None else time.monotonic() + remaining(deadline)
        try:
            for chunk in response.iter_bytes():
                if not body.add(chunk):
                    break
                if end is not None and time.monotonic() > end:
                    return Failure(sent=True, reason="the deadline passed")
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
            response = self._client.send(
                self.download_request(command.url),
                stream=True,
                auth=None,
                follow_redirects=False,
            )
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
            try:
                reply = perform(command)
            except BaseException as error:
                command = operation.throw(error)
            else:
                command = operation.send(reply)
    except StopIteration as stop:
        value: T = stop.value
        return value


def advance(operation: Operation[Any], perform: Callable[[Command], Any]) -> float:
    """Run an operation on until it sleeps, and return for how many seconds.

    StopIteration, with its value, at its end.
    """
    command = operation.send(None)
    while not isinstance(command, Sleep):
        try:
            reply = perform(command)
        except BaseException as error:
            command = operation.throw(error)
        else:
            command = operation.send(reply)
    return command.seconds
