"""What it costs until a call can be made, beside an empty Python and beside other SDKs."""

import sys
from pathlib import Path

from benchmarks.inputs import ROOT
from benchmarks.measure import Trial, in_turn
from benchmarks.table import Row

ROUNDS = 21
MODEL = "from runcomfy_models.blackforestlabs import flux_2_pro_edit"
CODE = {
    "import the package": "import runcomfy_models",
    "import the client": "from runcomfy_models import RunComfy",
    "import client and model, build an Input": (
        f"from runcomfy_models import RunComfy\n{MODEL}\n"
        "flux_2_pro_edit.Input(prompt='A fox', image_urls=['https://example.com/a.png'])"
    ),
}
PEERS = ("fal_client", "replicate", "openai", "runwayml")


def import_rows(peers: Path | None) -> list[Row]:
    """Return the rows of imports."""
    path = f"import sys; sys.path.insert(0, {str(ROOT / 'generated')!r})\n"
    trials = {"empty": Trial([sys.executable, "-c", ""])}
    for what, code in CODE.items():
        trials[what] = Trial([sys.executable, "-c", path + code])
    for peer in PEERS if peers else ():
        trials[peer] = Trial([str(peers), "-c", f"import {peer}"])
    found = {name: cost.cpu for name, cost in in_turn(trials, ROUNDS).items()}
    package, *others = CODE
    rows = [Row(package, found[package], "python -c ''", found["empty"], 1.5)]
    for peer in PEERS if peers else ():
        name = f"import {peer}"
        rows += [Row(what, found[what], name, found[peer], 1.0) for what in others]
    return rows
