"""What importing costs, beside an empty start of Python and beside other SDKs."""

import sys
from pathlib import Path

from benchmarks.inputs import ROOT
from benchmarks.measure import costs
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

    def ours(code: str) -> list[str]:
        code = f"import sys; sys.path.insert(0, {path!r})\n{code}"
        return [sys.executable, "-c", code]

    names = PEERS if peers else ()
    commands = [
        [sys.executable, "-c", ""],
        ours("import runcomfy_models"),
        ours("from runcomfy_models import RunComfy"),
        ours(ONE_MODEL),
        *([str(peers), "-c", f"import {peer}"] for peer in names),
    ]
    empty, package, client, model, *others = (c.cpu for c in costs(commands, RUNS))
    rows = [Row("import the package", package, "python -c ''", empty, 1.5)]
    for peer, theirs in zip(names, others, strict=True):
        bar = 1.0 if peer == "fal_client" else None
        name = f"import {peer}"
        rows.append(Row("import the client", client, name, theirs, 1.0))
        rows.append(Row("import client and model", model, name, theirs, bar))
    return rows
