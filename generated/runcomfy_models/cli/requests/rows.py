"""Reading the jobs of a batch from JSON lines or a table.

A column is a field: its wire name, or its flag without the dashes. Beside them stand
`model_id` and `key`; `input.key` is a field that is called `key` itself. An empty cell is
a field that is not given. A line of JSON may hold the whole body as `input`, too.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from ..._core.fields.mistakes import did_you_mean
from ..._core.fields.values import MISSING, read_json, shown
from ..mistakes import MistakesError
from ..session import Session
from .arguments import NO_SUCH_FILE, Assignment, Body
from .described import Described, describe
from .flags import find_flag
from .request import Request, checked, inline_file, mistakes_of, opened

ABOUT = ("model_id", "key")
MOST_MISTAKES = 20


class Row(NamedTuple):
    """One job, as it stands in a file."""

    place: str
    model_id: str
    key: str | None
    cells: list[tuple[str, Any]]
    """Each column with what is in it: of a table a text, else a JSON value."""
    is_text: bool


class Job(NamedTuple):
    """One job, checked, with the key that it was given."""

    key: str | None
    request: Request

    def addable(self) -> Any:
        """Return it as a batch takes it."""
        if self.request.model_input is None:
            return self.key, self.request.model_id, self.request.body
        if self.key is None:
            return self.request.model_input
        return self.key, self.request.model_input


def read_jobs(
    session: Session, files: tuple[str, ...], model_id: str | None
) -> list[Job]:
    """Return the jobs of some files; MistakesError with every mistake, by file and line."""
    models: dict[str, Described] = {}
    jobs, mistakes = [], []
    codes: set[int | None] = set()
    for row in _rows(files, model_id):
        try:
            if row.model_id not in models:
                models[row.model_id] = describe(session, row.model_id)
            jobs.append(Job(row.key, _request(models[row.model_id], row)))
        except MistakesError as error:
            mistakes += [f"{row.place}: {line}" for line in error.lines]
            codes.add(error.code)
    if mistakes:
        rest = len(mistakes) - MOST_MISTAKES
        more = [f"and {rest} more mistakes; nothing was added"] if rest > 0 else []
        code = codes.pop() if len(codes) == 1 else None
        raise MistakesError([*mistakes[:MOST_MISTAKES], *more], code)
    return jobs


def _request(model: Described, row: Row) -> Request:
    """Return the request of a row; MistakesError with everything wrong in it."""
    body = Body(model.reader, {})
    assignments, unknown = [], []
    for name, cell in row.cells:
        flag = find_flag(model.reader, name, frozenset({"--model_id", "--key"}))
        if flag is None:
            known = [*model.reader.properties(model.reader.root), *ABOUT]
            unknown.append(
                f"there is no field {shown(name)}{did_you_mean(name, known)}"
            )
        elif row.is_text:
            assignments.append(Assignment(flag, cell))
        else:
            body.put(flag, cell)
    body.assign(assignments)
    fields, lost = opened(model.reader, body.fields, open_file=inline_file)
    body.refused.update(lost)
    request, faults = checked(model, fields, skipped=body.refused)
    mistakes = [*unknown, *body.mistakes, *lost.values(), *faults]
    if mistakes or request is None:
        raise mistakes_of(mistakes, body.missing_files + len(lost))
    return request


def _rows(files: tuple[str, ...], model_id: str | None) -> Iterator[Row]:
    for name in files:
        with _opened(name) as file:
            is_table = name.lower().endswith((".csv", ".tsv"))
            yield from (_table if is_table else _lines)(name, file, model_id)


@contextmanager
def _opened(name: str) -> Iterator[IO[str]]:
    """Open a file for reading, `-` is the input; MistakesError where it cannot be."""
    try:
        if name == "-":
            sys.stdin.reconfigure(encoding="utf-8-sig")  # type: ignore[union-attr]
            yield sys.stdin
            return
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        reason = error.strerror or str(error)
        raise MistakesError(
            [f"{shown(name)} cannot be read ({reason})"], NO_SUCH_FILE
        ) from None
    except UnicodeDecodeError:
        raise MistakesError([f"{shown(name)} is not text in UTF-8"]) from None


def _table(name: str, file: IO[str], model_id: str | None) -> Iterator[Row]:
    """Yield the rows of a table; a column may stand there twice, for a list."""
    reader = csv.reader(file, delimiter="\t" if name.lower().endswith(".tsv") else ",")
    try:
        header = [column.strip() for column in next(reader, [])]
        for cells in reader:
            place = f"{name}:{reader.line_num}"
            if any(cells):
                yield _table_row(place, header, cells, model_id)
    except csv.Error as error:
        raise MistakesError([f"{name}:{reader.line_num}: {error}"]) from None


def _table_row(
    place: str, header: list[str], cells: list[str], model_id: str | None
) -> Row:
    """Return a row of a table; an empty cell is a field that is not given."""
    if len(cells) > len(header):
        raise MistakesError([f"{place}: it has more cells than there are columns"])
    about: dict[str, str] = {}
    fields: list[tuple[str, Any]] = []
    for column, cell in zip(header, cells, strict=False):
        if not cell:
            continue
        if column in ABOUT:
            about[column] = cell
        else:
            fields.append((column, cell))
    return _row(place, about, fields, model_id, is_text=True)


def _lines(name: str, file: IO[str], model_id: str | None) -> Iterator[Row]:
    """Yield the rows of JSON lines."""
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        place = f"{name}:{number}"
        value = read_json(line)
        if value is MISSING or not isinstance(value, dict):
            raise MistakesError([f"{place}: it is not a JSON object"])
        body = value.get("input")
        if isinstance(body, dict):
            fields = body
        else:
            fields = {c: cell for c, cell in value.items() if c not in ABOUT}
        yield _row(place, value, [*fields.items()], model_id, is_text=False)


def _row(
    place: str,
    about: Mapping[str, Any],
    cells: list[tuple[str, Any]],
    model_id: str | None,
    is_text: bool,
) -> Row:
    """Return a row with the model and the key that it names."""
    named = about.get("model_id") or model_id
    if not isinstance(named, str):
        line = f"{place}: it names no model_id, and --model is not given"
        raise MistakesError([line])
    return Row(place, named, _key(place, about.get("key")), cells, is_text)


def _key(place: str, key: object) -> str | None:
    """Return the key that a row gives, a text or a whole number; None where it has none."""
    if key is None:
        return None
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise MistakesError([f"{place}: key is {json.dumps(key)}, and not a text"])
    return str(key)
