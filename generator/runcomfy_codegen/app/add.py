"""Bring pages and catalogue entries into the schema folder."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from runcomfy_codegen.atomic import write_file
from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.http import FetchError, fetch, from_environment
from runcomfy_codegen.ir import Json
from runcomfy_codegen.reader import read_bytes, read_source
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.entries import dump_json, violations
from runcomfy_codegen.store.folder import MAX_BYTES, path_of

State: TypeAlias = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Added:
    """One stored model, and what became of its file."""

    path: str
    model_id: str
    state: State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one source."""

    saved: tuple[Added, ...]
    errors: tuple[CodegenError, ...]


def add(source: str, schemas: Path, force: bool = False) -> Outcome:
    """Save what a file, a URL or `-` (standard input) holds as stored models.

    Every entry that is good is saved; each other gives an error.
    """
    url = source if source.startswith(("http://", "https://")) else None
    try:
        text = read_bytes(_fetch(source) if url else _read(source), source)
    except SourceError as error:
        return Outcome((), (error,))
    read = read_source(text, source, url)
    saved: list[Added] = []
    errors: list[CodegenError] = list(read.errors)
    for entry in read.entries:
        try:
            saved.append(_save(entry, source, schemas, force))
        except CodegenError as error:
            errors.append(error)
    return Outcome(tuple(saved), tuple(errors))


def _read(source: str) -> bytes:
    """Return what a file or standard input holds, of a bounded size."""
    try:
        if source == "-":
            content = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with open(source, "rb") as stream:
                content = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        raise SourceError(source, what, "give a file or a URL") from error
    if len(content) > MAX_BYTES:
        what = f"is larger than {MAX_BYTES // 2**20} MiB"
        raise SourceError(source, what, "give a page, or a part of the catalogue")
    return content


def _fetch(url: str) -> bytes:
    """Return what a URL answers; the service's own gets the token."""
    try:
        return fetch(url, from_environment(), MAX_BYTES)
    except FetchError as error:
        raise SourceError(
            url, f"cannot be fetched: {error}", "save the page and give the file"
        ) from error


def _save(entry: dict[str, Json], source: str, schemas: Path, force: bool) -> Added:
    """Write a stored model, unless it is there already. Raises CodegenError."""
    model_id = str(entry.get("model_id"))
    where = f"{source}: {model_id}"
    wrong = [f"{p.pointer} {p.what}" for p in violations("", entry)]
    if wrong:
        raise SourceError(where, "; ".join(wrong), "correct it at its source")
    try:
        path = path_of(model_id)
    except ValueError as error:
        raise SourceError(where, str(error), "correct it at its source") from error
    file = schemas / path
    state: State = "new"
    if file.exists():
        stored = _stored(file)
        if stored == entry:
            return Added(file.as_posix(), model_id, "unchanged")
        if not force:
            differing = ", ".join(_differing(stored, entry))
            what = f"{file.as_posix()} differs ({differing})"
            fix = "compare them, then overwrite it with --force"
            raise SourceError(where, what, fix)
        state = "changed"
    write_file(schemas, path, dump_json(entry))
    return Added(file.as_posix(), model_id, state)


def _stored(file: Path) -> Json:
    """Return what a stored file holds; None if that cannot be read."""
    try:
        return parse_json(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def _differing(stored: Any, entry: dict[str, Json]) -> Iterator[str]:
    """Yield the keys in which two entries differ."""
    if not isinstance(stored, dict):
        yield "it is not a JSON object"
        return
    for key in [*stored, *(key for key in entry if key not in stored)]:
        if stored.get(key) != entry.get(key):
            yield key
