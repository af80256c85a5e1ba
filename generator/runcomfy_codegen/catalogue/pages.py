"""Ask the catalogue for one page, and read the entries in it."""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlencode

from runcomfy_codegen.digests import digest_json
from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.http import (
    TOKEN_VARIABLES,
    FetchError,
    Service,
    TooLargeError,
    fetch,
)
from runcomfy_codegen.ir import Json

ReadEntries: TypeAlias = Callable[
    [str, str], tuple[list[dict[str, Any]], tuple[SourceError, ...]]
]
"""Reads the entries in a text, from a place that it is given: the good, and errors."""
MAX_BYTES = 16 * 2**20
"""The largest page that is read."""
MAX_ENTRIES = 10_000
PAUSES = (0.5, 1.0, 2.0)
"""Seconds before each further attempt."""
LONGEST_PAUSE = 30.0
TOKEN_CODES = (400004, 401, 401001, 403, 403001, 403003)
BUSY_CODES = range(500000, 600000)


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
    service: Service,
    query: Mapping[str, str | int],
    origin: str,
    read_entries: ReadEntries,
) -> Page:
    """Return a page of the catalogue.

    Raises TooLargeError for one of more than MAX_BYTES, and SourceError if none comes,
    after retries.
    """
    url = f"{service.base_url}/v1/models?{urlencode(query)}"
    pauses = iter(PAUSES)
    while True:
        try:
            return _parse(fetch(url, service, MAX_BYTES), origin, read_entries)
        except TooLargeError:
            raise
        except FetchError as error:
            pause = next(pauses, None)
            if pause is None or not error.again:
                raise _final(error, service) from error
            time.sleep(min(max(pause, error.wait or 0), LONGEST_PAUSE))


def _parse(content: bytes, origin: str, read_entries: ReadEntries) -> Page:
    """Return the page in an answer. Raises FetchError for an answer that is not one."""
    text = content.decode("utf-8-sig", "replace")
    if text.lstrip()[:1] == "<":
        raise FetchError("it answers with a page, not with JSON")
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FetchError("the answer is broken JSON", again=True) from error
    models = answer.get("models") if isinstance(answer, dict) else answer
    if not isinstance(models, list):
        raise _no_catalogue(answer)
    if len(models) > MAX_ENTRIES:
        what = f"the answer lists {len(models)} models, of which {MAX_ENTRIES} are read"
        raise FetchError(what)
    entries, errors = read_entries(text, origin) if models else ([], ())
    total = answer.get("total") if isinstance(answer, dict) else None
    known = isinstance(total, int) and not isinstance(total, bool) and total >= 0
    return Page(
        tuple(entries),
        errors,
        tuple(_key(entry) for entry in models),
        total if known else None,
        len(content),
    )


def _key(entry: Json) -> str:
    """Return an entry's model_id; without one, what tells it from other entries."""
    model_id = entry.get("model_id") if isinstance(entry, dict) else None
    return model_id if isinstance(model_id, str) else f"#{digest_json(entry)}"


def _no_catalogue(answer: Json) -> FetchError:
    code = _code(answer)
    if code is None:
        return FetchError('the answer has no list of "models"')
    error = FetchError(f"the service says {_said(answer)}", again=code in BUSY_CODES)
    error.status = 401 if code in TOKEN_CODES else 0
    return error


def _code(answer: Json) -> int | None:
    """Return the code of an error, which may come as HTTP 200."""
    if not isinstance(answer, dict):
        return None
    found = str(answer.get("error_code", answer.get("code")))
    return int(found) if re.fullmatch(r"\d{1,9}", found, re.ASCII) else None


def _said(answer: Json) -> str:
    if not isinstance(answer, dict):
        return "nothing"
    words = (answer.get(k) for k in ("error_message", "message", "error", "detail"))
    message = next((word for word in words if word), "")
    text = message if isinstance(message, str) else json.dumps(message)
    code = _code(answer)
    return f"{'' if code is None else code} {text[:200]}".strip()


def _final(error: FetchError, service: Service) -> SourceError:
    what, fix = error.what, "try again later"
    try:
        answer = json.loads(error.body)
    except (ValueError, RecursionError):
        answer = None
    if _code(answer) is not None or _said(answer) not in ("nothing", ""):
        what = f"{what}: {_said(answer)}"
    if error.status in (401, 403) or _code(answer) in TOKEN_CODES:
        held = "another" if service.token else "a"
        fix = f"set {TOKEN_VARIABLES[0]} to {held} token that may list the catalogue"
    elif not error.again:
        fix = "see that --base-url is that of the API"
    return SourceError(f"{service.base_url}/v1/models", service.redact(what), fix)
