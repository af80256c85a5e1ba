"""The course of a batch: run again and again, until each job has ended or is uncertain."""

import tempfile
from pathlib import Path

from benchmarks.soak.courses import Outcome, input_of
from runcomfy_models import RunComfy, RunComfyError
from runcomfy_models.batch import Batch, BatchItem

WAY = "batch"
MOST_RUNS = 60
AT_ONCE = 32
ENDINGS = {
    "succeeded": "Result",
    "failed": "JobFailedError",
    "cancelled": "JobCancelledError",
    "uncertain": "SubmitUncertainError",
}


def run_batch(client: RunComfy, numbers: list[str]) -> dict[str, Outcome]:
    """Run a job for each number, by a journal of their own."""
    with tempfile.TemporaryDirectory() as folder:
        journal, out = Path(folder, "journal.db"), Path(folder, "out")
        with Batch(journal, client) as batch:
            batch.add((number, input_of(number)) for number in numbers)
        for _ in range(MOST_RUNS):
            with Batch(journal, client) as batch:
                run_once(batch, out)
                items = list(batch.items())
            if all(item.state in ENDINGS for item in items):
                break
        return {item.key: outcome_of(item) for item in items}


def run_once(batch: Batch, out: Path) -> None:
    """Run what is left; what ends a run early is left to the next."""
    try:
        for _ in batch.run(concurrency=AT_ONCE, out=out, timeout=2.0):
            pass
    except RunComfyError:
        return


def outcome_of(item: BatchItem) -> Outcome:
    """Return how the journal says that a job ended."""
    ending = ENDINGS.get(item.state, item.state)
    error = item.error or ""
    if item.state == "failed" and item.request_id is None:
        ending = "APIError"
    elif item.state == "failed" and error.startswith("request "):
        ending = "RequestNotFoundError"
    found = []
    if item.files and not all(file.stat().st_size for file in item.files):
        found.append("was downloaded as nothing")
    is_late = "Timeout" in error or "gone" in error
    return Outcome(WAY, item.request_id, ending, is_late, None, tuple(found))
