"""What generating costs, beside the peers on the same inputs."""

import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.inputs import Entry, models, openapi, write_store
from benchmarks.measure import Cost, Trial, in_turn
from benchmarks.table import Row

RUN = [sys.executable, "-m", "runcomfy_codegen"]
CLICK = [sys.executable, "-c", "import click"]
SHORT = 15
"""Rounds of what takes a blink."""
PEERS = {
    "openapi-python-client, clients alone": 0.5,
    "openapi-ts, clients alone": 1.0,
}
"""The most that a full run may cost beside each, with docs and tests."""
COMMAND_A_SCHEMA = "datamodel-codegen, a command a schema"


def generator_rows(
    scratch: Path, count: int, rounds: int, peers: Path | None, node: Path | None
) -> list[Row]:
    """Return the rows of full, incremental and empty runs."""
    entries = models(count)
    folders = _stored(scratch / "all", entries)
    full = Trial([*RUN, "generate", *folders], before=_away(scratch / "all" / "out"))
    trials = {"full": full, **_peers(scratch, entries, peers, node)}
    found = in_turn(trials, rounds)
    return [
        *_small_rows(scratch, folders, entries),
        *_full_rows(found, count),
    ]


def _full_rows(found: dict[str, Cost], count: int) -> list[Row]:
    full = found["full"]
    rows = [
        Row("full run, peak MB", full.memory, "300 MB", 300, 1),
        Row("full run, wall", full.wall, "its CPU", full.cpu, None),
    ]
    for name, bar in PEERS.items():
        if name in found:
            rows.append(Row("full run", full.cpu, name, found[name].cpu, bar))
    commands = found[COMMAND_A_SCHEMA].cpu * count
    return [*rows, Row("full run", full.cpu, COMMAND_A_SCHEMA, commands, 1 / 20)]


def _small_rows(scratch: Path, folders: list[str], entries: list[Entry]) -> list[Row]:
    """Return the rows of what does little: it is measured more often."""
    changed = scratch / "all" / "schemas" / f"{entries[0]['model_id']}.json"
    versions = itertools.count()

    def change() -> None:
        entry = {**entries[0], "description": f"Changed {next(versions)}."}
        changed.write_text(json.dumps(entry), "utf-8")

    idle = {
        "nothing": Trial([*RUN, "generate", *folders]),
        "check": Trial([*RUN, "check", *folders]),
        "click": Trial(CLICK),
    }
    found = in_turn(idle, SHORT)
    nothing, check, click = (found[name].cpu for name in idle)
    more = {
        "unstamped": Trial([*RUN, "check", *folders], before=_forget),
        "one": Trial([*RUN, "generate", *folders], before=change),
    }
    less_often = in_turn(more, 5)
    unstamped, one = (less_often[name].cpu for name in more)
    return [
        Row("nothing changed", nothing, "import click", click, 1.8),
        Row("check", check, "import click", click, 1.8),
        Row("check, as on a new machine", unstamped, "nothing changed", nothing, 5),
        Row("one changed", one, "half a second", 0.5, 1),
    ]


def scaling_rows(scratch: Path, rounds: int) -> list[Row]:
    """Return the rows that show whether cost grows with the number of models alone."""
    trials = {}
    for count in (100, 2000):
        folders = _stored(scratch / f"{count}", models(count))
        before = _away(scratch / f"{count}" / "out")
        trials[f"{count}"] = Trial([*RUN, "generate", *folders], before=before)
    found = in_turn(trials, rounds)
    twenty = 20 * found["100"].cpu
    return [Row("full run, 2000", found["2000"].cpu, "20 x 100", twenty, 1)]


def _stored(folder: Path, entries: list[Entry]) -> list[str]:
    """Write a store, and return the options that generate from it."""
    write_store(folder / "schemas", entries)
    return ["--schemas", str(folder / "schemas"), "--out", str(folder / "out")]


def _away(out: Path) -> Callable[[], None]:
    """Return what moves an old tree away: file systems are slow to reuse one."""
    olds = (out.with_name(f"{out.name}-old-{number}") for number in itertools.count())

    def clear() -> None:
        if out.exists():
            out.rename(next(olds))

    return clear


def _forget() -> None:
    """Remove what runs keep in the user's cache folder."""
    shutil.rmtree(os.environ["XDG_CACHE_HOME"], ignore_errors=True)


def _peers(
    scratch: Path, entries: list[Entry], peers: Path | None, node: Path | None
) -> dict[str, Trial]:
    """Return the peers' commands on the same inputs."""
    document = scratch / "openapi.json"
    document.write_text(json.dumps(openapi(entries)), "utf-8")
    schema = scratch / "input.json"
    schema.write_text(json.dumps(entries[0]["input_schema"]).replace("float", "number"))
    command = [str(Path(sys.executable).with_name("datamodel-codegen"))]
    command += ["--input", str(schema), "--input-file-type", "jsonschema"]
    command += ["--output-model-type", "pydantic_v2.BaseModel"]
    found = {COMMAND_A_SCHEMA: Trial(command)}
    python_client, ts_client = PEERS
    if peers:
        out = scratch / "openapi-python-client"
        command = [str(peers.with_name("openapi-python-client")), "generate"]
        command += ["--path", str(document), "--output-path", str(out), "--overwrite"]
        found[python_client] = Trial(command)
    if node:
        command = [str(node / "node_modules/.bin/openapi-ts")]
        command += ["-i", str(document), "-o", str(scratch / "openapi-ts")]
        found[ts_client] = Trial(command, cwd=node)
    return found
