"""A submitted job: `Job` and `AsyncJob`, the same but for the awaiting.

A job can be pickled, without its client and so without the token. Unpickled, it
opens connections of its own for each call, by the token in the environment, at the same
base URL; `client.job(request_id, Output)` is cheaper for many calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from ._core.job_ref import JobRef, OutputT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from ._core.effects import Operation
    from ._core.service_rules import JobStatus
    from ._core.settings import Settings
    from ._core.waiting import OnUpdate
    from ._http.async_engine import AsyncEngine
    from ._http.sync_engine import SyncEngine
    from .results import Result

__all__ = ["AsyncJob", "BaseJob", "Job"]

T = TypeVar("T")
P = ParamSpec("P")
BaseJob = JobRef


class Job(JobRef[OutputT]):
    """A submitted job. Made by `RunComfy.submit` and `RunComfy.job`."""

    _engine: SyncEngine | None

    def status(self) -> JobStatus:
        """Ask where the job stands now."""
        from ._core import waiting

        return self._call(waiting.status, self)

    def wait(
        self, timeout: float | None = None, on_update: OnUpdate | None = None
    ) -> Result[OutputT]:
        """Wait for the job to end, and return its result.

        `timeout` is in seconds, for the whole wait; None waits for ever. When it has
        passed, `WaitTimeoutError` is raised, and the job goes on. `on_update` is
        called with a `JobStatus` at each change of state or queue position,; what
        it raises is logged. A job that
        did not succeed raises `JobFailedError` or `JobCancelledError`.
        """
        from ._core import waiting

        return self._call(waiting.wait, self, timeout, on_update)

    def updates(self, timeout: float | None = None) -> Generator[JobStatus, None, None]:
        """Yield the job's status at each change until it has ended."""
        from ._core.waiting import Watch

        watch = Watch(self, timeout)
        while (status := self._call(watch.next_change)) is not None:
            yield status

    def result(self) -> Result[OutputT]:
        """Fetch the result now; `JobNotFinishedError` if there is none yet."""
        from ._core import waiting

        return self._call(waiting.result, self)

    def cancel(self) -> bool:
        """Cancel the job; False where it is too late, as for a job in progress.

        Asked again where the answer was lost; then its status tells whether it was.
        """
        from ._core import operations

        return self._call(operations.cancel, self)

    def _call(
        self,
        function: Callable[Concatenate[Settings, P], Operation[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run an operation by the client's engine, or by one for this call alone."""
        if self._engine is not None:
            return self._engine.call(function, *args, **kwargs)
        from ._http.sync_engine import SyncEngine

        engine = SyncEngine.of_environment(self.base_url)
        try:
            return engine.call(function, *args, **kwargs)
        finally:
            engine.close()


class AsyncJob(JobRef[OutputT]):
    """A submitted job. Made by `AsyncRunComfy.submit` and `AsyncRunComfy.job`."""

    _engine: AsyncEngine | None

    async def status(self) -> JobStatus:
        """Ask where the job stands now."""
        from ._core import waiting

        return await self._call(waiting.status, self)

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
        from ._core import waiting

        return await self._call(waiting.wait, self, timeout, on_update)

    async def updates(
        self, timeout: float | None = None
    ) -> AsyncGenerator[JobStatus, None]:
        """Yield the job's status at each change until it has ended."""
        from ._core.waiting import Watch

        watch = Watch(self, timeout)
        while (status := await self._call(watch.next_change)) is not None:
            yield status

    async def result(self) -> Result[OutputT]:
        """Fetch the result now; `JobNotFinishedError` if there is none yet."""
        from ._core import waiting

        return await self._call(waiting.result, self)

    async def cancel(self) -> bool:
        """Cancel the job; False where it is too late, as for a job in progress.

        Asked again where the answer was lost; then its status tells whether it was.
        """
        from ._core import operations

        return await self._call(operations.cancel, self)

    async def _call(
        self,
        function: Callable[Concatenate[Settings, P], Operation[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run an operation by the client's engine, or by one for this call alone."""
        if self._engine is not None:
            return await self._engine.call(function, *args, **kwargs)
        from ._http.async_engine import AsyncEngine

        engine = AsyncEngine.of_environment(self.base_url)
        try:
            return await engine.call(function, *args, **kwargs)
        finally:
            await engine.close()
