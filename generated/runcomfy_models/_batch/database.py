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

import contextlib
import errno
import os
import sqlite3
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import IO, TYPE_CHECKING, Any, TypeVar

from ..errors import ConfigurationError, JournalError

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
Values = Sequence[Any]

LOCK_TIMEOUT = 30.0
"""Seconds for which a journal that another process writes is waited for."""
OUTAGE = 120.0
"""Seconds for which a database server that is away is waited for."""
LOCK_TRIES = 100
"""How often a worker's file is made anew when its folder was taken away meanwhile."""
WORKERS = 0x52756E43
"""What tells our advisory locks from others' in a PostgreSQL server."""


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


class PostgresDatabase(Database):
    """A database of a PostgreSQL server, by psycopg."""

    serial = "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"
    for_update = " FOR UPDATE"

    def __init__(self, url: str) -> None:
        super().__init__()
        try:
            import psycopg
            from psycopg.conninfo import conninfo_to_dict
        except ImportError as error:
            raise ConfigurationError(
                "A journal on PostgreSQL needs psycopg: "
                "pip install 'runcomfy-models[distributed]'"
            ) from error
        self._psycopg = psycopg
        self._url = url
        self._held: set[int] = set()
        try:
            info = conninfo_to_dict(url)
            host, database = info.get("host", ""), info.get("dbname", "")
            self.name = f"postgresql://{host or 'localhost'}/{database}"
            self._connection = self._connect()
        except psycopg.Error as error:
            self.name = getattr(self, "name", "postgresql://")
            raise self._explain(error) from None

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect, and hold again what was held."""
        connection = self._psycopg.connect(
            self._url,
            autocommit=True,
            connect_timeout=10,
            keepalives_idle=30,
            application_name="runcomfy-models",
        )
        connection.execute("SET synchronous_commit = on")
        for worker in self._held:
            connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (WORKERS, worker))
        return connection

    def execute(self, sql: str, values: Values = ()) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(_percent(sql), values)
        return cursor.fetchall() if cursor.description else []

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_percent(sql), rows)

    def lock_tables(self) -> None:
        self.execute("SELECT pg_advisory_xact_lock(?)", (WORKERS,))

    def has_table(self, name: str) -> bool:
        sql = "SELECT to_regclass(?) IS NOT NULL"
        return bool(self.execute(sql, (name,))[0][0])

    def is_empty(self) -> bool:
        return True

    def place_id(self) -> str | None:
        sql = (
            "SELECT (SELECT system_identifier FROM pg_control_system()), oid "
            "FROM pg_database WHERE datname = current_database()"
        )
        ((server, database),) = self.execute(sql)
        return f"{server}-{database}"

    def checkpoint(self) -> None:
        pass  # there is one place for all

    def hold(self, worker: int) -> None:
        self._held.add(worker)
        self.run(
            lambda: self.execute("SELECT pg_try_advisory_lock(?, ?)", (WORKERS, worker))
        )

    def is_alive(self, worker: int) -> bool:
        if worker in self._held:
            return True
        sql = (
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND "
            "database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
            "AND classid::bigint = ? AND objid::bigint = ?"
        )
        return bool(self.execute(sql, (WORKERS, worker)))

    def close(self) -> None:
        with self._lock:
            self._held.clear()
            # The server notices a closed connection a moment later; others ask at once.
            with contextlib.suppress(self._psycopg.Error):
                self.execute("SELECT pg_advisory_unlock_all()")
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Generator[None, None, None]:
        with self._connection.transaction():
            yield

    def _restore(self, error: Exception) -> bool:
        if isinstance(error, self._psycopg.errors.DeadlockDetected):
            return True
        if not isinstance(error, self._psycopg.OperationalError):
            if isinstance(error, self._psycopg.Error):
                raise self._explain(error) from None
            return False
        with contextlib.suppress(self._psycopg.Error):
            self._connection.close()
        with contextlib.suppress(self._psycopg.OperationalError):
            self._connection = self._connect()
        return True

    def _explain(self, error: Exception) -> JournalError:
        # An error of psycopg may quote what it was given to connect with.
        said = " ".join(str(error).split())
        if self._url in said:
            said = type(error).__name__
        return JournalError(
            f"The journal {self.name} cannot be used: {said}. Check that the server runs, "
            "and that the user may make and write tables in the database."
        )


def open_database(
    place: str | os.PathLike[str], lock_timeout: float = LOCK_TIMEOUT
) -> Database:
    """Open a journal's database: a file, or what a postgresql:// URL names."""
    text = os.fspath(place)
    if text.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(text)
    if "://" in text:
        raise ConfigurationError(
            "A journal is a file, or a URL such as postgresql://user@host/database."
        )
    return SqliteDatabase(Path(text), lock_timeout)


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


def _percent(sql: str) -> bytes:
    """Return a statement as psycopg wants it."""
    return sql.replace("?", "%s").encode()
