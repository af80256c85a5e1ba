"""Bring pages and catalogue entries into the schema folder."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.http import FetchError, fetch, from_environment
from runcomfy_codegen.ir import Json
from runcomfy_codegen.output.files import write_file
from runcomfy_codegen.reader import read_bytes, read_source
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.folder import (
    MAX_BYTES,
    dump_json,
    path_of,
    violations,
)


@dataclass(frozen=True, slots=True)
class Added:
    """One stored model, and what became of its file."""

    path: str
    model_id: str
    state: Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one source."""

    saved: tuple[Added, ...]
    errors: tuple[CodegenError, ...]


def acquire(source: str, schemas: Path, force: bool = False) -> Outcome:
    """Save what a file, a URL or `-` (standard input) holds as stored models.

    Every entry that is good is saved; each other gives an error.
    """
    try:
        url = source if source.startswith(("http://", "https://")) else None
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
    try:
        if source == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        return Path(source).read_bytes()
    except OSError as error:
        raise SourceError(
            source, f"cannot be read: {error.strerror}", "give a file or a URL"
        ) from error


def _fetch(url: str) -> bytes:
    """Return what a URL answers; the service's own gets the token."""
    try:
        return fetch(url, from_environment(), MAX_BYTES)
    except FetchError as error:
        raise SourceError(
            url, f"cannot be fetched: {error}", "save the page and give the file"
        ) from error


def _save(entry: dict[str, Json], source: str, schemas: Path, force: bool) -> Added:
    model_id = str(entry.get("model_id"))
    wrong = [f"{p.pointer} {p.what}" for p in violations("", entry)]
    if wrong:
        raise SourceError(
            f"{source}: {model_id}", "; ".join(wrong), "correct it at its source"
        )
    path = path_of(model_id)
    file = schemas / path
    content = dump_json(entry)
    state: Literal["new", "changed", "unchanged"] = "new"
    if file.exists():
        try:
            stored = parse_json(file.read_bytes())
        except ValueError:
            stored = None
        if stored == entry:
            return Added(file.as_posix(), model_id, "unchanged")
        if not force:
            raise SourceError(
                f"{source}: {model_id}",
                f"{file.as_posix()} differs ({', '.join(_differing(stored, entry))})",
                "compare them, then overwrite it with --force",
            )
        state = "changed"
    write_file(schemas, path, content)
    return Added(file.as_posix(), model_id, state)


def _differing(stored: Any, entry: dict[str, Json]) -> Iterator[str]:
    """Yield the keys in which two entries differ."""
    if not isinstance(stored, dict):
        yield "it is no JSON object"
        return
    for key in [*stored, *(key for key in entry if key not in stored)]:
        if stored.get(key) != entry.get(key):
            yield key
