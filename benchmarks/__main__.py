"""Print ratios against the peers on the same inputs, and keep them in `benchmarks/`.

`python -m benchmarks [--count 1000] [--peers PYTHON] [--node FOLDER]`: `--peers` is a
Python with openapi-python-client, fal_client and the other SDKs, `--node` a folder whose
`node_modules` has `@hey-api/openapi-ts`. A peer that is not there is left out.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.generator import generator_rows, scaling_rows
from benchmarks.imports import import_rows
from benchmarks.measure import machine
from benchmarks.table import Row, as_markdown

HERE = Path(__file__).parent


def main() -> None:
    """Measure, print, and write `RESULTS.md` and `results.json`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--peers", type=_absolute, default=None)
    parser.add_argument("--node", type=_absolute, default=None)
    arguments = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="runcomfy-bench-"))
    os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
    try:
        rows: list[Row] = []
        rows += import_rows(scratch, arguments.peers)
        rows += generator_rows(
            scratch, arguments.count, arguments.peers, arguments.node
        )
        rows += scaling_rows(scratch)
    finally:
        shutil.rmtree(scratch)
    text = as_markdown(rows, machine(), arguments.count)
    sys.stdout.write(text)
    (HERE / "RESULTS.md").write_text(text, "utf-8")
    results = {"machine": machine(), "rows": [row._asdict() for row in rows]}
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def _absolute(text: str) -> Path:
    """Return a path that is good in every folder; a venv's Python stays the link it is."""
    return Path(text).absolute()


main()
