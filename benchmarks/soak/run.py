"""One soak: batches of jobs, each judged; then what was left behind is counted."""

import gc
import logging
import os
import ssl
import threading
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

import httpcore2

from benchmarks.soak.chaos import TOKEN
from benchmarks.soak.fleet import Fleet
from benchmarks.soak.judge import faults_of
from benchmarks.soak.service import Service, open_files
from runcomfy_models._core import service_rules

MOST_GROWTH = 2 * 1024 * 1024
"""Bytes that may be held more after the last batch than after the first ones."""
WARM_UP = 2
"""Batches."""


@dataclass
class Report:
    """What a soak found."""

    seed: int
    jobs: int
    faults: Counter[str] = field(default_factory=Counter)
    """How often each `endpoint/fault` struck."""
    outcomes: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    """Bytes held after each batch."""
    lines: int = 0
    """Lines that were logged."""


class TokenWatch(logging.Handler):
    """Looks for the token in what is logged."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.DEBUG)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line, and report it where it shows the token."""
        self._report.lines += 1
        if TOKEN in self.format(record):
            self._report.problems.append(f"the log shows the token: {record.msg}")


def soak(jobs: int, seed: int, batches: int = 10, timeout: float = 2.0) -> Report:
    """Run so many jobs, and return what came of them."""
    report = Report(seed, jobs)
    size = -(-jobs // batches)
    numbers = [f"job {number}" for number in range(jobs)]
    with ExitStack() as stack:
        service = stack.enter_context(Service(seed))
        stack.enter_context(_hurried())
        stack.enter_context(_watched(report))
        threads, files = threading.active_count(), open_files()
        stack.enter_context(_traced())
        with Fleet(service.url, seed, timeout) as fleet:
            for start in range(0, jobs, size):
                _batch(report, service, fleet, numbers[start : start + size])
        gc.collect()
        _left(report, "threads", threading.active_count() - threads)
        _left(report, "sockets", open_files() - files)
        _left(report, "connections at the service", service.ledger()["connections"])
    if len(report.memory) > WARM_UP:
        growth = report.memory[-1] - max(report.memory[:WARM_UP])
        if growth > MOST_GROWTH:
            report.problems.append(f"memory grew by {growth} bytes: {report.memory}")
    return report


def _batch(report: Report, service: Service, fleet: Fleet, numbers: list[str]) -> None:
    outcomes = fleet.run(numbers)
    ledger = service.ledger()
    report.faults.update(ledger["faults"])
    report.outcomes.update(outcome.ending for outcome in outcomes.values())
    report.ways.update(outcome.way for outcome in outcomes.values())
    report.problems += faults_of(numbers, outcomes, ledger["entries"])
    _left(report, "tasks", fleet.idle_tasks)
    del outcomes, ledger
    gc.collect()
    report.memory.append(tracemalloc.get_traced_memory()[0])


def _left(report: Report, what: str, count: int) -> None:
    if count > 0:
        report.problems.append(f"{count} {what} were left")


@contextmanager
def _hurried() -> Iterator[None]:
    """Shorten the pauses; load no certificates, which nothing here is asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with (
        patch.object(httpcore2, "default_ssl_context", lambda **_: context),
        patch.object(service_rules, "SHORTEST_POLL", 0.01),
        patch.dict(os.environ, {"RUNCOMFY_API_TOKEN": TOKEN}),
    ):
        yield


@contextmanager
def _watched(report: Report) -> Iterator[None]:
    log = logging.getLogger("runcomfy_models")
    watch, level, propagate = TokenWatch(report), log.level, log.propagate
    log.addHandler(watch)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(watch)
        log.setLevel(level)
        log.propagate = propagate


@contextmanager
def _traced() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()
