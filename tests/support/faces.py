"""The sync and the async client behind one blocking face, so a test is written once."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from runcomfy_models import AsyncJob, AsyncRunComfy, RunComfy
from runcomfy_models._core.timing import Timing

QUICK = Timing(first_backoff=0.002, longest_backoff=0.01, shortest_call=0.05)


def hurried(client: Any, timing: Timing = QUICK) -> Any:
    """Hand a client the pauses of a test."""
    client._settings.timing = timing
    return client


class Blocking:
    """An async object whose methods block, and return blocking objects."""

    def __init__(self, target: Any, runner: asyncio.Runner) -> None:
        self.target = target
        self.runner = runner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.target, name)
        if not inspect.ismethod(value):
            return value
        return lambda *args, **kwargs: self.settle(value(*args, **kwargs))

    def settle(self, value: Any) -> Any:
        if inspect.isasyncgen(value):
            # A generator, so that it can be closed like the sync one.
            return self.iterate(value)
        if inspect.iscoroutine(value):
            value = self.runner.run(value)
        return Blocking(value, self.runner) if isinstance(value, AsyncJob) else value

    def iterate(self, generator: Any) -> Iterator[Any]:
        try:
            while True:
                try:
                    yield self.runner.run(generator.__anext__())
                except StopAsyncIteration:
                    return
        finally:
            self.runner.run(generator.aclose())


class Face:
    """Makes clients of one kind, and closes them."""

    def __init__(self, kind: str, runner: asyncio.Runner, defaults: dict[str, Any]):
        self.kind = kind
        self.runner = runner
        self.defaults = defaults
        self.closers: list[Callable[[], Any]] = []

    def client(self, timing: Timing = QUICK, **options: Any) -> Any:
        options = {**self.defaults, **options}
        kind = RunComfy if self.kind == "sync" else AsyncRunComfy
        client: Any = hurried(kind(**options), timing)
        if self.kind == "async":
            client = Blocking(client, self.runner)
        self.closers.append(client.close)
        return client

    def close(self) -> None:
        for closer in self.closers:
            closer()
