"""A PostgreSQL server of the tests' own, on a socket in a folder of its own: no port, no network.

`postgres_url` is the address of a new, empty database. Without PostgreSQL the tests that ask
for it are skipped, but where CI says that all must run.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest

PLACES = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs that it does not put on the path, by version."""
SETTINGS = "-c listen_addresses='' -c fsync=off -c max_connections=200"
OWNERS = ("postgres", "nobody")
"""Whom root lets run it, because it refuses to run as root."""


class PostgresServer:
    """One running server; each database asked for is a new one."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        # Not below pytest's own folder: a socket's path has at most 107 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.owner = _owner()
        if self.owner:
            shutil.chown(self.folder, self.owner)
        self.names = (f"test_{number}" for number in count(1))

    def start(self) -> None:
        self._run(
            "initdb", "--no-sync", "--auth=trust", "--username=tests", "--encoding=UTF8"
        )
        log = self.folder / "log"
        options = f"{SETTINGS} -k {self.folder}"
        self._run("pg_ctl", "start", "-w", "-s", "-l", str(log), "-o", options)

    def restart(self) -> None:
        """Break all connections, and start again."""
        log = str(self.folder / "log")
        options = f"{SETTINGS} -k {self.folder}"
        self._run(
            *("pg_ctl", "restart", "-w", "-s", "-m", "fast"), "-l", log, "-o", options
        )

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "-w", "-s", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def database(self) -> str:
        """Make an empty database, and return its URL."""
        name = next(self.names)
        self._run("createdb", "-h", str(self.folder), "-U", "tests", name)
        return f"postgresql://tests@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        # To a file: a pipe would be kept open by the server that pg_ctl leaves running.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [self.programs / program, *arguments],
                cwd="/",
                env={**os.environ, "PGDATA": str(self.folder / "data"), "LC_ALL": "C"},
                user=self.owner,
                stdout=said,
                stderr=said,
                check=False,
                timeout=60,
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


def _owner() -> str | None:
    """Return who must run the server, or None for whoever runs the tests."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in OWNERS if name in known), None)


@cache
def _programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(PLACES.glob("*/bin/initdb"), key=_version)
    return versions[-1].parent if versions else None


def _version(initdb: Path) -> int:
    name = initdb.parents[1].name
    return int(name) if name.isdigit() else 0


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all the tests of a process."""
    programs = _programs()
    if programs is None:
        missing = "PostgreSQL is not installed"
        assert "CI" not in os.environ, missing
        pytest.skip(missing)
    server = PostgresServer(programs)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of a new, empty database."""
    return postgres_server.database()
