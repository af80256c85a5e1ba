"""What the sync engine does where the async one does it otherwise."""

from __future__ import annotations

import inspect
import os
import ssl
import time
from _thread import start_new_thread
from collections.abc import Callable, Generator, Hashable
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from functools import partial
from queue import Empty, SimpleQueue
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx2

from .deadline_transport import DeadlineTransport
from .requests import FIRST_BYTE
from .routes import LIMITS

if TYPE_CHECKING:
    from .._core.submission import Submission

T = TypeVar("T")
Chunks = Generator[bytes, None, None]

GLANCE = 0.5
"""Seconds after which what waits looks up: some systems let Ctrl-C through only then."""


class Place:
    """The process."""

    def __init__(self) -> None:
        self._process = os.getpid()

    def key(self) -> Hashable:
        """Return what tells it from other processes."""
        return self._process

    def is_gone(self) -> bool:
        """Tell that it may be needed: closing a parent's sockets is the parent's business."""
        return False


class Limit:
    """A time after which a call is broken off."""

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else time.monotonic() + seconds

    def __enter__(self) -> Limit:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def check(self) -> None:
        """Raise once the time is over; single reads end by themselves."""
        if self._end is not None and time.monotonic() > self._end:
            raise TimeoutError("the deadline passed")


def make_gate() -> AbstractContextManager[None]:
    """Return what lets every call through: threads are few."""
    return nullcontext()


def make_transport(
    proxy: httpx2.Proxy | None, certificates: ssl.SSLContext
) -> httpx2.BaseTransport:
    """Return a pool of connections."""
    return DeadlineTransport(proxy, certificates, LIMITS)


def open_chunks(response: httpx2.Response, size: int | None = None) -> Chunks:
    """Return the body of an answer, piece by piece."""
    return cast("Chunks", response.iter_bytes(size))


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)


def notify(function: Callable[[Any], object], argument: object) -> None:
    """Call a function of the user's."""
    function(argument)


def upload(uploader: Callable[[Any], object], file: object) -> object:
    """Call an uploader of the user's."""
    outcome = uploader(file)
    if inspect.iscoroutine(outcome):
        outcome.close()
        raise TypeError("the uploader is async, which AsyncRunComfy alone can await")
    return outcome


def run_blocking(function: Callable[[], T]) -> T:
    """Call a function that blocks."""
    return function()


def tracer(submission: Submission) -> Callable[..., None]:
    """Return what httpcore2 tells of a submit's progress to."""

    def trace(event: str, info: dict[str, Any]) -> None:
        if event.endswith(FIRST_BYTE) and info["request"].method != b"CONNECT":
            submission.sending()

    return trace


def run_apart(submission: Submission, function: Callable[[], T], grace: float) -> T:
    """Run a submit where no signal reaches it: in a thread that is not the main one.

    If this thread is interrupted before the first byte left, none will leave; later,
    the answer is waited for a moment, and noted in the submission whenever it comes.
    Only what is written in C waits here: a `threading.Event` that is interrupted in the
    midst of its own lines loses the interruption.
    """
    if current_thread() is not main_thread():
        return function()
    outcome: SimpleQueue[tuple[T] | BaseException] = SimpleQueue()
    work = partial(_work, outcome, partial(copy_context().run, function))
    try:
        try:
            start_new_thread(work, ())
        except RuntimeError:  # no more threads, or the interpreter is ending
            work()
        found = None
        while found is None:
            found = _look(outcome, GLANCE)
    except BaseException:
        if submission.abandon() and not submission.is_finished:
            _look(outcome, grace)
        raise
    if isinstance(found, BaseException):
        raise found
    return found[0]


def _work(
    outcome: SimpleQueue[tuple[T] | BaseException], function: Callable[[], T]
) -> None:
    try:
        outcome.put((function(),))
    except BaseException as error:
        outcome.put(error)


def _look(outcome: SimpleQueue[T], seconds: float) -> T | None:
    try:
        return outcome.get(timeout=seconds)
    except Empty:
        return None
