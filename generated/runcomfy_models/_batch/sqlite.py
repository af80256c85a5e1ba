"""A journal's database in a file of SQLite."""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ..errors import JournalError
from .database import Database, Values

LOCK_TIMEOUT = 30.0
"""Seconds for which a journal that another process writes is waited for."""
LOCK_TRIES = 100
"""How often a worker's file is made anew when its folder was taken away meanwhile."""


class SqliteDatabase(Database):
    """A file. Each commit is on the disk when it returns (WAL, synchronous=FULL)."""

    serial = "INTEGER PRIMARY KEY AUTOINCREMENT"

    def __init__(self, path: Path, lock_timeout: float = LOCK_TIMEOUT) -> None:
        super().__init__()
        self.name = str(path)
        self._path = path
        self._lock_timeout = lock_timeout
        self._held: dict[int, IO[bytes]] = {}
        try:
            self._connection = self._connect()
        except (sqlite3.Error, OSError) as error:
            raise self._explain(error) from error

    def _connect(self) -> sqlite3.Connection:
        """Open the file, or make it, for its owner alone to read."""
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        connection = sqlite3.connect(
            self._path,
            timeout=self._lock_timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
        except BaseException:
            connection.close()
            raise
        return connection

    def execute(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._connection.executemany(sql, rows)

    def lock_tables(self) -> None:
        pass  # each transaction locks the file

    def has_table(self, name: str) -> bool:
        sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        return bool(self.execute(sql, (name,)))

    def is_empty(self) -> bool:
        return not self.execute("SELECT 1 FROM sqlite_master LIMIT 1")

    def place_id(self) -> str | None:
        # A file that is moved or renamed keeps its number; one that is copied, or
        # restored beside the old one, gets another.
        try:
            number = self._path.stat().st_ino
        except OSError as error:
            raise self._explain(error) from error
        return str(number) if number else None

    def checkpoint(self) -> None:
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def hold(self, worker: int) -> None:
        # Nobody asks after a worker that is not held yet: its number is on no job.
        try:
            file = self._make_lock(worker)
        except OSError as error:
            raise self._explain(error) from error
        if not lock_file(file):
            file.close()
            raise JournalError(
                f"{self.name}: worker {worker} is held by another process."
            )
        self._held[worker] = file

    def is_alive(self, worker: int) -> bool:
        if worker in self._held:
            return True
        try:
            with (self._locks() / str(worker)).open("r+b") as file:
                is_dead = lock_file(file)
        except OSError:
            return False
        if is_dead:
            (self._locks() / str(worker)).unlink(missing_ok=True)
        return not is_dead

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            for worker, file in self._held.items():
                file.close()
                (self._locks() / str(worker)).unlink(missing_ok=True)
            self._held.clear()
            with contextlib.suppress(OSError):
                self._locks().rmdir()

    def _make_lock(self, worker: int) -> IO[bytes]:
        """Make a worker's file, also while others that close take its folder away."""
        folder = self._locks()
        for _ in range(LOCK_TRIES):
            folder.mkdir(mode=0o700, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                return (folder / str(worker)).open("wb")
        raise FileNotFoundError(errno.ENOENT, "its folder is taken away", str(folder))

    def _locks(self) -> Path:
        return self._path.with_name(self._path.name + "-workers")

    @contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def _restore(self, error: Exception) -> bool:
        return False

    def _explain(self, error: Exception) -> JournalError:
        said = str(error)
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        advice = {
            sqlite3.SQLITE_BUSY: "another program holds it; close that, and try again",
            sqlite3.SQLITE_LOCKED: "another program holds it; close that, and try again",
            sqlite3.SQLITE_READONLY: "the file or its folder cannot be written; a journal "
            "needs both",
            sqlite3.SQLITE_FULL: "the disk is full; make room, and run it again: what was "
            "submitted is in the journal",
            sqlite3.SQLITE_IOERR: "the disk failed, or is full; mend that, and run it again",
            sqlite3.SQLITE_CORRUPT: "the file is damaged; keep it, and look at a copy by "
            "`sqlite3 FILE .recover`",
            sqlite3.SQLITE_NOTADB: "the file is not a journal; name another",
            sqlite3.SQLITE_CANTOPEN: "the folder is not there, or cannot be written",
        }.get(code, "")
        if not advice and isinstance(error, sqlite3.DatabaseError) and not code:
            advice = "the file is damaged; keep it, and look at a copy"
        if isinstance(error, OSError):
            said = error.strerror or said
            advice = "name a file in a folder that can be written"
        return JournalError(
            f"The journal {self.name} cannot be used: {said}"
            + (f"; {advice}." if advice else ".")
        )


def lock_file(file: IO[bytes]) -> bool:
    """Lock a file until it is closed; False if another holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
