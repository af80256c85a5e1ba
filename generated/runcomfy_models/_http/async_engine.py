"""The async wire and its driver, for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from .._core.effects import Answer, Call, Close, Do, Failure, Open, Read, Send, Sleep
from .requests import (
    CHUNK,
    LIMITS,
    MAX_CALLS,
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


class AsyncWire(Wire):
    """Performs commands by an httpx2 transport or client."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float | httpx2.Timeout | None,
        proxy: str | httpx2.Proxy | None,
        transport: httpx2.AsyncBaseTransport | None,
        http_client: httpx2.AsyncClient | None,
    ) -> None:
        check_kind("http_client", http_client, httpx2.AsyncClient)
        check_kind("transport", transport, httpx2.AsyncBaseTransport)
        super().__init__(settings, timeout, http_client)
        # A client of httpx2 costs a fifth of a request, so it is left out where the
        # caller brings none and no proxy of the environment has to be chosen.
        self._client = http_client
        self._transport = transport
        if http_client is None and transport is None:
            if proxy is None and proxied_by_environment():
                self._client = httpx2.AsyncClient(limits=LIMITS)
            else:
                self._transport = httpx2.AsyncHTTPTransport(proxy=proxy, limits=LIMITS)
        self._places = asyncio.Semaphore(MAX_CALLS)
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
        if self._transport is not None:
            await self._transport.aclose()
        elif self._foreign is None and self._client is not None:
            await self._client.aclose()

    async def _deliver(self, request: httpx2.Request) -> httpx2.Response:
        if self._client is None:
            assert self._transport is not None
            return await self._transport.handle_async_request(request)
        return await self._client.send(
            request, stream=True, auth=None, follow_redirects=False
        )

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
        except BaseException as error:
            # The frames of a Ctrl-C or a cancellation hold what was sent, token and all.
            raise error.with_traceback(None) from None
        log_call(command.method, command.path, started, reply)
        return reply

    async def _exchange(self, command: Send) -> Answer:
        async with self._places:
            return await self._exchange_now(command)

    async def _exchange_now(self, command: Send) -> Answer:
        response = await self._deliver(self.api_request(command))
        body = Body()
        chunks = response.aiter_bytes()
        try:
            async for chunk in chunks:
                if not body.add(chunk):
                    break
        except httpx2.DecodingError:
            return Answer(response.status_code, response.headers, None)
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
            response = await self._deliver(self.download_request(command.url))
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
