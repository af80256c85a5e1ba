"""The async client: `AsyncRunComfy`. Imports no HTTP library before one is made.

The sync one is made of it by scripts/unasync.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar, overload

from ._core.base_client import BaseClient
from ._core.settings import MAX_ANSWER_BYTES
from .jobs import AsyncJob

if TYPE_CHECKING:
    from collections.abc import (
        AsyncGenerator,
        AsyncIterable,
        Callable,
        Iterable,
        Mapping,
    )
    from decimal import Decimal
    from os import PathLike
    from pathlib import Path
    from types import ModuleType, TracebackType

    import httpx2

    from ._batch.options import OnSubmitted
    from ._core.job_ref import JobRef
    from ._core.model_info import ModelInfo
    from ._core.money import Balance, Budget, Estimate, Price
    from ._core.outbox import Uploader
    from ._core.submission import Submission
    from ._core.waiting import OnUpdate
    from ._index import ModelModule
    from ._models import InputModel, OutputModel
    from .downloads import OnProgress
    from .results import Result, SentInput

__all__ = ["AsyncRunComfy"]

OutputT = TypeVar("OutputT", bound="OutputModel")

if TYPE_CHECKING:
    Runnable: TypeAlias = InputModel[OutputT] | JobRef[OutputT]


class AsyncRunComfy(BaseClient):
    """A client of the RunComfy Model API for asyncio, to be shared between tasks.

    `token`: else of the environment: RUNCOMFY_API_TOKEN, RUNCOMFY_TOKEN or
    RUNCOMFY_API_KEY. `base_url`: else RUNCOMFY_BASE_URL, else the service's.
    `account_url`: where the balance is asked for, by default the service's own place,
    or `base_url` where that is not the service's; the token goes to both.
    `timeout`: seconds that one network operation may take, 60 (10 to connect).
    `max_retries`: how often a call that is safe to repeat is repeated; a submit is,
    only while it cannot have left. `poll_interval`: seconds between two polls, or a
    function from seconds waited so far to them; from 0.4 s to 5 s. `headers`: sent
    with each API call, beside ours. `max_answer_bytes`: of one API answer, 96 MiB.
    `proxy`: else those of the environment. `transport` is closed with this client,
    `http_client` is not; one of the three at most. `uploader`: a function, async or not,
    from a `MediaFile` to its URL, for the files in inputs; without one they are sent as
    `data:` URIs, as far as these may be large.
    """

    def __init__(
        self,
        token: str | None = None,
        *,
        base_url: str | None = None,
        account_url: str | None = None,
        timeout: float | httpx2.Timeout | None = None,
        max_retries: int = 4,
        poll_interval: float | Callable[[float], float] | None = None,
        headers: Mapping[str, str] | None = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        uploader: Uploader | None = None,
        proxy: str | httpx2.Proxy | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        http_client: httpx2.AsyncClient | None = None,
    ) -> None:
        secret, token = self._hide(token), None
        super().__init__(
            secret,
            base_url,
            max_retries,
            poll_interval,
            headers,
            max_answer_bytes,
            account_url,
            uploader,
        )
        from ._http.async_engine import AsyncEngine

        self._engine = AsyncEngine(
            self._settings,
            timeout=timeout,
            proxy=proxy,
            transport=transport,
            http_client=http_client,
        )

    async def run(
        self,
        model_input: InputModel[OutputT],
        *,
        timeout: float | None = None,
        on_update: OnUpdate | None = None,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
    ) -> Result[OutputT]:
        """Submit a job, wait for it, and return its result.

        `timeout` and `on_update` are those of `AsyncJob.wait`, the others those of
        `submit`.
        """
        self._check_timeout(timeout)
        budget = self._read_budget(max_cost_usd, allow_unpriced)
        submission = self._begin()
        try:
            job = await self._submit_input(submission, budget, model_input)
            return await job.wait(timeout, on_update)
        except BaseException as error:
            submission.tell(error)
            raise

    async def submit(
        self,
        model_input: InputModel[OutputT],
        *,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
    ) -> AsyncJob[OutputT]:
        """Submit a job, and return it at once.

        Sent once. `SubmitUncertainError` if the answer was lost: the job may exist.
        Interrupted, it says what is known of the job: a Ctrl-C or a cancellation
        carries a note, and `request_id` once that was read.
        With `max_cost_usd`, the price is read before: `OverBudgetError`, and nothing is
        sent, if the job would cost more, or if that cannot be told, unless
        `allow_unpriced`.
        """
        budget = self._read_budget(max_cost_usd, allow_unpriced)
        submission = self._begin()
        try:
            return await self._submit_input(submission, budget, model_input)
        except BaseException as error:
            submission.tell(error)
            raise

    async def run_model(
        self,
        model_id: str,
        body: dict[str, Any],
        *,
        timeout: float | None = None,
        on_update: OnUpdate | None = None,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
    ) -> Result[OutputModel]:
        """Run a model by its id, unchecked, as for one that was not generated."""
        self._check_timeout(timeout)
        budget = self._read_budget(max_cost_usd, allow_unpriced)
        submission = self._begin()
        try:
            job = await self._submit_body(submission, budget, model_id, body)
            return await job.wait(timeout, on_update)
        except BaseException as error:
            submission.tell(error)
            raise

    async def submit_model(
        self,
        model_id: str,
        body: dict[str, Any],
        *,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
    ) -> AsyncJob[OutputModel]:
        """Submit a job of a model by its id, unchecked."""
        budget = self._read_budget(max_cost_usd, allow_unpriced)
        submission = self._begin()
        try:
            return await self._submit_body(submission, budget, model_id, body)
        except BaseException as error:
            submission.tell(error)
            raise

    @overload
    def job(self, request_id: str, output_type: type[OutputT]) -> AsyncJob[OutputT]: ...

    @overload
    def job(self, request_id: str) -> AsyncJob[OutputModel]: ...

    def job(
        self, request_id: str, output_type: type[OutputModel] | None = None
    ) -> AsyncJob[Any]:
        """Pick up a job that was submitted before, here or elsewhere.

        `output_type` is the model's `Output`. Makes no call.
        """
        request_id = self._read_request_id(request_id)
        self._check_output_type(output_type)
        return AsyncJob(request_id, output_type, self.base_url, self._engine)

    def run_many(
        self,
        inputs: Iterable[Runnable[OutputT]] | AsyncIterable[Runnable[OutputT]],
        *,
        concurrency: int = 16,
        timeout: float | None = None,
        on_submitted: OnSubmitted | None = None,
        max_cost_usd: Decimal | float | str | None = None,
        allow_unpriced: bool = False,
    ) -> AsyncGenerator[tuple[int, Result[OutputT] | Exception], None]:
        """Run many jobs, and yield each one's index and result or error as it ends.

        Of inputs, which are submitted, and of jobs, which are taken up. At most
        `concurrency` are in flight, or waiting for you to take them. `timeout` is
        each job's. `on_submitted` is called with index and job as soon as there is
        one. A stop half-way leaves those in flight running, and names them.
        `max_cost_usd` is for all of them together: what would go beyond it, or whose
        cost cannot be told unless `allow_unpriced`, is not sent, and its outcome is an
        `OverBudgetError`.
        """
        from ._batch.options import Options
        from ._batch.tasks import run_many

        options = Options(
            self._settings,
            self._make_job,
            concurrency,
            timeout,
            on_submitted,
            self._read_budget(max_cost_usd, allow_unpriced),
        )
        return run_many(self._engine, options, inputs)

    async def price(
        self, model: str | ModuleType | ModelModule | type[InputModel[Any]]
    ) -> Price:
        """Ask what a model costs now. Its `rate` is None where that is unknown."""
        from ._core import pricing

        return await self._engine.call(pricing.price, pricing.model_id_of(model))

    async def estimate(self, model_input: InputModel[Any]) -> Estimate:
        """Ask what a job of this input will cost now. Nothing is submitted.

        Its `usd` is None where that cannot be told before; `why` says why.
        """
        model_id, body, _ = self._read_input(model_input)
        return await self.estimate_model(model_id, body)

    async def estimate_model(self, model_id: str, body: dict[str, Any]) -> Estimate:
        """Ask what a job of a model by its id will cost now, unchecked."""
        from ._core import pricing

        return await self._engine.call(pricing.estimate_cost, model_id, body)

    async def balance(self) -> Balance:
        """Ask what is left on the account."""
        from ._core import pricing

        return await self._engine.call(pricing.balance)

    async def model(
        self, model: str | ModuleType | ModelModule | type[InputModel[Any]]
    ) -> ModelInfo:
        """Ask what the service says of a model now."""
        from ._core import pricing

        return await self._engine.call(pricing.model, pricing.model_id_of(model))

    async def catalogue(
        self, search: str = "", category: str = "", kind: str = ""
    ) -> AsyncGenerator[ModelInfo, None]:
        """Yield every model that the service has now, read a page at a time."""
        from ._core.pricing import Listing

        listing = Listing(search, category, kind)
        while (page := await self._engine.call(listing.next_page)) is not None:
            for info in page:
                yield info

    async def download(
        self,
        result: Result[Any],
        directory: str | PathLike[str],
        *,
        max_bytes: int = 2 * 1024**3,
        on_progress: OnProgress | None = None,
        provenance: bool | InputModel[Any] = False,
    ) -> list[Path]:
        """Download every medium of a result, and return the files.

        Nothing is overwritten, and nothing is left of a download that failed, which
        raises `DownloadError`. `max_bytes` caps each file. The token is not sent.
        `provenance` writes `<file>.json` beside each: model_id, input, request_id,
        cost, times and SHA-256. Give the input itself there, for all of it: the
        service need not echo it.
        """
        from ._core.provenance import download_with_record

        return await self._engine.call(
            download_with_record, result, directory, max_bytes, on_progress, provenance
        )

    async def read(self, medium: str, *, max_bytes: int = 2 * 1024**3) -> bytes:
        """Return what a medium of a result holds: `client.read(result.url)`.

        Raises `DownloadError`. The token is not sent.
        """
        from ._core.provenance import read_medium

        return await self._engine.call(read_medium, medium, max_bytes)

    async def close(self) -> None:
        """Close the connections. Jobs go on."""
        await self._engine.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def _submit_input(
        self,
        submission: Submission,
        budget: Budget,
        model_input: InputModel[OutputT],
    ) -> AsyncJob[OutputT]:
        """Submit an input, keeping what is known of it in the submission."""
        model_id, body, output_type = self._read_input(model_input)
        return await self._submit_body(submission, budget, model_id, body, output_type)

    async def _submit_body(
        self,
        submission: Submission,
        budget: Budget,
        model_id: str,
        body: dict[str, Any],
        output_type: type[Any] | None = None,
    ) -> AsyncJob[Any]:
        """Submit a body, keeping what is known of it in the submission."""
        from ._core.pricing import submit_within

        request_id, _ = await self._engine.call(
            submit_within, model_id, body, budget, submission
        )
        return self._make_job(request_id, output_type, submission.sent)

    def _make_job(
        self, request_id: str, output_type: type[Any] | None, sent: SentInput | None
    ) -> AsyncJob[Any]:
        """Return a job that was submitted right now."""
        engine, now = self._engine, self._now()
        return AsyncJob(request_id, output_type, self.base_url, engine, now, sent)
