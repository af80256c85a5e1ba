"""The async wire and its driver, for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
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


class AsyncWire(Wire):
    """Performs commands by an `httpx2.AsyncClient`."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float | httpx2.Timeout | None,
        proxy: str | httpx2.Proxy | None,
        transport: httpx2.AsyncBaseTransport | None,
        http_client: httpx2.AsyncClient | None,
    ) -> None:
        super().__init__(settings, timeout, http_client)
        self._client = http_client or httpx2.AsyncClient(
            proxy=proxy,
            transport=transport,
            limits=httpx2.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_CONNECTIONS,
                keepalive_expiry=KEEPALIVE_SECONDS,
            ),
        )
        self._performers: dict[type, Callable[[Any], Awaitable[Any]]] = {
            Send: self._send,
            Sleep: lambda command: asyncio.sleep(command.seconds),
            Call: self._call,
            Do: lambda command: asyncio.to_thread(command.function),
            Open: self._open,
            Read: self._read,
            Close: self._close,
        }

    def perform(self, command: Command) -> Awaitable[Any]:
        """Do what a command says, and return its reply."""
        return self._performers[type(command)](command)

    async def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        self._closed = True
        if self._foreign is None:
            await self._client.aclose()

    async def _send(self, command: Send) -> Answer | Failure:
        self.check_open()
        started = time.perf_counter()
        reply: Answer | Failure
        try:
            if command.deadline is None:
                reply = await self._exchange(command)
            else:
                async with asyncio.timeout(remaining(command.deadline)):
                    reply = await self._exchange(command)
        except Exception as error:
            reply = failure_of(error)
        log_call(command.method, command.path, started, reply)
        return reply

    async def _exchange(self, command: Send) -> Answer:
        response = await self._client.send(
            self.api_request(command), stream=True, auth=None, follow_redirects=False
        )
        body = Body()
        chunks = response.aiter_bytes()
        try:
            async for chunk in chunks:
                if not body.add(chunk):
                    break
        except Exception:
            if response.status_code < 400:
                raise
        finally:
            await chunks.aclose()
            await response.aclose()
        return Answer(response.status_code, response.headers, body.value())

    async def _call(self, command: Call) -> None:
        outcome = command.function(command.argument)
        if inspect.isawaitable(outcome):
            await outcome

    async def _open(self, command: Open) -> Answer | Failure:
        self.check_open()
        started = time.perf_counter()
        reply: Answer | Failure
        try:
            response = await self._client.send(
                self.download_request(command.url),
                stream=True,
                auth=None,
                follow_redirects=False,
            )
            stream = response, response.aiter_bytes(CHUNK)
            reply = Answer(response.status_code, response.headers, None, stream)
        except Exception as error:
            reply = failure_of(error)
        log_call("GET", command.url, started, reply)
        return reply

    async def _read(self, command: Read) -> bytes | Failure | None:
        try:
            chunk: bytes | None = await anext(command.stream[1], None)
            return chunk
        except Exception as error:
            return failure_of(error)

    async def _close(self, command: Close) -> None:
        response, chunks = command.stream
        await chunks.aclose()
        await response.aclose()


async def drive(
    operation: Operation[T], perform: Callable[[Command], Awaitable[Any]]
) -> T:
    """Run an operation to its end, and return its value."""
    try:
        command = next(operation)
        while True:
            try:
                reply = await perform(command)
            except BaseException as error:
                command = operation.throw(error)
            else:
                command = operation.send(reply)
    except StopIteration as stop:
        value: T = stop.value
        return value
