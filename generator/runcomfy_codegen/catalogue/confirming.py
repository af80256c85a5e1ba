"""Ask for each model that a listing lacks, since a listing may be short.

What the service says of one model is believed only if it knows the models that it lists:
a proxy that answers 404 to everything would retire them all.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import quote

from runcomfy_codegen.catalogue.asking import Questions
from runcomfy_codegen.catalogue.said import read_answer, read_body
from runcomfy_codegen.http import FetchError
from runcomfy_codegen.ir import Json
from runcomfy_codegen.progress import Progress, no_progress

UNKNOWN = frozenset((400001, 404001))
"""The codes of errors that say: there is no such model."""
NOT_THERE = (404, 410)
MAX_BYTES = 16 * 2**20
FEW = 3
"""How many models that are listed are asked for, until one is known."""
MAX_FAILURES = 3
"""How many questions without an answer end the asking."""

Answer: TypeAlias = Literal["gone", "published"]


@dataclass(slots=True)
class Confirmed:
    """What the service says of models that it did not list."""

    gone: set[str] = field(default_factory=set)
    published: set[str] = field(default_factory=set)
    """Those that it has all the same."""
    unsure: dict[str, str] = field(default_factory=dict)
    """Those of which it says nothing, each with why."""


def confirm_gone(
    questions: Questions,
    missing: Iterable[str],
    listed: Collection[str],
    progress: Progress = no_progress,
) -> Confirmed:
    """Return which of the models that a listing lacks are gone."""
    found = Confirmed()
    wanted = sorted(missing)
    distrust = _distrust(questions, listed) if wanted else ""
    failures = 0
    for number, model_id in enumerate(wanted, 1):
        why = distrust
        if not why and failures >= MAX_FAILURES:
            why = "it was not asked, after too many questions without an answer"
        if why:
            found.unsure[model_id] = why
            continue
        try:
            _sort_in(found, model_id, _ask(questions, model_id))
        except FetchError as error:
            failures += 1
            found.unsure[model_id] = _words(questions, error)
        progress("models confirmed", number, len(wanted))
    return found


def _sort_in(found: Confirmed, model_id: str, answer: Answer) -> None:
    chosen = found.gone if answer == "gone" else found.published
    chosen.add(model_id)


def _distrust(questions: Questions, listed: Collection[str]) -> str:
    """Return why the service is not believed of single models; empty if it is.

    One that it listed may have gone since, so a few are asked for.
    """
    why = "it lists none"
    for known in sorted(listed)[:: max(1, len(listed) // FEW)]:
        try:
            answer = _ask(questions, known)
        except FetchError as error:
            return f"of {known}, which it lists, it says: {_words(questions, error)}"
        if answer == "published":
            return ""
        why = f"it does not know {known} either, which it lists"
    return why


def _ask(questions: Questions, model_id: str) -> Answer:
    """Return what the service says of a model. Raises FetchError if it does not say."""
    path = f"/v1/models/{quote(model_id)}"
    about = f"catalogue, {model_id}"
    try:
        return questions.ask(path, about, MAX_BYTES, _read)
    except FetchError as error:
        said = read_body(error.body)
        is_unknown = error.status in NOT_THERE or said.code in UNKNOWN
        if is_unknown:
            return "gone"
        raise


def _read(content: bytes) -> Answer:
    """Return what an answer says. Raises FetchError for one that says something else."""
    answer = _parsed(content)
    said = read_answer(answer)
    if said.code in UNKNOWN:
        return "gone"
    if said.code is not None:
        what = f"the service says {said}"
        raise FetchError(what, said.is_busy)
    is_model = isinstance(answer, dict) and "input_schema" in answer
    if not is_model:
        raise FetchError("the answer is not a model")
    return "published"


def _parsed(content: bytes) -> Json:
    """Return the JSON in an answer. Raises FetchError, after which another may come."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        what = "the answer is broken JSON"
        raise FetchError(what, again=True) from error


def _words(questions: Questions, error: FetchError) -> str:
    said = str(read_body(error.body))
    return questions.service.redact(f"{error.what}: {said}" if said else error.what)
