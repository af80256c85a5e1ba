"""The simulator in a process of its own, with a ledger that outlives whoever is killed.

`python -m tests.support.ledger OPTIONS`: prints its URL, then for each line that it reads
a line of JSON with its jobs: prompt, request_id, outcome and cost of each.
"""

import json
import os
import subprocess
import sys
from typing import Any, Self

from runcomfy_models.simulator import Simulator


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
