"""What generating costs, beside the peers on the same inputs."""

import itertools
import json
import os
import shutil
import sys
from pathlib import Path

from benchmarks.inputs import models, openapi, write_store
from benchmarks.measure import Cost, cost, costs
from benchmarks.table import Row

RUN = [sys.executable, "-m", "runcomfy_codegen"]
CLICK = [sys.executable, "-c", "import click"]
SAMPLE = 10
"""How many schemas the datamodel-codegen command is run for; the rest is multiplied."""


def generator_rows(
    scratch: Path, count: int, peers: Path | None, node: Path | None
) -> list[Row]:
    """Return the rows of full, incremental and empty runs."""
    entries = models(count)
    store, out = scratch / "schemas", scratch / "generated"
    write_store(store, entries)
    folders = ["--schemas", str(store), "--out", str(out)]
    full = _full(folders, out)
    idle = [[*RUN, "generate", *folders], [*RUN, "check", *folders], CLICK]
    nothing, check, click = (each.cpu for each in costs(idle, 15))
    unstamped = cost([*RUN, "check", *folders], 5, before=_forget).cpu
    changed = store / f"{entries[0]['model_id']}.json"
    versions = iter(range(1000))

    def change() -> None:
        entry = {**entries[0], "description": f"Changed {next(versions)}."}
        changed.write_text(json.dumps(entry), "utf-8")

    one = cost([*RUN, "generate", *folders], 5, before=change).cpu
    alone = _alone(scratch, entries)
    rows = [
        Row("nothing changed", nothing, "import click", click, 3),
        Row("check", check, "nothing changed", nothing, 5),
        Row("check, as on a new machine", unstamped, "nothing changed", nothing, 5),
        Row("one changed", one, "nothing + 3 x one alone", nothing + 3 * alone, 1),
        Row("full run, peak MB", full.memory, "300 MB", 300, 1),
        Row("full run, wall", full.wall, "its CPU", full.cpu, None),
    ]
    document = scratch / "openapi.json"
    document.write_text(json.dumps(openapi(entries)), "utf-8")
    for name, theirs, bar in _peers(scratch, document, entries, peers, node):
        rows.append(Row("full run", full.cpu, name, theirs, bar))
    return rows


def scaling_rows(scratch: Path) -> list[Row]:
    """Return the rows that show whether cost grows with the number of models alone."""
    costs = {}
    for count in (100, 2000):
        store, out = scratch / f"schemas{count}", scratch / f"generated{count}"
        write_store(store, models(count))
        costs[count] = _full(["--schemas", str(store), "--out", str(out)], out).cpu
    return [Row("full run, 2000", costs[2000], "20 x 100", 20 * costs[100], 1)]


def _full(folders: list[str], out: Path) -> Cost:
    """Measure full runs. An old tree is moved away: file systems are slow to reuse one."""
    olds = (out.with_name(f"{out.name}-old-{number}") for number in itertools.count())

    def clear() -> None:
        if out.exists():
            out.rename(next(olds))

    return cost([*RUN, "generate", *folders], 3, before=clear)


def _forget() -> None:
    """Remove what runs keep in the user's cache folder."""
    shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)


def _alone(scratch: Path, entries: list[dict[str, object]]) -> float:
    store, out = scratch / "alone", scratch / "alone-out"
    write_store(store, entries[:1])
    return _full(["--schemas", str(store), "--out", str(out)], out).cpu


def _peers(
    scratch: Path,
    document: Path,
    entries: list[dict[str, object]],
    peers: Path | None,
    node: Path | None,
) -> list[tuple[str, float, float]]:
    rows = []
    schema = scratch / "input.json"
    schema.write_text(json.dumps(entries[0]["input_schema"]).replace("float", "number"))
    command = str(Path(sys.executable).with_name("datamodel-codegen"))
    model_type = "pydantic_v2.BaseModel"
    arguments = ["--input", str(schema), "--output-model-type", model_type]
    once = cost([command, *arguments, "--input-file-type", "jsonschema"], SAMPLE).cpu
    name = "datamodel-codegen, a command a schema"
    rows.append((name, once * len(entries), 1 / 20))
    if peers:
        command = str(peers.with_name("openapi-python-client"))
        out = scratch / "openapi-python-client"
        arguments = ["generate", "--path", str(document), "--output-path", str(out)]
        theirs = cost([command, *arguments, "--overwrite"], 3).cpu
        rows.append(("openapi-python-client, clients alone", theirs, 1))
    if node:
        command = str(node / "node_modules/.bin/openapi-ts")
        out = scratch / "openapi-ts"
        theirs = cost([command, "-i", str(document), "-o", str(out)], 3, cwd=node).cpu
        rows.append(("openapi-ts, clients alone", theirs, 1))
    return rows
