"""A batch that is killed again and again, judged by the service's own ledger."""

import os
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from runcomfy_models.batch import Batch
from tests.support.ledger import FAULTS, Ledger, judge

SCRIPT = """
import sys
from runcomfy_models import RunComfy
from runcomfy_models.batch import Batch
from runcomfy_models._core.timing import Timing
journal, url, token, out, count = sys.argv[1:]
client = RunComfy(token, base_url=url, poll_interval=0.02, timeout=5)
client._settings.timing = Timing(first_backoff=0.005, longest_backoff=0.05)
urls = ["https://x.test/a.png"]
with client, Batch(journal, client) as batch:
    batch.add(
        (f"{n}", "blackforestlabs/flux-2/pro/edit", {"prompt": f"{n}", "image_urls": urls})
        for n in range(int(count))
    )
    print("added", flush=True)
    for item in batch.run(concurrency=24, out=out):
        pass
"""


LARGE = (
    int(os.environ.get("BATCH_JOBS", "600")),
    int(os.environ.get("BATCH_KILLS", "12")),
)
"""Jobs and kills of the long course; with 2000 and 30 it takes minutes."""


def run_and_kill(
    arguments: list[str], chance: random.Random, longest: float
) -> int | None:
    """Start the batch, and kill it after a while; return its code if it ended first."""
    command = [sys.executable, "-c", SCRIPT, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            return process.wait(timeout=chance.uniform(0, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return None


@pytest.mark.parametrize(
    ("count", "kills"),
    [
        (150, 4),
        pytest.param(*LARGE, marks=[pytest.mark.stress, pytest.mark.soak], id="large"),
    ],
)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_each_key_is_paid_once_whatever_is_killed(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, count: int, kills: int
) -> None:
    journal = str(tmp_path / "j.db")
    if kind == "postgres":
        journal = request.getfixturevalue("postgres_url")
    seed = int(os.environ.get("SEED", "7"))
    chance = random.Random(seed)
    out = tmp_path / "out"
    with Ledger(queued=1, running=0, seed=seed, faults=FAULTS) as ledger:
        arguments = [journal, ledger.url, ledger.token, str(out), str(count)]
        longest = 2.0 if count < 1000 else 0.9
        ended = None
        for _ in range(kills):
            ended = run_and_kill(arguments, chance, longest)
            if ended is not None:
                break
        latest = time.monotonic() + 600
        while ended is None or unfinished(journal):
            assert time.monotonic() < latest
            ended = run_and_kill(arguments, chance, 300.0)
            assert ended == 0
        with Batch(journal) as batch:
            items = list(batch.items())
            report = batch.report()
        jobs = ledger.jobs()
    assert len(items) == count
    judge(items, jobs, out)
    known = {item.key for item in items if item.state != "uncertain"}
    paid = sum(Decimal(job["cost"]) for job in jobs if job["key"] in known)
    assert report.cost_usd == paid
    uncertain = report.counts.get("uncertain", 0)
    assert uncertain < count / 3


def unfinished(journal: str) -> bool:
    """Tell whether a run has left something for another, such as a file."""
    with Batch(journal) as batch:
        counts = batch.report().counts
        left = {"new", "sending", "submitted"} & counts.keys()
        return bool(left) or any(not i.files for i in batch.items("succeeded"))
