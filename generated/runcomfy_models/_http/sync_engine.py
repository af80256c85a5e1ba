"""The sync engine. Made by scripts/unasync.py of the async one: edit that."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Concatenate, NamedTuple, ParamSpec, TypeVar

import httpx2

from .._core.effects import (
    Answer,
    Close,
    Failure,
    Notify,
    Open,
    Read,
    RunBlocking,
    Send,
    Sleep,
    Upload,
)
from .._core.paths import shown_url
from .._core.secret import Secret
from .._core.settings import Settings
from .requests import CHUNK, Body, Requests, check_kind, failure_of, log_call
from .routes import Routes
from .sync_primitives import (
    Chunks,
    Limit,
    Place,
    make_gate,
    make_transport,
    notify,
    open_chunks,
    run_apart,
    run_blocking,
    sleep,
    tracer,
    upload,
)

if TYPE_CHECKING:
    from .._core.effects import Effect, Operation
    from .._core.submission import Submission

T = TypeVar("T")
P = ParamSpec("P")


class Download(NamedTuple):
    """A download under way."""

    response: httpx2.Response
    chunks: Chunks


class SyncEngine:
    """Carries out what operations ask for, over connections of httpx2."""

    def __init__(
        self,
        settings: Settings,
        *,
        timeout: float | httpx2.Timeout | None = None,
        proxy: str | httpx2.Proxy | None = None,
        transport: httpx2.BaseTransport | None = None,
        http_client: httpx2.Client | None = None,
    ) -> None:
        check_kind("http_client", http_client, httpx2.Client)
        check_kind("transport", transport, httpx2.BaseTransport)
        self.settings = settings
        self._requests = Requests(settings, timeout, http_client)
        self._routes = Routes(
            make_transport, make_gate, settings.base_url, proxy, transport, http_client
        )

    @classmethod
    def of_environment(cls, base_url: str) -> SyncEngine:
        """Return one by the token in the environment, for a job that was unpickled."""
        return cls(Settings(Secret(None), base_url=base_url))

    def call(
        self,
        function: Callable[Concatenate[Settings, P], Operation[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run the operation that a function makes of the settings and these arguments."""
        return self.run(function(self.settings, *args, **kwargs))

    def run(self, operation: Operation[T]) -> T:
        """Run an operation to its end, and return its value."""
        try:
            return self._drive(operation, None)
        except BaseException as error:
            if getattr(operation, "gi_frame", None) is None:
                raise
            # A Ctrl-C between two of its steps: it has to clean up all the same.
            return self._drive(operation, error)

    def _drive(self, operation: Operation[T], fault: BaseException | None) -> T:
        """Carry out what an operation asks for, beginning with a fault if there is one."""
        try:
            effect = next(operation) if fault is None else operation.throw(fault)
            while True:
                try:
                    reply = self.perform(effect)
                except BaseException as error:
                    effect = operation.throw(error)
                else:
                    effect = operation.send(reply)
        except StopIteration as stop:
            value: T = stop.value
            return value
        finally:  # interrupted between two steps, it still has to clean up
            with suppress(RuntimeError):
                operation.close()

    def perform(self, effect: Effect) -> object:
        """Do what an effect says, and return its reply."""
        match effect:
            case Send():
                return self._send(effect)
            case Sleep():
                sleep(effect.seconds)
            case Notify():
                notify(effect.function, effect.argument)
            case Upload():
                return upload(effect.uploader, effect.file)
            case RunBlocking():
                return run_blocking(effect.function)
            case Open():
                return self._open(effect)
            case Read(Download() as download):
                return self._read(download)
            case Close(Download() as download):
                download.chunks.close()
                download.response.close()
        return None

    def close(self) -> None:
        """Close the connections, unless they are the caller's."""
        for transport in self._routes.close(Place()):
            transport.close()

    def _send(self, call: Send) -> Answer | Failure:
        """Make an API call; a submit where no interruption cuts it."""
        self._routes.check_open(Place())
        started = time.perf_counter()
        submission = call.submission
        try:
            if submission is None:
                reply = self._exchange(call)
            else:
                work = partial(self._submit, call, submission)
                grace = self.settings.timing.grace
                reply = run_apart(submission, work, grace)
        except BaseException as error:
            # The frames of a Ctrl-C or a cancellation hold what was sent, token and all.
            raise error.with_traceback(None) from None
        log_call(call.method, call.path.partition("?")[0], started, reply)
        return reply

    def _submit(self, call: Send, submission: Submission) -> Answer | Failure:
        """Make a call, and note in the submission what becomes of it."""
        if self._routes.is_callers:  # which need not tell of the first byte
            submission.sending()
        reply = self._exchange(call)
        submission.finish(reply, self.settings.secret)
        return reply

    def _exchange(self, call: Send) -> Answer | Failure:
        """Send a request and read its answer; what goes wrong is a `Failure`."""
        seconds = None
        if call.deadline is not None:
            seconds = self.settings.timing.call_time(call.deadline)
        trace = None if call.submission is None else tracer(call.submission)
        try:
            with Limit(seconds) as limit, self._routes.stop(Place()).gate:
                request = self._requests.api_request(call, trace)
                return self._read_answer(self._deliver(request), limit)
        except Exception as error:
            sent = None
            if call.submission is not None and not self._routes.is_callers:
                sent = call.submission.sent_at is not None
            return failure_of(self.settings, error, sent)

    def _read_answer(self, response: httpx2.Response, limit: Limit) -> Answer:
        """Read an answer's body, as far as it is not too large."""
        body = Body(self.settings.max_answer_bytes)
        chunks = open_chunks(response)
        try:
            for chunk in chunks:
                limit.check()
                if not body.add(chunk):
                    break
        except httpx2.DecodingError:
            return Answer(response.status_code, response.headers, None)
        except Exception:
            if response.status_code < 400:
                raise
        finally:
            chunks.close()
            response.close()
        return Answer(response.status_code, response.headers, body.value())

    def _deliver(self, request: httpx2.Request) -> httpx2.Response:
        client = self._routes.http_client
        if client is None:
            transport = self._routes.transport(Place(), request.url)
            return transport.handle_request(request)
        return client.send(request, stream=True, auth=None, follow_redirects=False)

    def _open(self, effect: Open) -> Answer | Failure:
        """Start a download."""
        self._routes.check_open(Place())
        started = time.perf_counter()
        reply: Answer | Failure
        try:
            response = self._deliver(self._requests.download_request(effect.url))
            download = Download(response, open_chunks(response, CHUNK))
            reply = Answer(response.status_code, response.headers, None, download)
        except Exception as error:
            reply = failure_of(self.settings, error)
        url = shown_url(effect.url, self.settings.secret)
        log_call("GET", url, started, reply)
        return reply

    def _read(self, download: Download) -> bytes | Failure | None:
        try:
            chunk: bytes | None = next(download.chunks, None)
            return chunk
        except Exception as error:
            return failure_of(self.settings, error)
