"""The sync and the async batch behind one blocking face, so a test is written once."""

import asyncio
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from runcomfy_models import AsyncRunComfy, RunComfy
from runcomfy_models.batch import AsyncBatch, Batch


class BlockingBatch:
    """An `AsyncBatch` whose methods block."""

    def __init__(self, target: Any, runner: asyncio.Runner) -> None:
        self.target = target
        self.runner = runner

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.target, name)
        if not callable(value):
            return value
        return lambda *args, **kwargs: self._block(value(*args, **kwargs))

    def _block(self, value: Any) -> Any:
        if inspect.isasyncgen(value):
            return self._iterate(value)
        return self.runner.run(value) if inspect.iscoroutine(value) else value

    def _iterate(self, generator: Any) -> Iterator[Any]:
        try:
            while True:
                try:
                    yield self.runner.run(generator.__anext__())
                except StopAsyncIteration:
                    return
        finally:
            self.runner.run(generator.aclose())


class BatchFace:
    """Makes batches of one kind on one journal, and closes them and their clients."""

    def __init__(self, kind: str, runner: asyncio.Runner, journal: str | Path) -> None:
        self.kind = kind
        self.runner = runner
        self.journal = journal
        self.closers: list[Callable[[], Any]] = []

    def batch(self, service: Any, token: str = "", max_silence: float = 120.0) -> Any:
        options: dict[str, Any] = {
            "token": token or getattr(service, "token", "token-of-a-test"),
            "base_url": service.url,
            "poll_interval": 0.01,
        }
        client: Any
        batch: Any
        if self.kind == "sync":
            client = RunComfy(**options)
            batch = Batch(self.journal, client)
            self.closers += [client.close, batch.close]
        else:
            client = AsyncRunComfy(**options)
            batch = BlockingBatch(AsyncBatch(self.journal, client), self.runner)
            self.closers += [lambda: self.runner.run(client.close()), batch.close]
        settings = client._settings
        settings.timing = settings.timing._replace(
            first_backoff=0.002, longest_backoff=0.01, max_silence=max_silence
        )
        return batch

    def close(self) -> None:
        for closer in reversed(self.closers):
            closer()
