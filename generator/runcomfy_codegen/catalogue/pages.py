"""Ask the catalogue for one page, and read the entries in it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from runcomfy_codegen.catalogue.asking import Questions
from runcomfy_codegen.catalogue.said import read_answer, read_body
from runcomfy_codegen.digests import digest_json
from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.http import (
    TOKEN_VARIABLES,
    FetchError,
    Service,
    TooLargeError,
)
from runcomfy_codegen.ir import Json

ReadEntries: TypeAlias = Callable[
    [str, str], tuple[list[dict[str, Any]], tuple[SourceError, ...]]
]
"""Reads the entries in a text, from a place that it is given: the good, and errors."""
MAX_BYTES = 16 * 2**20
"""The largest page that is read."""
MAX_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the catalogue."""

    entries: tuple[dict[str, Any], ...]
    errors: tuple[SourceError, ...]
    """What is wrong with the broken entries."""
    keys: tuple[str, ...]
    """What tells each entry, broken or not, from the others."""
    total: int | None
    """How many entries there are in all, if the server says so."""
    size: int
    """Its bytes."""


def get_page(
    questions: Questions,
    query: Mapping[str, str | int],
    origin: str,
    read_entries: ReadEntries,
) -> Page:
    """Return a page of the catalogue.

    Raises TooLargeError for one of more than MAX_BYTES, and SourceError if none comes,
    after retries.
    """

    def read(content: bytes) -> Page:
        return _parse(content, origin, read_entries)

    try:
        return questions.ask(f"/v1/models?{urlencode(query)}", origin, MAX_BYTES, read)
    except TooLargeError:
        raise
    except FetchError as error:
        raise _final(error, questions.service) from error


def _parse(content: bytes, origin: str, read_entries: ReadEntries) -> Page:
    """Return the page in an answer. Raises FetchError for an answer that is not one."""
    text = content.decode("utf-8-sig", "replace")
    if text.lstrip().startswith("<"):
        raise FetchError("it answers with a page, not with JSON")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FetchError("the answer is broken JSON", again=True) from error
    about = answer if isinstance(answer, dict) else {"models": answer}
    models = about.get("models")
    if not isinstance(models, list):
        raise _not_a_catalogue(about)
    if len(models) > MAX_ENTRIES:
        what = f"the answer lists {len(models)} models, of which {MAX_ENTRIES} are read"
        raise FetchError(what)
    entries, errors = read_entries(text, origin) if models else ([], ())
    keys = tuple(map(_key, models))
    return Page(tuple(entries), errors, keys, _total(about), len(content))


def _total(answer: Mapping[str, Json]) -> int | None:
    """Return how many entries an answer says there are, if it says a number."""
    total = answer.get("total")
    if not isinstance(total, int) or isinstance(total, bool):
        return None
    return total if total >= 0 else None


def _key(entry: Json) -> str:
    """Return an entry's model_id; without one, what tells it from other entries."""
    model_id = entry.get("model_id") if isinstance(entry, dict) else None
    return model_id if isinstance(model_id, str) else f"#{digest_json(entry)}"


def _not_a_catalogue(answer: Mapping[str, Json]) -> FetchError:
    """Return the error of an answer without models: it may be an error as HTTP 200."""
    said = read_answer(answer)
    if said.code is None:
        return FetchError('the answer has no list of "models"')
    status = 401 if said.is_about_token else 0
    return FetchError(f"the service says {said}", said.is_busy, status)


def _final(error: FetchError, service: Service) -> SourceError:
    """Return the error of a page that does not come, with what to do."""
    said = read_body(error.body)
    words = str(said)
    what = f"{error.what}: {words}" if words else error.what
    fix = "try again later"
    if said.is_about_token or error.status in (401, 403):
        held = "another" if service.token else "a"
        fix = f"set {TOKEN_VARIABLES[0]} to {held} token that may list the catalogue"
    elif not error.again:
        fix = "see that --base-url is that of the API"
    return SourceError(f"{service.base_url}/v1/models", service.redact(what), fix)
