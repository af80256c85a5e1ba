"""What the async engine does where the sync one does it otherwise."""

from __future__ import annotations

import asyncio
import inspect
import os
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

from .requests import FIRST_BYTE
from .routes import LIMITS

if TYPE_CHECKING:
    from .._core.submission import Submission

T = TypeVar("T")
Chunks = AsyncGenerator[bytes, None]

MAX_CALLS = 32
"""API calls at once: the pool's cost grows with its connections, and the rest is left
to downloads."""
LATE: set[asyncio.Task[Any]] = set()
"""Submits whose answer nobody waits for any more; kept, or they would be dropped."""


class Place:
    """The running event loop of this process."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._process = os.getpid()

    def key(self) -> Hashable:
        """Return what tells it from other loops and processes."""
        return self._process, id(self._loop)

    def is_gone(self) -> bool:
        """Tell whether the loop was closed, or is another process's."""
        return self._process != os.getpid() or self._loop.is_closed()


class Limit:
    """A time after which a call is broken off."""

    def __init__(self, seconds: float | None) -> None:
        self._timeout = asyncio.timeout(seconds)

    async def __aenter__(self) -> Limit:
        await self._timeout.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._timeout.__aexit__(*error)

    def check(self) -> None:
        """Do nothing: the loop breaks it off."""


def make_gate() -> asyncio.Semaphore:
    """Return what lets so many calls through at once."""
    return asyncio.Semaphore(MAX_CALLS)


def make_transport(
    proxy: httpx2.Proxy | None, certificates: ssl.SSLContext
) -> httpx2.AsyncBaseTransport:
    """Return a pool of connections."""
    return httpx2.AsyncHTTPTransport(verify=certificates, proxy=proxy, limits=LIMITS)


def open_chunks(response: httpx2.Response, size: int | None = None) -> Chunks:
    """Return the body of an answer, piece by piece."""
    return response.aiter_bytes(size)


async def sleep(seconds: float) -> None:
    """Wait."""
    await asyncio.sleep(seconds)


async def notify(function: Callable[[Any], object], argument: object) -> None:
    """Call a function of the user's, and await what it returns if that can be."""
    outcome = function(argument)
    if inspect.isawaitable(outcome):
        await outcome


async def upload(uploader: Callable[[Any], object], file: object) -> object:
    """Call an uploader of the user's, and await what it returns if that can be."""
    if inspect.iscoroutinefunction(uploader):
        return await uploader(file)
    outcome = await asyncio.to_thread(_call, partial(uploader, file))
    return await outcome if inspect.isawaitable(outcome) else outcome


async def run_blocking(function: Callable[[], T]) -> T:
    """Call a function that blocks, in a thread, which a cancellation waits for."""
    work = asyncio.ensure_future(asyncio.to_thread(_call, function))
    try:
        await asyncio.wait({work})
    except asyncio.CancelledError:
        await asyncio.wait({work})
        raise
    return work.result()


def _call(function: Callable[[], T]) -> T:
    """Call a function in a thread. No future may hold a StopIteration: it would hang."""
    try:
        return function()
    except StopIteration as error:
        raise RuntimeError("a function that was called raised StopIteration") from error


def tracer(submission: Submission) -> Callable[..., Awaitable[None]]:
    """Return what httpcore2 tells of a submit's progress to."""

    async def trace(event: str, info: dict[str, Any]) -> None:
        if event.endswith(FIRST_BYTE) and info["request"].method != b"CONNECT":
            submission.sending()

    return trace


async def run_apart(
    submission: Submission, function: Callable[[], Awaitable[T]], grace: float
) -> T:
    """Run a submit in a task of its own, which a cancellation of this one does not cut.

    If this one is cancelled before the first byte left, none will leave; later, the
    answer is waited for a moment, and noted in the submission whenever it comes.
    """
    task = asyncio.ensure_future(function())
    try:
        await asyncio.wait({task})
    except BaseException:
        if submission.abandon():
            LATE.add(task)
            task.add_done_callback(_forget)
            await asyncio.wait({task}, timeout=grace)
        else:
            task.cancel()
        raise
    return task.result()


def _forget(task: asyncio.Task[Any]) -> None:
    """Let go of a late submit, whose outcome the submission holds."""
    LATE.discard(task)
    if not task.cancelled():
        task.exception()
