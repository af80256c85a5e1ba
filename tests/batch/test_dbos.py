"""Batches over many machines: DBOS hands out, the journal pays once."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models import ConfigurationError, RunComfy
from runcomfy_models.batch import Batch
from runcomfy_models.integrations.dbos import enqueue, work
from runcomfy_models.simulator import Simulator
from tests.support.ledger import FAULTS, Ledger, judge
from tests.support.postgres import PostgresServer

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


def counts(url: str) -> dict[str, int]:
    with Batch(url) as batch:
        return {**batch.report().counts}


def start_worker(url: str, service: Any, **options: Any) -> subprocess.Popen[str]:
    script = (
        "import sys\n"
        "from runcomfy_models import RunComfy\n"
        "from runcomfy_models.integrations.dbos import work\n"
        "client = RunComfy(sys.argv[2], base_url=sys.argv[3], poll_interval=0.05)\n"
        f"work(sys.argv[1], client, **{options!r})\n"
    )
    command = [sys.executable, "-c", script, url, service.token, service.url]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )


def until(happened: Any, seconds: float = 60.0) -> None:
    latest = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < latest
        time.sleep(0.05)


def test_jobs_are_handed_out_and_run_once(
    postgres_url: str, service: Simulator, tmp_path: Path
) -> None:
    assert enqueue(postgres_url, triples(12)) == 12
    assert enqueue(postgres_url, triples(14)) == 2
    client = RunComfy(service.token, base_url=service.url)
    with client:
        work(postgres_url, client, 4, out=tmp_path / "out", until_empty=True)
        assert counts(postgres_url) == {"succeeded": 14}
        assert len(service.jobs) == 14
        assert len(list((tmp_path / "out").iterdir())) == 14
        assert enqueue(postgres_url, triples(14)) == 0
        work(postgres_url, client, 4, until_empty=True)
    assert len(service.jobs) == 14


def test_what_was_held_or_failed_is_handed_out_again(
    postgres_url: str, service: Simulator
) -> None:
    service.script("submit", ["failed"])
    service.set_price(EDIT, 0.5)
    enqueue(postgres_url, triples(4))
    client = RunComfy(service.token, base_url=service.url)
    with client:
        work(postgres_url, client, 1, max_cost_usd="1.4", until_empty=True)
        assert counts(postgres_url) == {"new": 1, "succeeded": 2, "failed": 1}
        with Batch(postgres_url) as batch:
            assert batch.retry() == 1
        work(postgres_url, client, 1, max_cost_usd=9, until_empty=True)
    assert counts(postgres_url) == {"succeeded": 4}


def test_a_worker_stops_when_it_is_told(postgres_url: str) -> None:
    with Simulator(queued=0, running=0.3, unit="seconds") as service:
        enqueue(postgres_url, triples(60))
        process = start_worker(postgres_url, service, concurrency=5)
        until(lambda: len(service.jobs) >= 10)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        sent = len(service.jobs)
        assert sent < 60
        left = counts(postgres_url)
        assert left == {"new": 60 - sent, "succeeded": sent}


def test_what_a_dead_worker_left_is_done_by_another(postgres_url: str) -> None:
    with Simulator(queued=0, running=2, unit="seconds") as service:
        enqueue(postgres_url, triples(10))
        process = start_worker(postgres_url, service, concurrency=10)
        until(lambda: counts(postgres_url).get("submitted", 0) == 10)
        process.kill()
        process.communicate()
        client = RunComfy(service.token, base_url=service.url, poll_interval=0.05)
        with client:
            work(postgres_url, client, 10, until_empty=True)
        assert counts(postgres_url) == {"succeeded": 10}
        assert len(service.jobs) == 10


def test_a_ceiling_on_those_in_flight_holds_for_all_workers(postgres_url: str) -> None:
    with Simulator(queued=0, running=0.5, unit="seconds") as service:
        enqueue(postgres_url, triples(12))
        workers = [start_worker(postgres_url, service, concurrency=3) for _ in "ab"]
        most = 0
        stopped = threading.Event()

        def look() -> None:
            nonlocal most
            while not stopped.wait(0.02):
                running = [j for j in service.jobs.values() if j.state != "completed"]
                most = max(most, len(running))

        watcher = threading.Thread(target=look)
        watcher.start()
        until(lambda: counts(postgres_url) == {"succeeded": 12}, 90)
        stopped.set()
        watcher.join()
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.communicate(timeout=60)
        assert 1 <= most <= 3
        assert len(service.jobs) == 12


@pytest.mark.stress
@pytest.mark.soak
def test_each_key_is_paid_once_whatever_worker_or_server_ends(
    postgres_server: PostgresServer,
    postgres_url: str,
    tmp_path: Path,
) -> None:
    """With BATCH_JOBS and BATCH_KILLS of 2000 and 30 it takes minutes."""
    count = int(os.environ.get("BATCH_JOBS", "400"))
    kills = int(os.environ.get("BATCH_KILLS", "8"))
    chance = random.Random(7)
    out = tmp_path / "out"
    options = {"concurrency": 32, "out": str(out), "drain": 5.0}
    enqueue(postgres_url, triples(count))
    with Ledger(queued=1, running=1, seed=7, faults=FAULTS) as ledger:
        workers = [start_worker(postgres_url, ledger, **options) for _ in range(4)]
        for number in range(kills):
            time.sleep(chance.uniform(0.5, 4))
            place = chance.randrange(len(workers))
            workers[place].kill()
            workers[place].communicate()
            if number == kills // 2:
                postgres_server.restart()
            workers[place] = start_worker(postgres_url, ledger, **options)
        until(
            lambda: not {"new", "sending", "submitted"} & {*counts(postgres_url)}, 900
        )
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        for worker in workers:
            worker.communicate(timeout=120)
        client = RunComfy(ledger.token, base_url=ledger.url, poll_interval=0.02)
        with client, Batch(postgres_url, client) as batch:
            while any(not item.files for item in batch.items("succeeded")):
                list(batch.run(out=out))
            items = list(batch.items())
        jobs = ledger.jobs()
    assert len(items) == count
    judge(items, jobs, out)


def test_what_cannot_be_worked_is_refused(service: Simulator, tmp_path: Path) -> None:
    with RunComfy(service.token, base_url=service.url) as client:
        with pytest.raises(ConfigurationError, match="postgresql"):
            work(str(tmp_path / "j.db"), client)
        with pytest.raises(ConfigurationError, match="postgresql"):
            enqueue(str(tmp_path / "j.db"))
        with pytest.raises(ConfigurationError, match="concurrency"):
            work("postgresql://x/y", client, 0)
        with pytest.raises(ConfigurationError, match="per_minute"):
            work("postgresql://x/y", client, 1, 0)
