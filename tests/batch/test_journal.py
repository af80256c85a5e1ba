"""The journal on SQLite and on PostgreSQL: the same class, the same answers."""

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models import ConfigurationError, JournalError
from runcomfy_models._batch.journal import Journal
from runcomfy_models._batch.keys import Entry, read_entries
from runcomfy_models._batch.states import (
    CeilingError,
    Claim,
    Ended,
    Hold,
    Lost,
    Row,
    StepError,
    Taken,
    Unsent,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit

Open = Callable[[], Journal]
LONG = "data:text/plain," + "QUJD" * 10_000


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return str(tmp_path / "journal.db")


@pytest.fixture
def opened(place: str) -> Iterator[Open]:
    journals: list[Journal] = []

    def open_one() -> Journal:
        journals.append(Journal(place))
        return journals[-1]

    yield open_one
    for journal in journals:
        journal.close()


def entries(*keys: str, model_id: str = "a/b") -> list[Entry]:
    return list(read_entries((key, model_id, {"prompt": key}) for key in keys))


def new_ids(journal: Journal, run: int = 5) -> list[int]:
    return [record.id for record in journal.new_jobs(0, run, 1000)]


def started(journal: Journal, *keys: str) -> list[int]:
    """Add jobs, and submit them."""
    journal.add(entries(*keys), 1)
    ids = new_ids(journal)
    me = journal.worker()
    for row_id in ids:
        journal.step(row_id, Claim(me, "http://x", 40, None))
        journal.step(row_id, Taken(me, f"r-{row_id}"))
    return ids


def test_a_job_is_put_down_once(opened: Open) -> None:
    journal = opened()
    assert journal.add(entries("a", "b", "a"), 1) == 2
    assert journal.add(entries("b", "c"), 2) == 1
    assert [record.key for record in journal.records()] == ["a", "b", "c"]
    found = journal.find("b")
    assert found is not None
    assert (found.state, found.body) == ("new", '{"prompt":"b"}')
    assert journal.find("z") is None


def test_a_key_stands_for_one_input(opened: Open) -> None:
    journal = opened()
    journal.add(entries("a", "b"), 1)
    other = read_entries([("c", "a/b", {}), ("b", "a/b", {"prompt": "other"})])
    with pytest.raises(ConfigurationError, match="'b'"):
        journal.add(other, 1)
    with pytest.raises(ConfigurationError, match="'a'"):
        journal.add(read_entries([("a", "a/other", {"prompt": "a"})]), 1)


def test_the_key_is_what_decides_on_the_job() -> None:
    def key(model_id: str, **body: Any) -> str:
        ((found, *_),) = read_entries([(None, model_id, body)])
        return found

    assert key("a/b", x=1, y=[1.0]) == key("a/b", y=[1], x=1.0)
    different = [
        key("a/b", x=1),
        key("a/c", x=1),
        key("a/b", x="1"),
        key("a/b", x=True),
        key("a/b", x=[1]),
        key("a/b", x=None),
        key("a/b", x=1.5),
        key("a/b"),
    ]
    assert len({*different}) == len(different)
    assert all(len(each) == 64 for each in different)


def test_an_input_has_the_key_of_its_body() -> None:
    given = flux_2_pro_edit.Input(prompt="x", image_urls=["https://x.test/a"])
    body = {"prompt": "x", "image_urls": ["https://x.test/a"]}
    one, other = read_entries([given, (None, given.model_id, body)])
    assert one == other


@pytest.mark.parametrize("key", ["", " ", "x" * 501, "a\nb", 1.5, True, "\ud800", b"a"])
def test_what_is_not_a_key_is_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="key"):
        list(read_entries([(key, "a/b", {})]))


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object(), float("inf")])
def test_what_is_not_json_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="Input 0"):
        list(read_entries([("k", "a/b", {"x": value})]))


def test_odd_texts_come_back_as_they_were(opened: Open) -> None:
    journal = opened()
    body = {"prompt": "nul \0, half \ud800, é", "n": 2**70, "f": 0.1}
    journal.add(read_entries([("k", "a/b", body)]), 1)
    (found,) = journal.records()
    assert next(iter(read_entries([("k", "a/b", body)]))).body == found.body


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "x", "deep": {"images": [LONG, "data:,short", LONG]}, "n": None},
        {"prompt": LONG, "image": LONG.replace("QUJD", "REVG")},
        {"texts": [[["body"], "x"]], "body": None, "@": "@", "image": LONG},
        {"prompt": "@{}", "image": LONG + "\0 \ud800 é"},
    ],
)
def test_a_long_text_is_kept_once_beside_its_bodies(
    opened: Open, body: dict[str, Any]
) -> None:
    journal = opened()
    given = [(str(n), "a/b", {**body, "number": n}) for n in range(3)]
    assert journal.add(read_entries(given), 1) == 3
    assert journal.add(read_entries(given), 1) == 0
    found = list(journal.records())
    for record, (_, _, whole) in zip(found, given, strict=True):
        assert len(record.body) < 1000
        assert json.loads(journal.whole(record.body)) == whole
        assert journal.body(record.id) == record.body
    ((texts,),) = journal._rows("SELECT COUNT(*) FROM runcomfy_texts")
    assert texts == len({text for text in _texts(body) if len(text) > 20_000})


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts(list(value.values()))
        case list():
            for each in value:
                yield from _texts(each)


def test_the_key_of_a_body_with_a_long_text_is_that_of_the_whole_body() -> None:
    body = {"image": LONG, "x": 1}
    ((key, _, _, digest, _),) = read_entries([(None, "a/b", body)])
    whole = json.dumps(body, separators=(",", ":"))
    assert key == digest == sha256(f"a/b\n{whole}".encode()).hexdigest()


def test_one_worker_gets_a_job(opened: Open) -> None:
    one, other = opened(), opened()
    one.add(entries("a"), 1)
    (row_id,) = new_ids(one)
    assert new_ids(other) == [row_id]
    one.step(row_id, Claim(one.worker(), "http://x", None, None))
    with pytest.raises(StepError):
        other.step(row_id, Claim(other.worker(), "http://x", None, None))
    assert new_ids(other) == []


def test_a_ceiling_holds_for_all_who_claim(opened: Open) -> None:
    one, other = opened(), opened()
    one.add(entries("a", "b", "c", "d"), 1)
    ids = new_ids(one)
    for journal in (one, other):
        events = [(i, Claim(journal.worker(), "http://x", 40, 100)) for i in ids]
        found = journal.apply(events)
        assert sum(isinstance(each, Row) for each in found) == (
            2 if journal is one else 0
        )
    assert isinstance(found[-1], CeilingError)
    assert one.spent() == other.spent() == 80
    one.step(ids[0], Unsent(one.worker(), "busy"))
    assert other.spent() == 40


def test_what_is_counted_is_what_the_rows_say(opened: Open) -> None:
    journal = opened()
    first, second, third, fourth = started(journal, "a", "b", "c", "d")
    journal.step(first, Ended("succeeded", 45, "{}", None))
    journal.step(second, Ended("failed", None, None, "no"))
    journal.step(third, Ended("cancelled", 0, None, "stopped"))
    counts = {count.state: count for count in journal.counts()}
    assert journal.spent() == 45 + 40 + 0 + 40
    assert sum(count.cost + count.estimate for count in counts.values()) == 125
    assert journal.retry("failed", None) == 1
    assert journal.retry("failed", None) == 0
    assert journal.retry("cancelled", ["z"]) == 0
    assert journal.retry("cancelled", ["c", "z"]) == 1
    assert new_ids(journal) == [second, third]
    found = journal.find("b")
    assert found is not None
    assert (found.state, found.paid_before, found.earlier) == ("new", 40, f"r-{second}")
    assert journal.spent() == 125
    assert fourth


def test_what_is_held_is_held_for_one_run(opened: Open) -> None:
    journal = opened()
    journal.add(entries("a", "b"), 1)
    first, second = new_ids(journal, 7)
    journal.step(first, Hold(7, "too dear"))
    assert new_ids(journal, 7) == [second]
    assert new_ids(journal, 8) == [first, second]


def test_a_worker_that_closed_leaves_its_jobs_to_others(opened: Open) -> None:
    one, other = opened(), opened()
    ids = started(one, "a", "b", "c")
    other.add(entries("d"), 1)
    (new,) = new_ids(other)
    one.step(new, Claim(one.worker(), "http://x", None, None))
    other.worker()
    assert other.recover() == 0
    assert other.adopt(0, 10, False, True) == ([], ids[-1])
    one.close()
    assert other.recover() == 1
    found = other.find("d")
    assert found is not None
    assert found.state == "uncertain"
    assert other.adopt(0, 2, False, True) == (ids[:2], ids[1])
    assert other.adopt(ids[1], 2, False, True) == (ids[2:], ids[2])
    assert other.adopt(ids[2], 2, False, True) == ([], None)
    assert other.adopt(0, 10, False, False) == ([], ids[-1])


def test_a_worker_that_was_killed_leaves_its_jobs_to_others(
    opened: Open, place: str
) -> None:
    script = (
        "import sys, signal\n"
        "from runcomfy_models._batch.journal import Journal\n"
        "from runcomfy_models._batch.keys import read_entries\n"
        "from runcomfy_models._batch.states import Claim, Taken\n"
        "journal = Journal(sys.argv[1])\n"
        "journal.add(read_entries([(k, 'a/b', {}) for k in 'ab']), 1)\n"
        "first, second = (job.id for job in journal.new_jobs(0, 5, 10))\n"
        "me = journal.worker()\n"
        "journal.step(first, Claim(me, 'http://x', None, None))\n"
        "journal.step(second, Claim(me, 'http://x', None, None))\n"
        "journal.step(second, Taken(me, 'r'))\n"
        "print('ready', flush=True)\n"
        "signal.pause()\n"
    )
    command = [sys.executable, "-c", script, place]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        journal = opened()
        journal.worker()
        assert journal.recover() == 0
        process.send_signal(signal.SIGKILL)
    latest = 100
    while not journal.recover():
        latest -= 1
        assert latest
    found = journal.find("a")
    assert found is not None
    assert found.state == "uncertain"
    assert "settle" in str(found.error)
    assert len(journal.adopt(0, 10, False, True)[0]) == 1


def test_a_person_settles_what_is_uncertain(opened: Open) -> None:
    journal = opened()
    journal.add(entries("a", "b"), 1)
    me = journal.worker()
    for row_id in new_ids(journal):
        journal.step(row_id, Claim(me, "http://x", None, None))
        journal.step(row_id, Lost(me, "gone"))
    assert journal.settle("a", "r-9").state == "submitted"
    assert journal.settle("b", None).state == "new"
    for key in ("a", "b", "z"):
        with pytest.raises(ConfigurationError, match=repr(key)):
            journal.settle(key, "r")


def test_the_jobs_of_a_session_are_answered_once(opened: Open) -> None:
    journal = opened()
    ids = started(journal, "a", "b", "c")
    journal.step(ids[0], Ended("succeeded", 1, "{}", None))
    journal.step(ids[1], Ended("failed", 1, None, "no"))
    assert list(journal.records(asked=1)) == []
    journal.add(entries("a", "c"), 2)
    (found,) = journal.records(asked=2)
    assert found.key == "a"
    journal.answered([found.id])
    assert list(journal.records(asked=2)) == []


def test_listing_reads_few_bytes_at_a_time(opened: Open) -> None:
    journal = opened()
    big = "x" * 3_000_000
    given = [(f"k{n}", "a/b", {"n": n, "x": big if n % 3 else ""}) for n in range(9)]
    journal.add(read_entries(given), 1)
    assert [record.key for record in journal.records()] == [f"k{n}" for n in range(9)]
    assert [r.key for r in journal.records("new")] == [f"k{n}" for n in range(9)]
    assert list(journal.records("failed")) == []


def test_many_are_added_and_listed(opened: Open) -> None:
    journal = opened()
    assert journal.add(entries(*(f"k{n}" for n in range(2345))), 1) == 2345
    assert len(list(journal.records())) == 2345
    assert journal.add(entries(*(f"k{n}" for n in range(2345))), 1) == 0
    (count,) = journal.counts()
    assert (count.state, count.jobs, count.unknown) == ("new", 2345, 0)


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    old = os.umask(0)
    try:
        journal = Journal(path)
        journal.add(entries("a"), 1)
        journal.worker()
        for file in path.parent.iterdir():
            assert not stat.S_IMODE(file.stat().st_mode) & 0o077, file
    finally:
        os.umask(old)
    journal.close()
    assert [file.name for file in path.parent.iterdir()] == ["journal.db"]


def test_each_step_is_on_the_disk_when_it_is_taken(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    try:
        assert journal._database.execute("PRAGMA synchronous") == [(2,)]
        assert journal._database.execute("PRAGMA journal_mode") == [("wal",)]
    finally:
        journal.close()


def test_another_version_is_left_alone(opened: Open, place: str) -> None:
    journal = opened()
    journal.add(entries("a"), 1)
    journal._rows("UPDATE runcomfy_journal SET value = '99' WHERE name = 'version'")
    journal.close()
    with pytest.raises(JournalError, match="version 99"):
        Journal(place)


@pytest.mark.parametrize(
    "content", [b"not a database at all " * 99, b"\0" * 4096, os.urandom(8192)]
)
def test_what_is_not_a_journal_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"notes\.txt"):
        Journal(path)
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE songs (name TEXT)")
    other.close()
    with pytest.raises(JournalError, match="something else"):
        Journal(path)
    with sqlite3.connect(path) as other:
        tables = other.execute("SELECT name FROM sqlite_master").fetchall()
    other.close()
    assert tables == [("songs",)]


def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch()
    journal = Journal(path)
    assert journal.add(entries("a"), 1) == 1
    journal.close()


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_file_cut_short_is_an_error(tmp_path: Path, share: float) -> None:
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.add(entries(*(f"k{n}" for n in range(900))), 1)
    journal.close()
    whole = path.read_bytes()
    cut = whole[: int(len(whole) * share)]
    path.write_bytes(cut)
    with pytest.raises(JournalError, match="damaged"):
        Journal(path)
    assert path.read_bytes() == cut


def test_a_log_cut_short_loses_the_last_steps_alone(tmp_path: Path) -> None:
    path, copy = tmp_path / "journal.db", tmp_path / "copy.db"
    journal = Journal(path)
    for number in range(20):
        journal.add(entries(f"k{number}"), 1)
    log = Path(f"{path}-wal").read_bytes()
    copy.write_bytes(path.read_bytes())
    Path(f"{copy}-wal").write_bytes(log[: len(log) - 5000])
    again = Journal(copy)
    kept = [record.key for record in again.records()]
    again.close()
    journal.close()
    assert 1 <= len(kept) < 20
    assert kept == [f"k{number}" for number in range(len(kept))]


def test_a_locked_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    Journal(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    journal = Journal(path, lock_timeout=0.05)
    assert list(journal.records()) == []
    try:
        with pytest.raises(JournalError, match="another program"):
            journal.add(entries("a"), 1)
        other.execute("ROLLBACK")
        assert journal.add(entries("a"), 1) == 1
    finally:
        other.close()
        journal.close()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="folder"):
        Journal(tmp_path / "none" / "journal.db")
    with pytest.raises(JournalError):
        Journal(tmp_path)


def test_a_place_that_is_neither_is_an_error() -> None:
    with pytest.raises(ConfigurationError, match="postgresql"):
        Journal("mysql://x/y")


def test_a_full_disk_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal(path)
    ids = started(journal, "a", "b")
    (pages,) = journal._database.execute("PRAGMA page_count")[0]
    journal._database.execute(f"PRAGMA max_page_count={pages + 1}")
    with pytest.raises(JournalError, match="full"):
        journal.add(entries(*(f"k{n}" for n in range(900))), 1)
    journal.step(ids[0], Ended("succeeded", 1, "{}", None))
    journal._database.execute("PRAGMA max_page_count=100000")
    journal.step(ids[1], Ended("succeeded", 1, "{}", None))
    assert [record.state for record in journal.records()] == ["succeeded"] * 2
    journal.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone may be somebody else")
def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = Journal(path)
    journal.add(entries("a"), 1)
    journal.close()
    path.chmod(0o444)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and not folder.stat().st_mode & 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)
    script = (
        "import os, sys\n"
        "from runcomfy_models._batch.journal import Journal\n"
        "os.setuid(65534)\n"
        "try:\n    Journal(sys.argv[1])\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
    )
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("JournalError")
    assert "written" in done.stdout


def test_a_server_that_is_not_there_is_an_error() -> None:
    with pytest.raises(JournalError) as caught:
        Journal("postgresql://user:secret-word@127.0.0.1:9/batches")
    assert "127.0.0.1/batches" in str(caught.value)
    assert "secret-word" not in str(caught.value)
