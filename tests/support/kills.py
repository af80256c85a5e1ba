"""Runs that are killed at any moment: `python -m tests.support.kills SEED KILLS`.

In the current folder, `before` is what an earlier run made, and `schemas` was changed since.
Prints a word for each kill: what the run had done by then.
"""

import contextlib
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path
from typing import Any

from runcomfy_codegen.cli import main
from tests.support.untouched import CHANGES, WRITING

Tree = dict[str, bytes]


def tree(folder: str = "generated") -> Tree:
    """Return the files below a folder, without those that are hidden."""
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def generate(*arguments: str) -> None:
    """Generate in this process, and say nothing."""
    with (
        contextlib.suppress(SystemExit),
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
    ):
        main(["generate", *arguments])


def forked(deadly: int = 0) -> int:
    """Start a run in a copy of this process, which has imported everything already.

    It is killed before it changes a file or folder for the nth time, where n is given;
    else it ends with the number of its changes.
    """
    child = os.fork()
    if child == 0:
        changes = 0

        def count(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal changes
            if event in CHANGES or (event == "open" and (arguments[2] or 0) & WRITING):
                changes += 1
                if changes == deadly:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        with contextlib.suppress(BaseException):
            generate()
        os._exit(min(changes, 255))
    return child


def kill(seed: int, kills: int) -> None:
    """Kill runs, and check that each file is old or new, and that the next run mends.

    Every second one at some time, the others between two changes: they follow each other
    within a small part of the time.
    """
    first = tree("before")
    generate()
    second = tree()
    moments = random.Random(seed)
    duration, changes = _whole()
    assert 20 < changes < 255
    for number in range(kills):
        _restore()
        if number % 2:
            child = forked()
            time.sleep(moments.uniform(0, duration * 1.1))
            os.kill(child, signal.SIGKILL)
        else:
            child = forked(moments.randint(1, changes))
        os.waitpid(child, 0)
        print(_what_is_left(tree(), first, second))
        generate()
        assert tree() == second
        assert not list(Path("generated").rglob(".*"))


def _restore() -> None:
    shutil.rmtree("generated")
    shutil.copytree("before", "generated")


def _whole() -> tuple[float, int]:
    """Return the time that a run takes which nobody kills, and its changes."""
    _restore()
    started = time.perf_counter()
    _, status = os.waitpid(forked(), 0)
    return time.perf_counter() - started, os.waitstatus_to_exitcode(status)


def _what_is_left(left: Tree, first: Tree, second: Tree) -> str:
    """Check that each file is old or new, and say which they are."""
    for path, content in left.items():
        assert content in (first.get(path), second.get(path)), path
    if left == first:
        return "before"
    return "after" if left == second else "midway"


if __name__ == "__main__":
    kill(int(sys.argv[1]), int(sys.argv[2]))
