"""What one call costs a client, beside other SDKs, against a service that is quick."""

import os
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.imports import PEERS
from benchmarks.inputs import ROOT
from benchmarks.measure import beside
from benchmarks.table import Row

OURS = "runcomfy"
CALLS = 640
MODES = {"sync": "a call, ms", "async": "a call with 32 in flight, ms"}


def call_rows(rounds: int, peers: Path | None) -> list[Row]:
    """Return the rows of calls."""
    costs: dict[tuple[str, str], list[float]] = defaultdict(list)
    pythons = {OURS: Path(sys.executable)} | {name: peers for name in PEERS if peers}
    with beside() as url:
        for _ in range(rounds):
            for name, python in pythons.items():
                for mode in MODES:
                    costs[name, mode].append(_milliseconds(python, name, mode, url))
    found = {key: statistics.median(values) for key, values in costs.items()}
    return [
        Row(what, found[OURS, mode], peer, found[peer, mode], 1.0)
        for mode, what in MODES.items()
        for peer in pythons
        if peer != OURS
    ]


def _milliseconds(python: Path, name: str, mode: str, url: str) -> float:
    callers = str(ROOT / "benchmarks" / "callers.py")
    done = subprocess.run(
        [str(python), callers, name, mode, url, str(CALLS)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "generated"), "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{name}, {mode}: {done.stderr[-2000:]}")
    return 1000 * float(done.stdout)
