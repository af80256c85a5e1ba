"""Runs that are killed, starved or raced: every file is old or new, and the next run mends."""

import os
import random
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
from click.testing import CliRunner

from runcomfy_codegen.app.generate import generate as generate_files
from runcomfy_codegen.app.plan import Request
from runcomfy_codegen.cli import main
from runcomfy_codegen.parallel import parallel_map
from runcomfy_codegen.session import Session
from tests.support.kills import forked, generate, tree

Save = Callable[..., None]
GENERATE = [sys.executable, "-m", "runcomfy_codegen", "generate"]


@pytest.mark.parametrize(
    ("seed", "kills"),
    [(0, 12), pytest.param(1, 200, marks=[pytest.mark.stress, pytest.mark.soak])],
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


STRESS = pytest.mark.stress


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=STRESS) for seed in range(2, 40))]
)
def test_killed_again_and_again_while_the_models_change(
    folder: Path, save: Save, seed: int
) -> None:
    """However it was cut short, one run that is left alone gives the clean tree."""
    chance = random.Random(seed)
    names = ("one", "two", "three", "four", "five")

    def change() -> None:
        for name in names:
            (folder / f"schemas/acme/{name}.json").unlink(missing_ok=True)
        for name in chance.sample(names, chance.randint(1, len(names))):
            save(chance.choice(["first", "second"]), name)

    change()
    generate()
    for _ in range(chance.randint(2, 4)):
        change()
        os.waitpid(forked(chance.randint(1, 60)), 0)
    if chance.random() < 0.5:
        change()
    generate()
    mended = tree()
    assert not list(Path("generated").rglob(".*"))
    shutil.rmtree("generated")
    generate()
    assert tree() == mended


@pytest.mark.parametrize(
    "call", [4, 8, *(pytest.param(call, marks=STRESS) for call in range(10, 90, 4))]
)
def test_killed_and_then_the_models_are_as_they_were(
    folder: Path, save: Save, call: int
) -> None:
    save("first", "one", "two")
    generate()
    first = tree()
    save("second", "one", "two")
    os.waitpid(forked(call), 0)
    save("first", "one", "two")
    generate()
    assert tree() == first
    assert not list(Path("generated").rglob(".*"))


def test_what_is_saved_during_a_run_is_no_longer_stamped(
    folder: Path, save: Save
) -> None:
    """What is stamped is what was read, whenever something else is saved."""
    moments: list[str] = []

    def meddle(doing: str, done: int, total: int | None) -> None:
        if doing not in moments:
            moments.append(doing)
            save(f"{doing} by now", "one")

    save("first", "one", "two")
    for doing in ("models read", "models made", "files written"):
        moments[:] = [each for each in moments if each != doing]
        save("again", "one", "two")
        session = Session(meddle)
        run = generate_files(
            Path("schemas"), Path("generated"), None, Request(), session, print
        )
        assert run.changed
        assert doing in moments
        assert CliRunner().invoke(main, ["check"]).exit_code == 1
        generate()


def test_a_schema_saved_while_a_run_prints(folder: Path, save: Save) -> None:
    save("first", "one")
    with subprocess.Popen(
        [*GENERATE], stdout=subprocess.PIPE, text=True, bufsize=1
    ) as run:
        assert run.stdout is not None
        run.stdout.readline()
        save("second", "one")
        run.stdout.read()
    done = CliRunner().invoke(main, ["check"])
    assert (done.exit_code, "stale" in done.output) == (1, True)
