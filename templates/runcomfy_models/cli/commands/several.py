"""Several runs of one command: each is shown as it ends, on a line with its index.

They are not in a journal: what has to outlive this process is a batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import (
    JobCancelledError,
    RunComfyError,
    SubmitUncertainError,
    WaitTimeoutError,
)
from ...results import Result
from ..exits import UNAVAILABLE, exit_code
from ..output import clean, complain, print_data, print_line
from ..requests.request import Request
from .following import pick_up, report

if TYPE_CHECKING:
    from ...client import RunComfy

AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for of all the runs."""

    out: str | None
    no_wait: bool
    timeout: float | None
    max_cost_usd: str | None
    """For all of them together."""
    allow_unpriced: bool
    is_person: bool


def run_several(client: RunComfy, requests: Sequence[Request], wishes: Wishes) -> int:
    """Run requests, a few at once; return the exit code of the first that failed."""
    submitted: dict[int, str] = {}
    outcomes = client.run_many(
        [request.runnable() for request in requests],
        concurrency=AT_ONCE,
        timeout=0 if wishes.no_wait else wishes.timeout,
        on_submitted=lambda index, job: submitted.update({index: job.request_id}),
        max_cost_usd=wishes.max_cost_usd,
        allow_unpriced=wishes.allow_unpriced,
    )
    codes: dict[int, int] = {}
    try:
        for index, outcome in outcomes:
            model_id = requests[index].model_id
            name = submitted.pop(index, None)
            if wishes.no_wait and name is not None:
                _show_submitted(index, model_id, name, wishes)
            elif isinstance(outcome, Result):
                codes[index] = _show_result(client, index, model_id, outcome, wishes)
            else:
                codes[index] = _show_failure(index, model_id, name, outcome, wishes)
    except KeyboardInterrupt as error:
        left = [pick_up(name) for name in submitted.values()]
        error.__notes__ = (
            [f"Jobs go on; pick them up: {'; '.join(left)}"] if left else []
        )
        raise
    failed = [codes[index] for index in sorted(codes) if codes[index]]
    return failed[0] if failed else 0


def _show_submitted(index: int, model_id: str, name: str, wishes: Wishes) -> None:
    """Print the name of a job that is left to itself."""
    if wishes.is_person:
        print_line(name)
    else:
        print_data({"index": index, "model_id": model_id, "request_id": name})


def _show_result(
    client: RunComfy, index: int, model_id: str, result: Result[Any], wishes: Wishes
) -> int:
    """Show what a run made; a download that fails stops no other run."""
    try:
        report(client, result, wishes.out, wishes.is_person, model_id, index)
    except RunComfyError as error:
        complain(f"run {index}: {error}")
        return exit_code(error)
    return 0


def _show_failure(
    index: int, model_id: str, name: str | None, error: Exception, wishes: Wishes
) -> int:
    """Show a run that came to nothing, or goes on."""
    said = clean(error)
    name = name or getattr(error, "request_id", None)
    complain(f"run {index}: {said}")
    if not wishes.is_person:
        failure = {"index": index, "model_id": model_id, "request_id": name}
        print_data({**failure, "state": _state(error), "error": said})
    return exit_code(error) if isinstance(error, RunComfyError) else UNAVAILABLE


def _state(error: Exception) -> str:
    """Return how a run stands, in the words of a batch."""
    match error:
        case SubmitUncertainError():
            return "uncertain"
        case WaitTimeoutError():
            return "submitted"
        case JobCancelledError():
            return "cancelled"
        case _:
            return "failed"
