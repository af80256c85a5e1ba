"""Bring pages and catalogue entries into the schema folder."""

import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from runcomfy_codegen.app.entry_problems import entry_problems
from runcomfy_codegen.app.shown import record_shown
from runcomfy_codegen.atomic import write_file
from runcomfy_codegen.errors import CodegenError, SourceError
from runcomfy_codegen.http import FetchError, fetch, from_environment
from runcomfy_codegen.ir import Json, Problem
from runcomfy_codegen.reader import read_bytes, read_source
from runcomfy_codegen.schema.strict_json import parse_json
from runcomfy_codegen.store.entries import dump_json, merged_entry, violations
from runcomfy_codegen.store.folder import (
    MAX_BYTES,
    Folder,
    in_order,
    overlay_path,
    path_of,
    read_folder,
)

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

    saved: tuple[Added, ...] = ()
    errors: tuple[CodegenError, ...] = ()
    problems: tuple[Problem, ...] = ()
    """What stops models from being generated from: those were stored by force alone."""
    refused: int = 0
    """How many models were not stored for their Problems."""


@dataclass(slots=True)
class _Incoming:
    """What one source brings, before any of it is written."""

    folder: Folder
    writes: dict[str, bytes] = field(default_factory=dict)
    """Stored models by path."""
    added: list[Added] = field(default_factory=list)
    errors: list[CodegenError] = field(default_factory=list)


def add(source: str, schemas: Path, force: bool = False) -> Outcome:
    """Save what a file, a URL or `-` (standard input) holds as stored models.

    Every entry that is good is saved; each other gives an error, or Problems. With
    `force`, one that differs from what is stored goes over it, and one with Problems is
    stored all the same.
    """
    url = source if source.startswith(("http://", "https://")) else None
    try:
        text = read_bytes(_fetch(source) if url else _read(source), source)
    except SourceError as error:
        return Outcome(errors=(error,))
    read = read_source(text, source, url)
    folder = read_folder(schemas) if schemas.is_dir() else Folder({}, {}, {})
    incoming = _Incoming(folder, errors=list(read.errors))
    for entry in read.entries:
        try:
            _take(incoming, entry, source, schemas, force)
        except CodegenError as error:
            incoming.errors.append(error)
    problems = entry_problems(folder, incoming.writes)
    refused = set() if force else _faulty(incoming, problems)
    saved = tuple(_saved(incoming, schemas, refused))
    return Outcome(saved, tuple(incoming.errors), problems, len(refused))


def _faulty(incoming: _Incoming, problems: Iterable[Problem]) -> set[str]:
    """Return the paths of the stored models that Problems are about."""
    owners = {}
    for path in incoming.writes:
        owners[path] = owners[overlay_path(path)] = path
    return {owners[problem.file] for problem in problems if problem.file in owners}


def _saved(
    incoming: _Incoming, schemas: Path, refused: Collection[str]
) -> Iterator[Added]:
    """Write what is to be written, and yield what became of each file."""
    before = incoming.folder
    for path in refused:
        del incoming.writes[path]
    if incoming.writes:
        files = in_order({**before.files, **incoming.writes})
        record_shown(schemas, before, replace(before, files=files, problems=()))
    for added in incoming.added:
        if added.path in refused:
            continue
        place = (schemas / added.path).as_posix()
        try:
            if added.path in incoming.writes:
                write_file(schemas, added.path, incoming.writes[added.path])
            yield Added(place, added.model_id, added.state)
        except CodegenError as error:
            incoming.errors.append(error)


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


def _take(
    incoming: _Incoming,
    entry: dict[str, Json],
    source: str,
    schemas: Path,
    force: bool,
) -> None:
    """Take an entry among what is written, unless it is there already.

    What only the stored one has is kept: a page may have said more than the catalogue.
    Raises SourceError for an entry that is not one, or that differs from the stored.
    """
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
    if file.exists() or path in incoming.writes:
        stored = _stored(incoming.writes.get(path), file)
        merged = merged_entry(stored, entry) if isinstance(stored, dict) else entry
        if stored == merged:
            incoming.added.append(Added(path, model_id, "unchanged"))
            return
        if not force:
            differing = ", ".join(_differing(stored, merged))
            what = f"{file.as_posix()} differs ({differing})"
            fix = "compare them, then overwrite it with --force"
            raise SourceError(where, what, fix)
        entry, state = merged, "changed"
    incoming.writes[path] = dump_json(entry)
    incoming.added.append(Added(path, model_id, state))


def _stored(content: bytes | None, file: Path) -> Json:
    """Return what a stored file holds, or will hold; None if that cannot be read."""
    try:
        return parse_json(file.read_bytes() if content is None else content)
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
