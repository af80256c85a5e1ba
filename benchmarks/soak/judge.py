"""The verdict: what the clients say against what the service's ledger says. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from benchmarks.soak.chaos import HARMLESS
from benchmarks.soak.courses import Outcome

ENDINGS = {
    "succeeded": "Result",
    "failed": "JobFailedError",
    "cancelled": "JobCancelledError",
    "expired": "RequestNotFoundError",
}
UNCERTAIN = frozenset(
    {"SubmitUncertainError", "SubmitServerError", "SubmitUnreadableError"}
)
TAKEN_BACK = frozenset({"rate-limit", "rate-limit-date", "status:429"})
"""Refusals after which a submit may be sent again."""
BACK_TO_NEW = TAKEN_BACK | {"redirect", "status:503", "error-200"}
"""Those after which a batch sends a job again, which it otherwise never does."""


def faults_of(
    numbers: Iterable[str],
    outcomes: Mapping[str, Outcome],
    entries: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """Return what was lost, doubled or told wrong, each as a sentence."""
    found = []
    nothing = {"submits": [], "jobs": [], "misled": False}
    for number in numbers:
        outcome, entry = outcomes.get(number), entries.get(number, nothing)
        is_batch = outcome is not None and outcome.way == "batch"
        said = [
            *_doubled(entry, BACK_TO_NEW if is_batch else TAKEN_BACK),
            *(["has no outcome"] if outcome is None else _wrong(outcome, entry)),
        ]
        found += [f"{number} {text}: {outcome}, {dict(entry)}" for text in said]
    return found


def _doubled(entry: Mapping[str, Any], taken_back: frozenset[str]) -> list[str]:
    said = []
    if len([each for each in entry["submits"] if each not in taken_back]) > 1:
        said.append("was submitted twice")
    if len(entry["jobs"]) > 1:
        said.append("is billed twice")
    return said


def _wrong(outcome: Outcome, entry: Mapping[str, Any]) -> list[str]:
    said = [*outcome.found]
    jobs = dict(entry["jobs"])
    if outcome.request_id is not None:
        ended = jobs.get(outcome.request_id)
        if ENDINGS.get(str(ended)) != outcome.ending:
            said.append(f"ended {ended}, and is told otherwise")
        if outcome.cancelled and ended != "cancelled":
            said.append("was cancelled, it is said, and was not")
        missed = outcome.cancelled is False and ended == "cancelled"
        if missed and not entry["misled"]:
            said.append("was not cancelled, it is said, and was")
    elif outcome.ending in UNCERTAIN:
        if HARMLESS.issuperset(entry["submits"]) and not outcome.late:
            said.append("had a good answer, and is called uncertain")
    elif jobs:
        said.append("runs, and is lost: the client says that it was refused")
    return said
