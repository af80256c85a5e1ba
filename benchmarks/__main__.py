"""Print ratios against the peers on the same inputs, and keep them in `benchmarks/`.

`python -m benchmarks [--count 1000] [--rounds 3] [--peers PYTHON] [--node FOLDER]`: `--peers` is a
Python with openapi-python-client, fal_client and the other SDKs, `--node` a folder whose
`node_modules` has `@hey-api/openapi-ts`. A peer that is not there is left out.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.batches import batch_rows
from benchmarks.calls import call_rows
from benchmarks.generator import generator_rows, scaling_rows
from benchmarks.imports import PEERS, import_rows
from benchmarks.inputs import models, shares, source
from benchmarks.measure import machine
from benchmarks.table import as_markdown

HERE = Path(__file__).parent


def main() -> None:
    """Measure, print, and write `RESULTS.md` and `results.json`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=_absolute, default=None)
    parser.add_argument("--node", type=_absolute, default=None)
    arguments = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="runcomfy-bench-"))
    os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
    peers, rounds = arguments.peers, arguments.rounds
    try:
        rows = [
            *import_rows(peers),
            *call_rows(rounds, peers),
            *batch_rows(),
            *generator_rows(scratch, arguments.count, rounds, peers, arguments.node),
            *scaling_rows(scratch, rounds),
        ]
    finally:
        shutil.rmtree(scratch)
    text = as_markdown(rows, _about(arguments.count, rounds, peers))
    sys.stdout.write(text)
    (HERE / "RESULTS.md").write_text(text, "utf-8")
    results = {"machine": machine(), "rows": [row._asdict() for row in rows]}
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def _about(count: int, rounds: int, peers: Path | None) -> list[str]:
    """Return what was measured, on what, against what."""
    found = shares(models(count))
    lines = [
        f"CPU seconds, the median of {rounds} rounds in which all take turns (more for what",
        f"takes a blink). One machine: {machine()}. Only ratios within a run mean anything.",
        "",
        f"{count} models made from {source()}, with {found.fields} fields, of which "
        f"{found.different:.0%} are different",
        f"ones, and {found.different_but_for_words:.0%} but for their words.",
    ]
    return [*lines, "", f"Peers: {', '.join(_versions(peers))}."] if peers else lines


def _versions(peers: Path) -> list[str]:
    code = (
        "import importlib.metadata as m, sys\n"
        "print(*(f'{n} {m.version(n)}' for n in sys.argv[1:]), sep='\\n')"
    )
    names = (*PEERS, "openapi-python-client")
    done = subprocess.run(
        [str(peers), "-c", code, *names], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def _absolute(text: str) -> Path:
    """Return a path that is good in every folder; a venv's Python stays the link it is."""
    return Path(text).absolute()


main()
