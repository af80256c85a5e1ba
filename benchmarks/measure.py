"""Measure commands: CPU seconds of the whole process tree, and its peak memory."""

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


@contextmanager
def beside(*words: str) -> Iterator[str]:
    """Run the quick service in a process of its own, and give its address."""
    command = [sys.executable, str(Path(__file__).with_name("service.py")), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        try:
            assert service.stdout is not None
            yield service.stdout.readline().strip()
        finally:
            service.terminate()


@dataclass(frozen=True)
class Cost:
    """What one command took, as the median of its runs."""

    cpu: float
    """Seconds, user and system, children included."""
    wall: float
    """Seconds."""
    memory: float
    """The largest process, in MB."""


class Trial(NamedTuple):
    """A command to measure; `before` runs each time and is not measured."""

    command: Sequence[str]
    cwd: Path | None = None
    before: Callable[[], None] = lambda: None


def in_turn(trials: Mapping[str, Trial], rounds: int) -> dict[str, Cost]:
    """Run commands in turn, several times: what disturbs the machine disturbs all.

    What stands beside a command is on its PATH, as in an activated environment.
    """
    found: dict[str, list[Cost]] = {name: [] for name in trials}
    for _ in range(rounds):
        for name, trial in trials.items():
            trial.before()
            found[name].append(_once(trial.command, trial.cwd))
    return {name: _median(costs) for name, costs in found.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        max(cost.memory for cost in costs),
    )


def _once(command: Sequence[str], cwd: Path | None) -> Cost:
    started = time.perf_counter()
    # A child of its own, whose resource usage is that of this command alone.
    code = (
        "import json, resource, subprocess, sys\n"
        "done = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
        "sys.exit(done.stderr[-2000:] if done.returncode else 0)\n"
    )
    beside = os.path.dirname(os.path.abspath(command[0]))
    done = subprocess.run(
        [sys.executable, "-S", "-c", code, *command],
        cwd=cwd,
        env={**os.environ, "PATH": os.pathsep.join((beside, os.environ["PATH"]))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    cpu, memory = map(float, done.stdout.split())
    return Cost(cpu, time.perf_counter() - started, memory / 1024)


def machine() -> str:
    """Return what the machine is, in a line."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    pages = os.sysconf("SC_PHYS_PAGES") * resource.getpagesize() // 2**30
    return (
        f"{os.cpu_count()} cores, {model}, {pages} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )
