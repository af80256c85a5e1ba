"""Whatever stored models hold: located Problems and nothing written, or a sound tree.

A seed stands for a batch of models in one store. `make fuzz` runs this at scale, with
new seeds each time; a finding prints its seed, and is kept in `test_findings.py`.
"""

import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import traceback
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.judged_trees import judge, made, run_pytest

AT_SCALE = settings.get_current_profile_name() == "scale"
MODELS, BATCHES = (100, 10**6) if AT_SCALE else (8, 4)
SHARDS = 2
MEMORY = 4 * 2**30
SECONDS = 600
"""Far above what a batch takes; a hang is what it is for."""
WHOLE_SUITE_OF = 20
"""Of so many trees at scale, one has its own suite run by pytest."""
LOG = os.environ.get("FUZZ_LOG")


@pytest.mark.parametrize("shard", range(SHARDS if AT_SCALE else 1))
def test_made_models(shard: int) -> None:
    examples = settings.default.max_examples if AT_SCALE else BATCHES

    @settings(max_examples=examples)
    @given(seed=st.integers(0, 2**62))
    def batches(seed: int) -> None:
        findings = _isolated(seed)
        if LOG and findings:  # go on, and collect them all
            return
        assert not findings, "\n\n".join([f"seed {seed}", *findings[:5]])

    batches()


def _isolated(seed: int) -> list[str]:
    """Judge a batch in a process of its own, with little memory and some time."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_judged, args=(folder, seed, theirs))
    try:
        child.start()
        theirs.close()
        findings = ours.recv() if ours.poll(SECONDS) else ["it hangs"]
    except EOFError:
        findings = ["it ended without a word: out of memory?"]
    finally:
        child.kill()
        child.join()
        shutil.rmtree(folder, ignore_errors=True)
    return list(findings)


def _judged(folder: Path, seed: int, pipe: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    batch = made(folder, seed, MODELS)
    try:
        judge(batch)
        if seed % WHOLE_SUITE_OF == 0 and batch.entries:
            batch.check("suite", "all", lambda: run_pytest(batch.out))
    except BaseException:
        batch.findings.append(traceback.format_exc()[-3000:])
    if LOG:
        counts = [MODELS, len(batch.entries), batch.bodies]
        line = json.dumps({"seed": seed, "counts": counts, "findings": batch.findings})
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(line + "\n")
    pipe.send(batch.findings)
