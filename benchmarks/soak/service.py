"""The simulator in a process of its own, with a ledger that the judge reads.

`python -m benchmarks.soak.service SEED`: prints its URL, then for each line that it
reads a line of JSON about what happened since the last. Ends with its input.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from benchmarks.soak.chaos import MISLEADING, TOKEN, fault_rules
from runcomfy_models.simulator import Received, Simulator


@dataclass
class Entry:
    """What the service knows of one input."""

    submits: list[str] = field(default_factory=list)
    """The fault that met each submit of it that arrived."""
    jobs: list[tuple[str, str]] = field(default_factory=list)
    """request_id and outcome of each job that was made, and is billed, of it."""
    misled: bool = False
    """Whether it was cancelled unasked, or its status told as it was not."""


class Ledger:
    """Reads what a simulator has recorded, a piece at a time."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._requests = self._jobs = 0
        self._files = open_files()

    def read(self) -> dict[str, Any]:
        """Return the entries since the last reading, faults, and connections open."""
        requests = self._simulator.requests[self._requests :]
        jobs = list(self._simulator.jobs.values())[self._jobs :]
        self._requests += len(requests)
        self._jobs += len(jobs)
        entries: dict[str, Entry] = {}
        for request in requests:
            if request.endpoint == "submit":
                number = request.body["prompt"]
                entries.setdefault(number, Entry()).submits.append(request.fault)
        misled = {r.subject for r in requests if r.fault in MISLEADING}
        for job in jobs:
            entry = entries[job.input["prompt"]]
            ended = "running" if job.finished is None else job.ending.outcome
            entry.jobs.append((job.request_id, ended))
            entry.misled = job.request_id in misled or "cancelled" in entry.submits
        return {
            "entries": {number: asdict(entry) for number, entry in entries.items()},
            "faults": Counter(map(_label, requests)),
            "connections": open_files() - self._files,
        }


class Service:
    """The simulator's process, as its parent sees it."""

    def __init__(self, seed: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.soak.service", str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self.url = self._line()

    def ledger(self) -> dict[str, Any]:
        """Return what happened since the last call."""
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        ledger: dict[str, Any] = json.loads(self._line())
        return ledger

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            pass

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def open_files() -> int:
    """Return how many files and sockets this process holds."""
    return len(os.listdir("/dev/fd"))


def _label(request: Received) -> str:
    return f"{request.endpoint}/{request.fault}"


def main() -> None:
    """Serve until the input ends."""
    faults = fault_rules()
    with Simulator(
        seed=int(sys.argv[1]),
        token=TOKEN,
        queued=1,
        running=1,
        faults=faults,
        remember=10**9,
    ) as simulator:
        ledger = Ledger(simulator)
        sys.stdout.write(simulator.url + "\n")
        sys.stdout.flush()
        for _ in sys.stdin:
            sys.stdout.write(json.dumps(ledger.read()) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
