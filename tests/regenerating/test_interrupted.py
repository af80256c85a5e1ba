"""Runs that are killed, starved or raced: every file is old or new, and the next run mends."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from runcomfy_codegen.parallel import parallel_map
from tests.support.kills import generate, tree

Save = Callable[..., None]
GENERATE = [sys.executable, "-m", "runcomfy_codegen", "generate"]


@pytest.mark.parametrize(
    ("seed", "kills"), [(0, 50), pytest.param(1, 200, marks=pytest.mark.stress)]
)
def test_killed_at_any_moment(folder: Path, save: Save, seed: int, kills: int) -> None:
    save("first", "one", "two", "three")
    generate()
    shutil.copytree("generated", "before")
    save("second", "two", "three", "four")
    (folder / "schemas/acme/one.json").unlink()
    # In a process of its own: copies of one that ran other tests take long to start.
    killing = [sys.executable, "-m", "tests.support.kills", str(seed), str(kills)]
    done = subprocess.run(killing, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    moments = Counter(done.stdout.split())
    assert moments["midway"] > kills // 4, moments
    assert moments.total() == kills


def test_the_disk_is_full(save: Save, folder: Path) -> None:
    save("first", "one", "two")
    generate()
    first = tree()
    save("second", "one", "two", "three")

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2500, 2500))

    starved = subprocess.run(
        GENERATE, preexec_fn=little_room, capture_output=True, text=True
    )
    assert starved.returncode == 1
    assert "cannot be used: File too large" in starved.stderr
    assert "run again" in starved.stderr
    assert "Traceback" not in starved.stderr
    starved_tree = tree()
    generate()
    second = tree()
    for path, content in starved_tree.items():
        assert content in (first.get(path), second.get(path)), path
    assert not list(Path("generated").rglob(".*"))


def test_a_folder_that_is_read_only(save: Save, folder: Path) -> None:
    save("first", "one")
    generate()
    save("second", "one")
    locked = Path("generated/docs/models/acme")
    locked.chmod(0o500)
    # Root may write everywhere, unless it gives that up.
    humbly = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all"]
    command = [*humbly, *GENERATE] if os.geteuid() == 0 else GENERATE
    refused = subprocess.run(command, capture_output=True, text=True)
    locked.chmod(0o700)
    assert refused.returncode == 1
    assert f"{locked}/one.md: cannot be used: Permission denied" in refused.stderr


def test_a_file_where_a_folder_belongs(save: Save, folder: Path) -> None:
    save("first", "one")
    Path("generated").write_text("mine")
    refused = subprocess.run(GENERATE, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "generated" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert Path("generated").read_text() == "mine"


def test_many_runs_at_once(save: Save, folder: Path) -> None:
    save("first", *"abcdefgh")
    runs = [subprocess.Popen(GENERATE, stdout=subprocess.PIPE) for _ in range(4)]
    stop = threading.Event()

    def keep_saving() -> None:
        for word in ("second", "third", "fourth"):
            save(word, "a", "b")
            stop.wait(0.15)

    saver = threading.Thread(target=keep_saving)
    saver.start()
    for run in runs:
        run.communicate(timeout=60)
        assert run.returncode == 0
    saver.join()
    generate()
    together = tree()
    shutil.rmtree("generated")
    generate()
    assert tree() == together


def test_no_worker_outlives_a_run_that_is_killed(folder: Path, save: Save) -> None:
    save("first", *(f"model_{number}" for number in range(60)))
    for number in range(8):
        command = [*GENERATE, "--jobs", "2", "--force"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
            time.sleep(0.5 + 0.1 * number)
            run.kill()
            # Ends with the last process that could write to it.
            run.communicate(timeout=10)


def test_a_worker_that_dies_loses_nothing() -> None:
    here = os.getpid()

    def square(number: int) -> int:
        if os.getpid() != here and number == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(0.001)
        return number * number

    numbers = range(100)
    assert parallel_map(square, numbers, 3) == [number * number for number in numbers]
