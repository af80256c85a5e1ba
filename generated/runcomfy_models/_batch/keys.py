"""What a job is called in a journal: by default, a digest of all that decides on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from .._core.base_client import BaseClient
from .._core.outbox import Outbox
from .._core.outgoing import inline_files
from ..errors import ConfigurationError
from .texts import take_out

LONGEST_KEY = 500
PILE = 500
"""Entries that are put down together at most."""
PILE_BYTES = 4 * 1024 * 1024
"""Bytes of bodies, and of their texts, after which no more are put down with them."""
WHOLE = 2**53
"""Up to here a float says which whole number it is."""


class Entry(NamedTuple):
    """A job to be put down."""

    key: str
    model_id: str
    body: str
    """The request body as JSON, as it is sent; without its long texts."""
    digest: str
    """Of model_id and body: the same for the same job."""
    texts: tuple[tuple[str, str], ...] = ()
    """The long texts of the body, each with its digest: see `texts`."""


class Pile:
    """Entries that are put down together; a text that several have is in it once."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._digests: set[str] = set()
        self._size = 0

    def add(self, entry: Entry) -> bool:
        """Take one more entry, and tell whether that is enough."""
        texts = tuple(each for each in entry.texts if each[0] not in self._digests)
        self._digests.update(digest for digest, _ in texts)
        self._size += len(entry.body) + sum(len(text) for _, text in texts)
        self.entries.append(entry._replace(texts=texts))
        return len(self.entries) == PILE or self._size > PILE_BYTES


def read_entries(inputs: Iterable[object]) -> Iterator[Entry]:
    """Read what `add` takes: inputs, (key, input) pairs, (key, model_id, body) triples."""
    seen = Outbox()
    for number, given in enumerate(inputs):
        yield read_entry(given, number, seen)


def read_entry(given: object, number: int, seen: Outbox | None = None) -> Entry:
    """Read one of what `add` takes; a file that was seen is not read again."""
    seen = seen or Outbox()
    key: object = None
    model_input: Any = given
    match given:
        case (key, str() as model_id, dict() as body):
            return _entry(key, model_id, body, number, seen)
        case (key, model_input):
            pass
    model_id, body, _ = BaseClient._read_input(model_input)
    return _entry(key, model_id, body, number, seen)


def _entry(
    key: object, model_id: str, body: dict[str, Any], number: int, seen: Outbox
) -> Entry:
    """Return a job of a body. Raises ConfigurationError, and InvalidFileError."""
    body = inline_files(model_id, body, seen)
    try:
        text = json.dumps(body, allow_nan=False, separators=(",", ":"))
        same = json.dumps(
            canonical(body), allow_nan=False, separators=(",", ":"), sort_keys=True
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"Input {number}, of {model_id}, cannot be sent as JSON: {error}."
        ) from None
    digest = sha256(f"{model_id}\n{same}".encode()).hexdigest()
    key = digest if key is None else clean_key(key)
    stored, texts = take_out(body, text)
    return Entry(key, model_id, stored, digest, tuple(texts.items()))


def canonical(value: object) -> object:
    """Return a JSON value so that equal ones are written alike: 1.0 is 1."""
    match value:
        case dict():
            return {key: canonical(item) for key, item in value.items()}
        case list() | tuple():
            return [canonical(item) for item in value]
        case float() if value.is_integer() and abs(value) < WHOLE:
            return int(value)
        case _:
            return value


def clean_key(key: object) -> str:
    """Return a key, or refuse what could not be shown, stored or found again."""
    if isinstance(key, int) and not isinstance(key, bool):
        key = str(key)
    if not isinstance(key, str) or not key.strip() or len(key) > LONGEST_KEY:
        raise ConfigurationError(
            f"A key is a text of 1 to {LONGEST_KEY} characters, not {key!r:.80}."
        )
    if not key.isprintable():
        raise ConfigurationError(f"The key {key!r} holds what cannot be printed.")
    return key
