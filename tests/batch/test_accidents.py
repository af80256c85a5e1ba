"""What happens to a journal's file, its disk and its clock, and what is paid all the same."""

import os
import resource
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models import JournalError, RunComfy
from runcomfy_models._batch.commits import Ticket, write
from runcomfy_models._batch.journal import Journal
from runcomfy_models._batch.keys import read_entries
from runcomfy_models._batch.states import Claim, Ended, Taken
from runcomfy_models.batch import Batch
from runcomfy_models.simulator import Simulator
from tests.support.batches import BatchFace
from tests.support.scripted_server import Received, Reply, ScriptedServer

EDIT = "blackforestlabs/flux-2/pro/edit"


def triples(count: int) -> list[tuple[str, str, dict[str, Any]]]:
    urls = ["https://x.test/a.png"]
    return [
        (f"k{n}", EDIT, {"prompt": str(n), "image_urls": urls}) for n in range(count)
    ]


@pytest.fixture
def service() -> Iterator[Simulator]:
    with Simulator(queued=0, running=0) as simulator:
        yield simulator


class TestCopies:
    """A copy does not know what its original did since, and would pay for it again."""

    def test_a_copy_made_while_in_use_pays_nothing_again(
        self, batch_face: BatchFace, service: Simulator, tmp_path: Path
    ) -> None:
        batch = batch_face.batch(service)
        batch.add(triples(6))
        running = batch.run(concurrency=1)
        next(running)
        copy = tmp_path / "copy.db"
        shutil.copyfile(tmp_path / "j.db", copy)
        assert len(list(running)) == 5
        client = RunComfy(service.token, base_url=service.url)
        with client, Batch(copy, client) as copied:
            copied.add(triples(6))
            with pytest.raises(JournalError, match=r"copy\.db is a copy"):
                list(copied.run())
            copied.export(tmp_path / "copy.csv")
        assert len(service.jobs) == 6

    def test_it_is_run_on_a_persons_word(
        self, batch_face: BatchFace, service: Simulator, tmp_path: Path
    ) -> None:
        with Batch(tmp_path / "old.db") as old:
            old.add(triples(3))
            with sqlite3.connect(tmp_path / "j.db") as backup:
                old._journal._database._connection.backup(backup)  # type: ignore[attr-defined]
            backup.close()
        batch = batch_face.batch(service)
        with pytest.raises(JournalError, match="move_here"):
            list(batch.run())
        batch.move_here()
        assert len(list(batch.run())) == 3
        client = RunComfy(service.token, base_url=service.url)
        with client, Batch(tmp_path / "j.db", client) as again:
            again.add(triples(4))
            assert len(list(again.run())) == 4
        assert len(service.jobs) == 4

    def test_a_file_that_was_moved_is_no_copy(
        self, service: Simulator, tmp_path: Path
    ) -> None:
        with Batch(tmp_path / "a.db") as batch:
            batch.add(triples(2))
        (tmp_path / "a.db").rename(tmp_path / "b.db")
        (tmp_path / "c.db").symlink_to(tmp_path / "b.db")
        client = RunComfy(service.token, base_url=service.url)
        with client, Batch(tmp_path / "c.db", client) as batch:
            assert len(list(batch.run())) == 2

    def test_a_database_that_was_copied_is_refused(
        self, postgres_url: str, service: Simulator
    ) -> None:
        client = RunComfy(service.token, base_url=service.url)
        with client, Batch(postgres_url, client) as batch:
            batch.add(triples(2))
            sql = "UPDATE runcomfy_journal SET value = '7-8' WHERE name = 'place'"
            batch._journal._rows(sql)
            with pytest.raises(JournalError, match="is a copy"):
                list(batch.run())
            batch.move_here()
            assert len(list(batch.run())) == 2


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let no file grow beyond what the journal's log has now."""
    size = Path(f"{path}-wal").stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


class FillingServer(ScriptedServer):
    """Fills the disk when it takes a submit, and makes room when it is told."""

    def __init__(self, journal: Path) -> None:
        super().__init__()
        self.journal = journal
        self.room = threading.Event()
        self.full = threading.Event()
        self._filling = threading.Lock()
        self._filler = threading.Thread(target=self._fill)

    def reply_to(self, call: Received) -> Reply:
        if self.endpoint(call) == "submit" and not self.room.is_set():
            with self._filling:  # once: many submits come side by side
                if not self.full.is_set():
                    self._filler.start()
                    self.full.wait()
        return super().reply_to(call)

    def make_room(self) -> None:
        """Let files grow again, and return when they may."""
        self.room.set()
        if self.full.is_set():
            self._filler.join()

    def _fill(self) -> None:
        with full_disk(self.journal):
            self.full.set()
            self.room.wait(60)


class TestFullDisk:
    """The request_id of a submit is written when there is room, or told."""

    def test_what_was_submitted_is_written_once_there_is_room(
        self, batch_face: BatchFace, tmp_path: Path
    ) -> None:
        server = FillingServer(tmp_path / "j.db")
        batch = batch_face.batch(server)
        batch.add(triples(1))
        threading.Thread(target=_make_room, args=(server,)).start()
        (item,) = batch.run()
        server.make_room()
        server.stop()
        assert (item.state, item.request_id) == ("succeeded", "req-1")
        assert len(server.calls("submit")) == 1

    def test_what_cannot_be_written_is_told(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        path = tmp_path / "j.db"
        journal = Journal(path)
        journal.add(read_entries(triples(3)), 1)
        ids = [job.id for job in journal.new_jobs(0, 1, 9)]
        me = journal.worker()
        for row_id in ids:
            journal.step(row_id, Claim(me, "http://x", None, None))
        tickets = [Ticket(row_id, Taken(me, f"req-{row_id}")) for row_id in ids]
        tickets.append(Ticket(ids[0], Ended("failed", None, None, "")))
        times = iter([0.0, 1.0, 5.0, 99.0])
        with full_disk(path):
            write(journal, tickets, now=lambda: next(times), sleep=lambda _: None)
        *taken, ended = (ticket.outcome for ticket in tickets)
        for row_id, outcome in zip(ids, taken, strict=True):
            assert isinstance(outcome, JournalError)
            assert outcome.request_id == f"req-{row_id}"
            assert "settle" in str(outcome)
            assert f"req-{row_id}" in caplog.text
        assert isinstance(ended, JournalError)
        journal.close()
        with Batch(path) as batch:
            batch._journal.worker()
            assert batch._journal.recover() == 3
            assert batch.settle("k1", request_id=f"req-{ids[1]}").state == "submitted"

    @pytest.mark.stress
    @pytest.mark.soak
    def test_a_run_on_a_disk_that_stays_full_names_all_that_was_paid(
        self, batch_face: BatchFace, tmp_path: Path
    ) -> None:
        server = FillingServer(tmp_path / "j.db")
        batch = batch_face.batch(server)
        batch.add(triples(8))
        try:
            with pytest.raises(JournalError) as caught:
                list(batch.run(concurrency=4))
        finally:
            server.make_room()
        told = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", ())])
        named = {f"req-{n + 1}" for n in range(server.submitted)}
        assert all(name in told for name in named)


def _make_room(server: FillingServer) -> None:
    server.full.wait(20)
    server.stopping.wait(0.2)
    server.room.set()


class TestClocks:
    """A worker is alive while it holds its lock, whatever any clock says."""

    @pytest.mark.parametrize("jump", [timedelta(days=4000), timedelta(days=-4000)])
    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_a_clock_that_jumps_makes_nobody_dead(
        self,
        request: pytest.FixtureRequest,
        tmp_path: Path,
        jump: timedelta,
        kind: str,
    ) -> None:
        place = str(tmp_path / "j.db")
        if kind == "postgres":
            place = request.getfixturevalue("postgres_url")
        shift = [timedelta()]
        one = Journal(place, now=lambda: datetime.now(UTC) + shift[0])
        other = Journal(place, now=lambda: datetime.now(UTC) - shift[0])
        one.add(read_entries(triples(2)), 1)
        sending, submitted = (job.id for job in one.new_jobs(0, 1, 9))
        me = one.worker()
        for row_id in (sending, submitted):
            one.step(row_id, Claim(me, "http://x", None, None))
        one.step(submitted, Taken(me, "req"))
        shift[0] = jump
        for file in tmp_path.rglob("*"):
            moment = (datetime.now(UTC) + jump).timestamp()
            os.utime(file, (max(moment, 0), max(moment, 0)))
        other.worker()
        assert other.recover() == 0
        assert other.adopt(0, 9, False, True) == ([], submitted)
        one.step(sending, Taken(me, "req-2"))
        one.step(submitted, Ended("succeeded", 1, "{}", None))
        assert [record.state for record in other.records()] == [
            "submitted",
            "succeeded",
        ]
        one.close()
        assert other.adopt(0, 9, False, False) == ([sending], sending)
        other.close()

    def test_a_job_whose_end_is_before_its_start_is_shown(
        self, service: Simulator, tmp_path: Path
    ) -> None:
        client = RunComfy(service.token, base_url=service.url)
        with client, Batch(tmp_path / "j.db", client) as batch:
            times = iter(range(2000, 1900, -1))
            batch._journal._now = lambda: datetime(next(times), 1, 1, tzinfo=UTC)
            batch.add(triples(3))
            for item in batch.run(concurrency=1):
                assert item.ended_at is not None
                assert item.sent_at is not None
                assert item.ended_at < item.sent_at
            assert "3 succeeded" in str(batch.report())
