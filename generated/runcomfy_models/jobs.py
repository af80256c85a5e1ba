"""A submitted job: `Job` and `AsyncJob`, the same but for the awaiting.

A job can be pickled, without its client and so without the token. Unpickled, it
opens a client of its own for each call, by the token in the environment, at the same
base URL; `client.job(request_id, Output)` is cheaper for many calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from ._core.effects import Operation
    from ._core.service_rules import JobStatus
    from ._core.settings import Settings
    from ._core.waiting import OnUpdate
    from ._models import OutputModel
    from .async_client import AsyncRunComfy
    from .client import RunComfy
    from .results import Result

__all__ = ["AsyncJob", "BaseJob", "Job"]

OutputT = TypeVar("OutputT", bound="OutputModel")
T = TypeVar("T")
P = ParamSpec("P")


class BaseJob(Generic[OutputT]):
    """What names a job: enough to pick it up again anywhere."""

    request_id: str
    output_type: type[OutputT] | None
    base_url: str
    """The service that it runs at."""

    def __init__(
        self,
        request_id: str,
        output_type: type[OutputT] | None,
        base_url: str,
        client: Any = None,
    ) -> None:
        self.request_id = request_id
        self.output_type = output_type
        self.base_url = base_url
        self._client = client

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_client": None}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, BaseJob):
            return NotImplemented
        return (self.request_id, self.base_url) == (other.request_id, other.base_url)

    def __hash__(self) -> int:
        return hash((self.request_id, self.base_url))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.request_id!r})"


class Job(BaseJob[OutputT]):
    """A submitted job. Made by `RunComfy.submit` and `RunComfy.job`."""

    _client: RunComfy | None

    def status(self) -> JobStatus:
        """Ask where the job stands now."""
        from ._core import waiting as _watch

        return self._run(_watch.status, self)

    def wait(
        self, timeout: float | None = None, on_update: OnUpdate | None = None
    ) -> Result[OutputT]:
        """Wait for the job to end, and return its result.

        `timeout` is in seconds, for the whole wait; None waits for ever. When it has
        passed, `WaitTimeoutError` is raised, and the job goes on. `on_update` is
        called with a `JobStatus` at each change of state or queue position; what it
        raises is logged. A job that did not succeed raises `JobFailedError` or
        `JobCancelledError`.
        """
        from ._core import waiting as _watch

        return self._run(_watch.wait, self, timeout, on_update)

    def updates(self, timeout: float | None = None) -> Generator[JobStatus, None, None]:
        """Yield the job's status at each change until it has ended."""
        from ._core.waiting import Watch

        watch = Watch(self, timeout)
        while (status := self._run(watch.next_change)) is not None:
            yield status

    def result(self) -> Result[OutputT]:
        """Fetch the result now; `JobNotFinishedError` if there is none yet."""
        from ._core import waiting as _watch

        return self._run(_watch.result, self)

    def cancel(self) -> bool:
        """Cancel the job; False where it is too late, as for a job in progress.

        Asked again where the answer was lost; then its status tells whether it was.
        """
        from ._core import operations as _operations

        return self._run(_operations.cancel, self.request_id)

    def _run(
        self,
        operation: Callable[Concatenate[Settings, P], Operation[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if self._client is not None:
            return self._client._run(operation, *args, **kwargs)
        from .client import RunComfy

        with RunComfy(base_url=self.base_url) as client:
            return client._run(operation, *args, **kwargs)


class AsyncJob(BaseJob[OutputT]):
    """A submitted job. Made by `AsyncRunComfy.submit` and `AsyncRunComfy.job`."""

    _client: AsyncRunComfy | None

    async def status(self) -> JobStatus:
        """Ask where the job stands now."""
        from ._core import waiting as _watch

        return await self._run(_watch.status, self)

    async def wait(
        self, timeout: float | None = None, on_update: OnUpdate | None = None
    ) -> Result[OutputT]:
        """Wait for the job to end, and return its result.

        `timeout` is in seconds, for the whole wait; None waits for ever. When it has
        passed, `WaitTimeoutError` is raised, and the job goes on. `on_update` is
        called with a `JobStatus` at each change of state or queue position, and
        awaited if it is a coroutine function; what it raises is logged. A job that
        did not succeed raises `JobFailedError` or `JobCancelledError`.
        """
        from ._core import waiting as _watch

        return await self._run(_watch.wait, self, timeout, on_update)

    async def updates(
        self, timeout: float | None = None
    ) -> AsyncGenerator[JobStatus, None]:
        """Yield the job's status at each change until it has ended."""
        from ._core.waiting import Watch

        watch = Watch(self, timeout)
        while (status := await self._run(watch.next_change)) is not None:
            yield status

    async def result(self) -> Result[OutputT]:
        """Fetch the result now; `JobNotFinishedError` if there is none yet."""
        from ._core import waiting as _watch

        return await self._run(_watch.result, self)

    async def cancel(self) -> bool:
        """Cancel the job; False where it is too late, as for a job in progress.

        Asked again where the answer was lost; then its status tells whether it was.
        """
        from ._core import operations as _operations

        return await self._run(_operations.cancel, self.request_id)

    async def _run(
        self,
        operation: Callable[Concatenate[Settings, P], Operation[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if self._client is not None:
            return await self._client._run(operation, *args, **kwargs)
        from .async_client import AsyncRunComfy

        async with AsyncRunComfy(base_url=self.base_url) as client:
            return await client._run(operation, *args, **kwargs)
