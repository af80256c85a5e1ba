"""What a batch of many jobs costs beside its calls, against a service that is quick.

`python -m benchmarks.batches [--jobs 100000] [--at-once 1000]`: adds that many jobs to a new
journal and runs them. The same inputs by `run_many`, which keeps no journal, are the calls
alone. Prints CPU a job of either, and how the batch's memory grew.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.inputs import ROOT
from benchmarks.measure import beside
from benchmarks.table import Row

JOBS = 4000
AT_ONCE = 1000
MOST_MB = 300.0


def batch_rows() -> list[Row]:
    """Return the rows of batches."""
    with beside("jobs") as url:
        batch, alone = (_measure(way, url, JOBS, AT_ONCE) for way in ("batch", "calls"))
    return [
        Row("a job of a batch, ms", batch["ms"], "its calls alone", alone["ms"], 2.0),
        Row("a batch, peak MB", batch["peak_mb"], "300 MB", MOST_MB, 1.0),
    ]


def _measure(way: str, url: str, jobs: int, at_once: int) -> dict[str, Any]:
    """Run one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.batches", "--way", way, "--url", url]
    sizes = ["--jobs", str(jobs), "--at-once", str(at_once)]
    done = subprocess.run(
        [*command, *sizes], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{way}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _run(way: str, url: str, jobs: int, at_once: int) -> dict[str, Any]:
    """Run the jobs one way, and return what that took."""
    from runcomfy_models import RunComfy
    from runcomfy_models.batch import Batch
    from runcomfy_models.blackforestlabs import flux_2_pro_edit

    def inputs() -> Iterator[flux_2_pro_edit.Input]:
        images = ["https://example.com/a.png"]
        for number in range(jobs):
            yield flux_2_pro_edit.Input(prompt=f"fox {number}", image_urls=images)

    memory: list[float] = []
    threading.Thread(target=_watch, args=(memory,), daemon=True).start()
    done = 0
    with RunComfy("a-token", base_url=url) as client:
        if way == "calls":
            began = time.perf_counter(), time.process_time()
            for _, outcome in client.run_many(inputs(), concurrency=at_once):
                if isinstance(outcome, Exception):
                    raise outcome
                done += 1
        else:
            with (
                tempfile.TemporaryDirectory() as folder,
                Batch(Path(folder, "journal.db"), client) as batch,
            ):
                batch.add(inputs())
                sys.stderr.write(f"added in {time.process_time():.1f} s of CPU\n")
                began = time.perf_counter(), time.process_time()
                for item in batch.run(concurrency=at_once):
                    done += item.state == "succeeded"
        wall, cpu = time.perf_counter() - began[0], time.process_time() - began[1]
    assert done == jobs, f"{done} of {jobs} succeeded"
    return {
        "ms": 1000 * cpu / jobs,
        "wall_s": wall,
        "peak_mb": max(memory),
        "mb": [round(each) for each in memory[:: max(1, len(memory) // 10)]],
    }


def _watch(memory: list[float]) -> None:
    """Note the process's memory in MB, twice a second."""
    page = os.sysconf("SC_PAGE_SIZE")
    while True:
        resident = int(Path("/proc/self/statm").read_text().split()[1])
        memory.append(resident * page / 2**20)
        time.sleep(0.5)


def main() -> None:
    """Measure and print; or, with `--way`, run one way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.batches")
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    parser.add_argument("--way", choices=["batch", "calls"])
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    if given.way:
        found = _run(given.way, given.url, given.jobs, given.at_once)
        sys.stdout.write(json.dumps(found) + "\n")
        return
    with beside("jobs") as url:
        for way in ("batch", "calls"):
            found = _measure(way, url, given.jobs, given.at_once)
            sys.stdout.write(f"{way}: {json.dumps(found)}\n")


if __name__ == "__main__":
    main()
