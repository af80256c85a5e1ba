"""The SQL that SQLite and PostgreSQL both speak, behind one small class.

What a journal says is written once, with `?` where a value goes. What differs is here:
how to connect, how a transaction begins, what a broken connection looks like, and how to
tell whether a worker is alive.

A worker is alive while it holds a lock that the operating system, or the PostgreSQL
server, takes away when its process ends, however it ends. No clock is asked: one that
jumps would make the living dead. A PostgreSQL server that starts again has forgotten its
locks, so that the living seem dead until they come back, a moment later: then their jobs
that were being sent become `uncertain`, and as soon as the answer comes, `submitted`.
"""

from __future__ import annotations

import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import RLock
from typing import Any, TypeVar

from ..errors import JournalError

T = TypeVar("T")
Values = Sequence[Any]

OUTAGE = 120.0
"""Seconds for which a database server that is away is waited for."""


class Database(ABC):
    """A connection to where a journal is kept. Thread-safe: one transaction at a time."""

    name: str
    """What to call it in messages; it shows no password."""
    serial: str
    """The type of a column that numbers its rows."""
    for_update = ""
    """What holds the rows of a SELECT until the transaction ends."""

    def __init__(self) -> None:
        self._lock = RLock()

    @abstractmethod
    def execute(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        """Run a statement within a transaction, and return its rows."""

    @abstractmethod
    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run a statement for each of these rows of values."""

    @abstractmethod
    def lock_tables(self) -> None:
        """Let no other process make the same tables at once, within a transaction."""

    @abstractmethod
    def has_table(self, name: str) -> bool:
        """Tell whether there is such a table."""

    @abstractmethod
    def is_empty(self) -> bool:
        """Tell whether it holds nothing of anybody's."""

    @abstractmethod
    def place_id(self) -> str | None:
        """Return what this place has, and a copy of it has not; None where nothing is."""

    @abstractmethod
    def checkpoint(self) -> None:
        """Let the file itself hold what was written, without what stands beside it."""

    @abstractmethod
    def hold(self, worker: int) -> None:
        """Let a worker be known to be alive, until this is closed or its process ends."""

    @abstractmethod
    def is_alive(self, worker: int) -> bool:
        """Tell whether a worker's process, here or elsewhere, is there."""

    @abstractmethod
    def close(self) -> None:
        """Close the connection, and let the workers that it held go."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]:
        """Begin a transaction that is durable once it is left."""

    @abstractmethod
    def _restore(self, error: Exception) -> bool:
        """Connect again after a broken connection; tell whether that was the fault."""

    @abstractmethod
    def _explain(self, error: Exception) -> JournalError:
        """Return an error that says what to do."""

    def run(self, work: Callable[[], T], is_reading: bool = False) -> T:
        """Run a function in a transaction, again after a connection that broke.

        So it may have been done already: all that it does is harmless when repeated.
        What only reads waits for no other process that writes.
        """
        end = time.monotonic() + OUTAGE
        pause = 0.05
        with self._lock:
            while True:
                try:
                    with nullcontext() if is_reading else self._transaction():
                        return work()
                except (sqlite3.Error, OSError) as error:
                    raise self._explain(error) from error
                except JournalError:
                    raise
                except Exception as error:
                    if time.monotonic() > end or not self._restore(error):
                        raise
                time.sleep(pause)
                pause = min(pause * 2, 2.0)
