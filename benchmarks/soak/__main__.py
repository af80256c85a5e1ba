"""Soak the clients, print what struck and what came of it, and keep it in `SOAK.md`.

`python -m benchmarks.soak [--jobs 10000] [--seed N]`: the same seed, the same faults.
Exits with 1 where a job was lost, doubled or told wrong, or something was left over.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.soak.run import Report, soak

KEPT = Path(__file__).parent.parent / "SOAK.md"


def main() -> int:
    """Soak, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak")
    parser.add_argument("--jobs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    sys.stdout.write(f"seed {arguments.seed}\n")
    began = time.monotonic()
    report = soak(arguments.jobs, arguments.seed)
    text = as_markdown(report, time.monotonic() - began)
    sys.stdout.write(text)
    KEPT.write_text(text, "utf-8")
    return 1 if report.problems else 0


def as_markdown(report: Report, seconds: float) -> str:
    """Return a report as Markdown."""
    calls, verdict = report.faults.total(), "Nothing was wrong."
    if report.problems:
        verdict = f"**{len(report.problems)} problems**, of which the first:"
    megabytes = ", ".join(f"{held / 2**20:.1f}" for held in report.memory)
    lines = [
        "# Soak",
        "",
        f"{report.jobs} jobs, seed {report.seed}, {calls} calls in {seconds:.0f} s, on "
        f"{machine()}. Again: `python -m benchmarks.soak --jobs {report.jobs} "
        f"--seed {report.seed}`.",
        "",
        "The judge is the service's own ledger: which submits arrived, which jobs were",
        "made of them, and how these ended. " + verdict,
        "",
        *(f"- {problem}" for problem in report.problems[:20]),
        f"MB held after each batch: {megabytes}. Lines logged: {report.lines}.",
        "",
        *_table("course", report.ways),
        *_table("outcome", report.outcomes),
        *_faults(report.faults),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(what: str, counts: Counter[str]) -> list[str]:
    rows = [f"| {name} | {count} |" for name, count in counts.most_common()]
    return [f"| {what} | jobs |", "| --- | ---: |", *rows, ""]


def _faults(counts: Counter[str]) -> list[str]:
    endpoints = ["submit", "status", "result", "cancel", "media"]
    names = sorted({label.partition("/")[2] for label in counts})
    rows = [
        " | ".join([f"| {name}", *(str(counts[f"{e}/{name}"]) for e in endpoints)])
        for name in names
    ]
    head = "| fault of a call | " + " | ".join(endpoints) + " |"
    return [head, "| --- |" + " ---: |" * 5, *(f"{row} |" for row in rows)]


if __name__ == "__main__":
    sys.exit(main())
