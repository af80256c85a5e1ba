"""What the playground runs: prices before, jobs after, and a ceiling on what is spent.

A ceiling is for the whole life of the process. What a job is estimated to cost is set
aside before it is submitted, and replaced by what it did cost; a job whose submit is
uncertain keeps what was set aside for it. So several pages at once cannot pass it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ...errors import (
    JobCancelledError,
    JobFailedError,
    ModelNotFoundError,
    RetiredModelError,
    RunComfyError,
    SubmitUncertainError,
)

if TYPE_CHECKING:
    from ...client import RunComfy
    from ...jobs import Job
    from ...results import Result

ENDINGS = {
    **dict.fromkeys(("mp4", "webm", "mov", "m4v"), "video"),
    **dict.fromkeys(("mp3", "wav", "ogg", "flac", "m4a", "aac", "opus"), "audio"),
}
"""What a file is of, by the end of its name; any other is taken for an image."""
WORDS = {"in_queue": "In the queue", "in_progress": "Running", "completed": "Done"}


class RefusedError(Exception):
    """What the playground does not do, and why; `status` is that of the HTTP answer."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


@dataclass
class _Run:
    """A job that was started here, and what is set aside for it."""

    job: Job[Any]
    aside: Decimal
    answer: dict[str, Any] | None = None
    """What is told of it once it has ended."""


class Runs:
    """The jobs of one playground."""

    def __init__(
        self, client: RunComfy, ceiling: Decimal, allow_unpriced: bool = False
    ) -> None:
        self._client = client
        self._ceiling = ceiling
        self._allow_unpriced = allow_unpriced
        self._lock = threading.Lock()
        self._committed = Decimal(0)
        """What was spent, and what is set aside."""
        self._runs: dict[str, _Run] = {}

    def quote(self, model_id: str, body: Mapping[str, Any]) -> dict[str, str]:
        """Return what a run would cost, what is left, and why it would be refused."""
        estimate = self._client.estimate_model(_known(model_id), dict(body))
        try:
            left = self._client.balance()
            balance = f"${left.usd:f}" if left.currency == "USD" else str(left.usd)
        except RunComfyError as error:
            balance = f"unknown ({error})"
        price = estimate.why.rstrip(".")
        if estimate.usd is not None:
            price = f"This run: ${estimate.usd:f}"
        with self._lock:
            refusal = self._refusal(estimate.usd)
            spent = self._committed
        return {
            "price": price,
            "balance": balance,
            "spent": f"${spent:f}",
            "ceiling": f"${self._ceiling:f}",
            "refusal": refusal,
        }

    def start(self, model_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Submit a job within the ceiling, once. Raises RefusedError, RunComfyError."""
        _check(_known(model_id), body)
        estimate = self._client.estimate_model(model_id, dict(body)).usd
        aside = estimate or Decimal(0)
        with self._lock:
            refusal = self._refusal(estimate)
            if refusal:
                raise RefusedError(402, refusal)
            self._committed += aside
        try:
            job = self._client.submit_model(
                model_id,
                dict(body),
                max_cost_usd=None if estimate is None else estimate,
                allow_unpriced=self._allow_unpriced,
            )
        except SubmitUncertainError:
            raise  # it may exist, and cost: what was set aside stays so
        except BaseException:
            self._settle(aside, Decimal(0))
            raise
        with self._lock:
            self._runs[job.request_id] = _Run(job, aside)
        return _told(job.request_id, "in_queue", "Submitted")

    def look(self, request_id: str) -> dict[str, Any]:
        """Return where a job stands, and what it made once it has ended."""
        run = self._run(request_id)
        if run.answer is not None:
            return run.answer
        status = run.job.status()
        if not status.ended:
            said = WORDS.get(status.state, status.state)
            if status.queue_position is not None:
                said += f", {status.queue_position} ahead"
            return _told(request_id, status.state, said)
        try:
            result = run.job.result()
        except JobCancelledError:
            return self._ended(run, _told(request_id, "cancelled", "Cancelled"), None)
        except JobFailedError as error:
            answer = _told(request_id, "failed", f"Failed: {error.error or error}")
            return self._ended(run, answer, None)
        cost = result.cost
        answer = _told(request_id, "succeeded", "Done", cost, _media(result))
        return self._ended(run, answer, run.aside if cost is None else cost)

    def cancel(self, request_id: str) -> dict[str, str]:
        """Cancel a job that is still in the queue."""
        done = self._run(request_id).job.cancel()
        return {"said": "Cancelled." if done else "Too late: it has begun."}

    def _refusal(self, usd: Decimal | None) -> str:
        """Return why a run at a price is refused; empty where it is not."""
        left = self._ceiling - self._committed
        if usd is None and not self._allow_unpriced:
            return "Its price is unknown: start the playground with --allow-unpriced."
        # What has no price may cost anything: it takes that something is left.
        would_pass = left <= 0 if usd is None else usd > left or left < 0
        if would_pass:
            return f"It would pass the ceiling: ${left:f} is left of --max-cost-usd."
        return ""

    def _run(self, request_id: str) -> _Run:
        with self._lock:
            run = self._runs.get(request_id)
        if run is None:
            raise RefusedError(404, "This job was not started here.")
        return run

    def _ended(
        self, run: _Run, answer: dict[str, Any], cost: Decimal | None
    ) -> dict[str, Any]:
        """Keep what is told of a job, and put its cost in the place of the estimate."""
        with self._lock:
            if run.answer is not None:
                return run.answer
            run.answer = answer
        self._settle(run.aside, cost or Decimal(0))
        return answer

    def _settle(self, aside: Decimal, cost: Decimal) -> None:
        with self._lock:
            self._committed += cost - aside


def _known(model_id: str) -> str:
    from ..._catalogue import MODELS

    if model_id not in MODELS:
        raise RefusedError(404, f"There is no model {model_id!r} in this package.")
    return model_id


def _check(model_id: str, body: Mapping[str, Any]) -> None:
    """Check a body by the model's own class before anything is paid."""
    from pydantic import ValidationError

    from ..._index import load

    try:
        load(model_id).Input.model_validate(dict(body))
    except (ModelNotFoundError, RetiredModelError) as error:
        raise RefusedError(404, str(error)) from None
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        said = [f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in faults]
        raise RefusedError(422, "; ".join(said)) from None


def _told(
    request_id: str,
    state: str,
    said: str,
    cost: Decimal | None = None,
    media: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "state": state,
        "said": said,
        "cost": "" if cost is None else f"${cost:f}",
        "media": media or [],
    }


def _media(result: Result[Any]) -> list[dict[str, str]]:
    found = []
    for url in result.media():
        ending = urlsplit(url).path.rpartition(".")[2].lower()
        found.append({"kind": ENDINGS.get(ending, "image"), "url": url})
    return found
