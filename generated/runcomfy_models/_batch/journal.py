"""The journal: what was asked for, what became of it, and the SQL that keeps it.

Every step is asked of `states` and written in one transaction with others that are due
at the same time: a transaction costs a write to the disk, and a step of a thousand costs
a thousandth of it. No thread or task in here, and no HTTP.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from ..errors import ConfigurationError, JournalError
from .keys import Entry, Pile
from .places import LOCK_TIMEOUT, open_database
from .records import (
    BRIEF_COLUMNS,
    RECORD_COLUMNS,
    STEP_COLUMNS,
    TABLES,
    VERSION,
    Count,
    Record,
)
from .states import (
    ENDS,
    Adopt,
    Event,
    Orphaned,
    Retry,
    Row,
    Settle,
    State,
    StepError,
    after,
    next_step,
)
from .texts import digests_in, put_back

T = TypeVar("T")

COPIED = (
    "The journal {name} is a copy. What is new in it may have been sent from its original "
    "since, and would be paid twice: run the original. If that is gone, or is not run any "
    "more, say so: batch.move_here()."
)
CHUNK = 500
"""Jobs that are listed at a time."""
MOST_BYTES = 4 * 1024 * 1024
"""Bytes of bodies and outputs that are read at a time."""


class Journal:
    """A batch's journal. Thread-safe."""

    def __init__(
        self,
        place: str | os.PathLike[str],
        lock_timeout: float = LOCK_TIMEOUT,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open a journal. `now` tells the times that are shown; nothing hangs on them."""
        self._now = now
        self._database = open_database(place, lock_timeout)
        self.name = self._database.name
        self._worker: int | None = None
        try:
            if not self._database.run(self._is_ours, is_reading=True):
                self._database.run(self._prepare)
                # A copy of the file alone is then known as one.
                self._database.run(self._database.checkpoint, is_reading=True)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Close it. What this process followed, others may follow from now on."""
        self._database.close()

    def worker(self) -> int:
        """Return the number of this process in the journal, alive as long as it is.

        `JournalError` in a copy of a journal, which does not know what its original did.
        """
        if self._worker is None:
            self._check_place()
            host = os.uname().nodename if hasattr(os, "uname") else "here"
            found = self._rows(
                "INSERT INTO runcomfy_workers (host, pid, since) VALUES (?, ?, ?) "
                "RETURNING id",
                (host, os.getpid(), self._moment()),
            )
            number = int(found[0][0])
            self._database.hold(number)
            self._worker = number
        return self._worker

    def identity(self) -> str:
        """Return what tells this journal from all others."""
        sql = "SELECT value FROM runcomfy_journal WHERE name = 'id'"
        return str(self._rows(sql)[0][0])

    def move_here(self) -> None:
        """Take a person's word that this is the journal, and no copy of it is run."""
        sql = (
            "INSERT INTO runcomfy_journal (name, value) VALUES ('place', ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        place = self._database.run(self._database.place_id, is_reading=True)
        self._rows(sql, (place or "",))

    def _check_place(self) -> None:
        """Refuse to be run from a copy."""
        sql = "SELECT value FROM runcomfy_journal WHERE name = 'place'"
        found = self._rows(sql)
        place = self._database.run(self._database.place_id, is_reading=True)
        if found and place is not None and found[0][0] not in ("", place):
            raise JournalError(COPIED.format(name=self.name))

    def add(self, entries: Iterable[Entry], asked: int) -> int:
        """Put jobs down that are not there yet; return how many.

        `asked` marks all of them as asked for by one session. A key that stands for
        another input is refused; those before it were put down.
        """
        added = 0
        for pile in _piles(entries):
            added += self.add_pile(pile, asked)
        return added

    def add_pile(self, pile: Pile, asked: int) -> int:
        """Put a few jobs down, as `add` does."""
        return self._database.run(partial(self._add, pile.entries, asked))

    def apply(self, events: Sequence[tuple[int, Event]]) -> list[Row | StepError]:
        """Take a step for each of these jobs, all in one transaction that is durable.

        A refused step changes nothing, and is returned for its job.
        """
        return self._database.run(lambda: self._apply(events))

    def step(self, row_id: int, event: Event) -> Row:
        """Take one step of one job, or raise `StepError`."""
        (found,) = self.apply([(row_id, event)])
        if isinstance(found, StepError):
            raise found
        return found

    def new_jobs(self, above: int, run: int, limit: int) -> list[Record]:
        """Return the next jobs to be sent, but for those that this run has held back.

        Without their bodies, which may be large.
        """
        sql = (
            f"SELECT {BRIEF_COLUMNS} FROM runcomfy_jobs WHERE state = 'new' AND id > ? "
            "AND held <> ? ORDER BY id LIMIT ?"
        )
        return [Record(*found) for found in self._rows(sql, (above, run, limit))]

    def adopt(
        self, above: int, limit: int, is_saving: bool, is_first: bool
    ) -> tuple[list[int], int | None]:
        """Take over submitted jobs that nobody follows; return them, and where to go on.

        `is_saving`: and those that succeeded, and have no files yet. `is_first`: also
        those that this process followed before. None: there are no more.
        """
        return self._database.run(
            lambda: self._adopt(above, limit, is_saving, is_first)
        )

    def take_up(self, row_id: int) -> Record | None:
        """Return a job that this process may send or follow; None if it may not.

        One whose process is gone is taken over, or is uncertain from now on.
        """
        self._database.run(lambda: self._take_up(row_id))
        (record,) = self.records_of([row_id])
        return record if self._is_free(record) else None

    def open_jobs(
        self, above: int, limit: int, only_fresh: bool = False
    ) -> list[tuple[int, int]]:
        """Return jobs that have not ended, and how often each was put into a queue.

        `only_fresh`: those alone that never were.
        """
        fresh = " AND queued = 0" if only_fresh else ""
        sql = (
            f"SELECT id, queued FROM runcomfy_jobs WHERE id > ?{fresh} AND state IN "
            "('new', 'sending', 'submitted') ORDER BY id LIMIT ?"
        )
        return [(row_id, queued) for row_id, queued in self._rows(sql, (above, limit))]

    def queued(self, numbers: Sequence[tuple[int, int]]) -> None:
        """Note how often these jobs were put into a queue."""
        sql = "UPDATE runcomfy_jobs SET queued = ? WHERE id = ?"
        rows = [(queued, row_id) for row_id, queued in numbers]
        self._database.run(lambda: self._database.execute_many(sql, rows))

    def is_alive(self, worker: int) -> bool:
        """Tell whether a worker's process is there."""
        return self._database.run(
            lambda: self._database.is_alive(worker), is_reading=True
        )

    def recover(self, is_first: bool = False) -> int:
        """Let jobs be uncertain whose sending process is gone; return how many.

        `is_first`: also those that this process was sending, which it is not any more.
        """
        return self._database.run(lambda: self._recover(is_first))

    def records_of(self, row_ids: Sequence[int]) -> list[Record]:
        """Return what is known of these jobs, but for their bodies, which may be large."""
        if not row_ids:
            return []
        marks = ", ".join("?" * len(row_ids))
        where = f"WHERE id IN ({marks}) ORDER BY id"
        sql = f"SELECT {BRIEF_COLUMNS} FROM runcomfy_jobs {where}"
        return [Record(*found) for found in self._rows(sql, row_ids)]

    def body(self, row_id: int) -> str:
        """Return a job's body as it is stored."""
        sql = "SELECT body FROM runcomfy_jobs WHERE id = ?"
        return str(self._rows(sql, (row_id,))[0][0])

    def whole(self, stored: str) -> str:
        """Return a body as JSON, with the long texts that are kept beside it."""
        digests = digests_in(stored)
        if not digests:
            return stored
        marks = ", ".join("?" * len(digests))
        sql = f"SELECT digest, text FROM runcomfy_texts WHERE digest IN ({marks})"
        return put_back(stored, dict(self._rows(sql, digests)))

    def output(self, row_id: int) -> str | None:
        """Return what a job made, as JSON, without what is secret in links."""
        sql = "SELECT output FROM runcomfy_jobs WHERE id = ?"
        found: str | None = self._rows(sql, (row_id,))[0][0]
        return found

    def find(self, key: str) -> Record | None:
        """Return the job of a key."""
        found = self._records("WHERE key = ?", (key,))
        return found[0] if found else None

    def records(self, state: State | None = None, asked: int = 0) -> Iterator[Record]:
        """Yield the jobs, in their order, a few at a time.

        `asked`: those that a session asked for, and that had ended before.
        """
        above = 0
        while page := self._page(above, state, asked):
            for first, last in page:
                above = last
                yield from self._records(
                    "WHERE id BETWEEN ? AND ?" + _such(state, asked),
                    (first, last, *_those(state, asked)),
                )

    def answered(self, row_ids: Sequence[int]) -> None:
        """Note that what a session asked for was told."""
        marks = ", ".join("?" * len(row_ids))
        self._rows(f"UPDATE runcomfy_jobs SET asked = 0 WHERE id IN ({marks})", row_ids)

    def counts(self) -> list[Count]:
        """Return how many jobs there are of each state, and what they cost."""
        sql = (
            "SELECT state, COUNT(*), CAST(SUM(paid_before + COALESCE(cost, 0)) AS BIGINT), "
            "CAST(SUM(CASE WHEN cost IS NULL THEN COALESCE(estimate, 0) ELSE 0 END) AS "
            "BIGINT), COUNT(CASE WHEN state <> 'new' AND cost IS NULL AND estimate IS NULL "
            "THEN 1 END) FROM runcomfy_jobs GROUP BY state"
        )
        return [Count(*found) for found in self._rows(sql)]

    def spent(self) -> int:
        """Return what all jobs count for."""
        return int(self._rows("SELECT spent FROM runcomfy_totals WHERE id = 1")[0][0])

    def retry(self, state: State, keys: Sequence[str] | None) -> int:
        """Let jobs that failed or were cancelled be tried once more; return how many."""
        return self._each(state, keys, Retry())

    def settle(self, key: str, request_id: str | None) -> Row:
        """Take a person's word for a job that is uncertain."""
        record = self.find(key)
        if record is None:
            raise ConfigurationError(f"There is no job {key!r} in {self.name}.")
        try:
            return self.step(record.id, Settle(request_id))
        except StepError:
            raise ConfigurationError(
                f"The job {key!r} is {record.state}; only one that is uncertain is "
                "settled by a person's word."
            ) from None

    def _each(self, state: State, keys: Sequence[str] | None, event: Event) -> int:
        """Take one step of every job of a state, or of those with these keys."""
        done = above = 0
        wanted = None if keys is None else set(keys)
        sql = (
            "SELECT id, key FROM runcomfy_jobs WHERE state = ? AND id > ? ORDER BY id "
            "LIMIT ?"
        )
        while page := self._rows(sql, (state, above, CHUNK)):
            above = page[-1][0]
            chosen = page
            if wanted is not None:
                chosen = [row for row in page if row[1] in wanted]
            found = self.apply([(row_id, event) for row_id, _ in chosen])
            done += sum(isinstance(row, Row) for row in found)
        return done

    def _moment(self) -> str:
        return self._now().isoformat(timespec="milliseconds")

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        is_reading = sql.startswith("SELECT")
        return self._database.run(
            lambda: self._database.execute(sql, values), is_reading
        )

    def _records(self, where: str, values: Sequence[Any]) -> list[Record]:
        sql = f"SELECT {RECORD_COLUMNS} FROM runcomfy_jobs {where} ORDER BY id"
        return [Record(*found) for found in self._rows(sql, values)]

    def _page(
        self, above: int, state: State | None, asked: int
    ) -> list[tuple[int, int]]:
        """Return spans of ids, each of few enough bytes to be read at a time."""
        sql = (
            "SELECT id, LENGTH(body) + COALESCE(LENGTH(output), 0) FROM runcomfy_jobs "
            f"WHERE id > ?{_such(state, asked)} ORDER BY id LIMIT {CHUNK}"
        )
        spans: list[tuple[int, int]] = []
        size = MOST_BYTES + 1
        for row_id, length in self._rows(sql, (above, *_those(state, asked))):
            size += length
            if size > MOST_BYTES:
                spans.append((row_id, row_id))
                size = length
            else:
                spans[-1] = spans[-1][0], row_id
        return spans

    def _is_ours(self) -> bool:
        """Tell whether the tables are there, and refuse those of another version."""
        if not self._database.has_table("runcomfy_journal"):
            return False
        sql = "SELECT value FROM runcomfy_journal WHERE name = 'version'"
        found = self._database.execute(sql)
        version = found[0][0] if found else "none"
        if version != VERSION:
            raise JournalError(
                f"The journal {self.name} is of version {version}, and this package "
                f"reads version {VERSION}: use the package that wrote it."
            )
        return True

    def _prepare(self) -> None:
        """Make the tables, unless another process just did."""
        database = self._database
        database.lock_tables()
        if self._is_ours():
            return
        if not database.is_empty():
            raise JournalError(
                f"{self.name} is a database of something else; name another file."
            )
        for text in TABLES:
            database.execute(text.format(serial=database.serial))
        sql = "INSERT INTO runcomfy_journal (name, value) VALUES ('id', ?)"
        database.execute(sql, (os.urandom(4).hex(),))
        sql = "INSERT INTO runcomfy_journal (name, value) VALUES ('place', ?)"
        database.execute(sql, (database.place_id() or "",))

    def _add(self, entries: list[Entry], asked: int) -> int:
        """Put a few jobs down."""
        marks = ", ".join("?" * len(entries))
        known = dict(
            self._database.execute(
                f"SELECT key, digest FROM runcomfy_jobs WHERE key IN ({marks})",
                [entry.key for entry in entries],
            )
        )
        before = len(known)
        rows = []
        for entry in entries:
            if known.setdefault(entry.key, entry.digest) != entry.digest:
                raise ConfigurationError(
                    f"The key {entry.key!r} stands for another input already; what was "
                    "given before it is in the journal."
                )
            values = (
                entry.key,
                entry.model_id,
                entry.body,
                entry.digest,
                asked,
                self._moment(),
            )
            rows.append(values)
        texts = [each for entry in entries for each in entry.texts]
        self._database.execute_many(
            "INSERT INTO runcomfy_texts (digest, text) VALUES (?, ?) "
            "ON CONFLICT (digest) DO NOTHING",
            sorted(texts),
        )
        self._database.execute_many(
            "INSERT INTO runcomfy_jobs (key, model_id, body, digest, state, asked, "
            "added_at) VALUES (?, ?, ?, ?, 'new', ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET asked = excluded.asked",
            rows,
        )
        return len(known) - before

    def _apply(self, events: Sequence[tuple[int, Event]]) -> list[Row | StepError]:
        """Take steps within a transaction."""
        if not events:
            return []
        spent = self._lock_total()
        rows = self._lock_rows({row_id for row_id, _ in events})
        found: list[Row | StepError] = []
        written: dict[tuple[str, ...], list[list[Any]]] = {}
        total, now = spent, self._moment()
        for row_id, event in events:
            row = rows[row_id]
            try:
                changes = next_step(row, event, total, now)
            except StepError as refused:
                found.append(refused)
                continue
            rows[row_id] = after(row, changes)
            total += rows[row_id].counted() - row.counted()
            found.append(rows[row_id])
            if changes:
                values = [*changes.values(), row_id, row.state]
                written.setdefault(tuple(changes), []).append(values)
        self._write(written)
        if total != spent:
            self._database.execute(
                "UPDATE runcomfy_totals SET spent = ? WHERE id = 1", (total,)
            )
        return found

    def _write(self, written: dict[tuple[str, ...], list[list[Any]]]) -> None:
        """Write the changed columns; never of a job that is not in the state seen."""
        for columns, values in written.items():
            assignments = ", ".join(f"{name} = ?" for name in columns)
            sql = f"UPDATE runcomfy_jobs SET {assignments} WHERE id = ? AND state = ?"
            self._database.execute_many(sql, values)

    def _lock_total(self) -> int:
        sql = "SELECT spent FROM runcomfy_totals WHERE id = 1"
        ((spent,),) = self._database.execute(sql + self._database.for_update)
        return int(spent)

    def _lock_rows(self, row_ids: set[int]) -> dict[int, Row]:
        marks = ", ".join("?" * len(row_ids))
        sql = (
            f"SELECT {STEP_COLUMNS} FROM runcomfy_jobs WHERE id IN ({marks}) ORDER BY id"
            + self._database.for_update
        )
        found = self._database.execute(sql, sorted(row_ids))
        return {values[0]: Row(*values) for values in found}

    def _adopt(
        self, above: int, limit: int, is_saving: bool, is_first: bool
    ) -> tuple[list[int], int | None]:
        """Take over jobs within a transaction."""
        me = self._worker
        assert me is not None
        unsaved = " OR (state = 'succeeded' AND files IS NULL)" if is_saving else ""
        sql = (
            "SELECT id, owner FROM runcomfy_jobs WHERE id > ? AND (state = 'submitted'"
            f"{unsaved}) ORDER BY id LIMIT ?"
        )
        page = self._database.execute(sql, (above, limit))
        followed: dict[int | None, bool] = {None: False, me: not is_first}
        left: list[tuple[int, Event]] = []
        for row_id, owner in page:
            if owner not in followed:
                followed[owner] = self._database.is_alive(owner)
            if not followed[owner]:
                left.append((row_id, Adopt(me, owner)))
        found = self._apply(left)
        adopted = [row.id for row in found if isinstance(row, Row)]
        return adopted, page[-1][0] if page else None

    def _take_up(self, row_id: int) -> None:
        """Take a job over from a process that is gone, within a transaction."""
        row = self._lock_rows({row_id})[row_id]
        me, owner = self.worker(), row.owner
        if owner is not None and owner != me:
            if self._database.is_alive(owner):
                return
            if row.state == "sending":
                self._apply([(row_id, Orphaned(owner))])
                return
        # A job that is not to be followed refuses that, and stays as it is.
        self._apply([(row_id, Adopt(me, owner))])

    def _is_free(self, record: Record) -> bool:
        """Tell whether this process has something to do for a job."""
        rows = self._database.run(lambda: self._lock_rows({record.id}))
        row = rows[record.id]
        is_ours = row.owner == self._worker
        match row.state:
            case "new":
                return True
            case "submitted":
                return is_ours
            case "succeeded":
                return is_ours and record.files is None
        return False

    def _recover(self, is_first: bool) -> int:
        """Let jobs be uncertain within a transaction."""
        sql = "SELECT id, owner FROM runcomfy_jobs WHERE state = 'sending' ORDER BY id"
        sending: dict[int | None, bool] = {self._worker: not is_first}
        lost: list[tuple[int, Event]] = []
        for row_id, owner in self._database.execute(sql):
            if owner not in sending:
                sending[owner] = self._database.is_alive(owner)
            if owner is not None and not sending[owner]:
                lost.append((row_id, Orphaned(owner)))
        done = 0
        for first in range(0, len(lost), CHUNK):
            found = self._apply(lost[first : first + CHUNK])
            done += sum(isinstance(each, Row) for each in found)
        return done


def _piles(entries: Iterable[Entry]) -> Iterator[Pile]:
    """Yield entries, a few at a time."""
    pile = Pile()
    for entry in entries:
        if pile.add(entry):
            yield pile
            pile = Pile()
    if pile.entries:
        yield pile


def _such(state: State | None, asked: int) -> str:
    """Return the conditions of a listing."""
    ended = ", ".join(f"'{each}'" for each in (*ENDS, "uncertain"))
    of_state = "" if state is None else " AND state = ?"
    return of_state + (f" AND asked = ? AND state IN ({ended})" if asked else "")


def _those(state: State | None, asked: int) -> list[Any]:
    """Return the values of these conditions."""
    return [*([] if state is None else [state]), *([asked] if asked else [])]
