"""What importing costs, beside an empty start of Python and beside other SDKs."""

import sys
from pathlib import Path

from benchmarks.inputs import ROOT
from benchmarks.measure import cost
from benchmarks.table import Row

RUNS = 21
ONE_MODEL = (
    "from runcomfy_models import RunComfy\n"
    "from runcomfy_models.blackforestlabs import flux_2_pro_edit"
)
PEERS = ("fal_client", "replicate", "openai", "runwayml")


def import_rows(scratch: Path, peers: Path | None) -> list[Row]:
    """Return the rows of imports."""
    path = str(ROOT / "generated")

    def ours(code: str) -> float:
        return _start(
            sys.executable, f"import sys; sys.path.insert(0, {path!r})\n{code}"
        )

    package, client, model = (
        ours("import runcomfy_models"),
        ours("from runcomfy_models import RunComfy"),
        ours(ONE_MODEL),
    )
    rows = [
        Row(
            "import the package",
            package,
            "python -c ''",
            _start(sys.executable, ""),
            1.5,
        )
    ]
    for peer in PEERS if peers else ():
        theirs = _start(str(peers), f"import {peer}")
        bar = 1.0 if peer == "fal_client" else None
        rows.append(Row("import the client", client, f"import {peer}", theirs, 1.0))
        rows.append(
            Row("import client and model", model, f"import {peer}", theirs, bar)
        )
    return rows


def _start(python: str, code: str) -> float:
    return cost([python, "-c", code], RUNS).cpu
