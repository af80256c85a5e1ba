"""Count which mutants the generated tests notice, and keep the table in `MUTANTS.md`.

`python -m benchmarks.mutants [--catalogue FILE] [--model TEXT]`: the stored models, those
of `rich.py`, and a file of catalogue entries, if there is one. Exit code 1 if a mutant
survived that is not explained as equivalent.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.mutants.report import as_markdown
from benchmarks.mutants.rich import RICH
from benchmarks.mutants.score import score_all
from runcomfy_codegen.schema.merge_patch import merge_patch

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT.parent / "shared" / "catalogue" / "models.json"
KEPT = ROOT / "benchmarks" / "MUTANTS.md"


def main() -> int:
    """Try every mutant, print the table, and keep it unless only some were tried."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("--catalogue", type=Path, default=CATALOGUE)
    parser.add_argument("--model", default="", help="only those with this in their id")
    arguments = parser.parse_args()
    if arguments.catalogue != CATALOGUE and not arguments.catalogue.exists():
        parser.error(f"there is no {arguments.catalogue}")
    sources = {
        "stored models": _stored(),
        "models made by hand": list(RICH),
        "catalogue entries": _catalogue(arguments.catalogue),
    }
    chosen = {
        name: [entry for entry in entries if arguments.model in entry["model_id"]]
        for name, entries in sources.items()
    }
    entries = [entry for some in chosen.values() for entry in some]
    outcomes = score_all(entries, _progress)
    counts = {name: len(some) for name, some in chosen.items() if some}
    text = as_markdown(outcomes, counts)
    sys.stdout.write(text)
    if not arguments.model:
        KEPT.write_text(text, "utf-8")
    return int(any(outcome.verdict == "survived" for outcome in outcomes))


def _progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write(".")
        sys.stderr.flush()


def _stored() -> list[dict[str, Any]]:
    """Return the stored models, each with its overlay laid over it."""
    found = []
    for path in sorted((ROOT / "schemas").rglob("*/*.json")):
        if not path.name.endswith(".overlay.json"):
            overlay = path.with_name(f"{path.stem}.overlay.json")
            patch = json.loads(overlay.read_text("utf-8")) if overlay.exists() else {}
            found.append(merge_patch(json.loads(path.read_text("utf-8")), patch))
    return found


def _catalogue(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    content = json.loads(path.read_text("utf-8"))
    return list(content["models"] if isinstance(content, dict) else content)


if __name__ == "__main__":
    sys.exit(main())
