"""The simulator in a process of its own, with a ledger that outlives whoever is killed.

`python -m tests.support.ledger OPTIONS`: prints its URL, then for each line that it reads
a line of JSON with its jobs: prompt, request_id, outcome and cost of each.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from runcomfy_models.batch import BatchItem
from runcomfy_models.simulator import Simulator

FAULTS = [
    *("submit/drop=0.01", "submit/drop-after=0.01", "submit/reset-after=0.005"),
    *(
        "submit/status:500=0.01",
        "submit/status-after:504=0.01",
        "submit/truncated=0.01",
    ),
    *("submit/rate-limit:0.01=0.1", "submit/status:422=0.01", "submit/html:502=0.005"),
    *("submit/broken-json=0.01", "submit/empty:200=0.005", "submit/error-200=0.005"),
    *("submit/failed=0.03", "submit/cancelled=0.02", "submit/slow:0.02=0.1"),
    *("status/drop=0.02", "status/status:500=0.02", "status/unknown-state=0.02"),
    *("status/rate-limit:0.01=0.02", "result/drop=0.02", "result/status:503=0.02"),
    *("result/broken-json=0.02", "media/drop=0.02", "media/truncated=0.05"),
    *("media/status:500=0.02", "media/reset=0.02", "submit/status-after:503=0.005"),
]


class Ledger:
    """The service, and what it knows."""

    def __init__(self, **options: Any) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.ledger", json.dumps(options)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.url = self._line()
        self.token = options.get("token", "simulator-token")

    def jobs(self) -> list[dict[str, Any]]:
        """Return every job that was taken so far."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        jobs: list[dict[str, Any]] = json.loads(self._line())
        return jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            pass

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def judge(items: list[BatchItem], ledger: list[dict[str, Any]], out: Path) -> None:
    """Compare what the journal says with what the service did."""
    paid = Counter(job["key"] for job in ledger)
    assert max(paid.values()) == 1
    by_key = {item.body["prompt"]: item for item in items}
    for job in ledger:
        item = by_key[job["key"]]
        assert item.state == "uncertain" or item.request_id == job["request_id"], item
        if item.state != "uncertain":
            assert item.cost_usd == Decimal(job["cost"]), item
            assert item.state == job["outcome"], item
    taken = {job["key"] for job in ledger}
    for item in items:
        if item.state == "succeeded":
            assert item.body["prompt"] in taken
            assert len(item.files) == 1, item
        for file in item.files:
            content = file.read_bytes()
            assert content[:8] == b"\x89PNG\r\n\x1a\n"
            assert content[-8:-4] == b"IEND"
    named = {str(file) for item in items for file in item.files}
    there = {str(path) for path in out.rglob("*") if path.is_file()}
    assert there == named


def main() -> None:
    """Serve until the input ends."""
    with Simulator(**json.loads(sys.argv[1]), remember=1) as simulator:
        print(simulator.url, flush=True)
        for _ in sys.stdin:
            jobs = [
                {
                    "key": job.input["prompt"],
                    "request_id": job.request_id,
                    "outcome": job.ending.outcome,
                    "is_over": job.finished is not None,
                    "cost": str(job.cost),
                }
                for job in simulator.jobs.values()
            ]
            print(json.dumps(jobs), flush=True)


if __name__ == "__main__":
    main()
