"""The command line as a process of its own, and the simulator that it talks to."""

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runcomfy_models.simulator import Simulator
from tests.support.checkout import GENERATED
from tests.support.warm import run_command

FLEX = "blackforestlabs/flux-2/flex/edit"
PICTURE = "https://x.test/a.png"
ENOUGH = ("--prompt", "a hat", "--image-urls", PICTURE)
"""Flags that FLEX takes."""
LONGEST = 60
OF_INTERPRETERS = {"LANG", "LC_ALL", "PYTHONIOENCODING", "PYTHONPATH", "PYTHONUTF8"}
"""Variables that a Python reads when it starts, and never again."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it complained of, without the program's name in front."""
        return [
            line.removeprefix("runcomfy-models: ") for line in self.err.splitlines()
        ]

    @property
    def data(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)


class Command:
    """`runcomfy-models`, as some environment has it."""

    def __init__(self, home: Path, package: Path = GENERATED, **settings: str) -> None:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("RUNCOMFY")}
        clean.pop("NO_COLOR", None)
        self.environment: dict[str, str] = {
            **clean,
            "HOME": str(home),
            "PYTHONPATH": str(package),
            "PYTHONDONTWRITEBYTECODE": "1",
            "NO_PROXY": "127.0.0.1,localhost",
            **settings,
        }
        self.environment.pop("XDG_CONFIG_HOME", None)
        self.words = [sys.executable, "-m", "runcomfy_models"]
        self.home = home
        self.package = package

    def __call__(self, *words: str, stdin: str = "", **settings: str) -> Done:
        """Run it to its end, from the home folder."""
        if self.package == GENERATED and not settings.keys() & OF_INTERPRETERS:
            environment = {**self.environment, **settings}
            code, out, err = run_command(
                words, self.home, environment, stdin.encode(), LONGEST
            )
            return Done(code, out.decode(), err.decode())
        done = subprocess.run(
            [*self.words, *words],
            cwd=self.home,
            env={**self.environment, **settings},
            input=stdin.encode(),
            capture_output=True,
            timeout=LONGEST,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: str, **settings: str) -> "subprocess.Popen[bytes]":
        """Start it, with pipes to what it writes."""
        return subprocess.Popen(
            [*self.words, *words],
            cwd=self.home,
            env={**self.environment, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def each(self, calls: Sequence[Sequence[str]]) -> list[Done]:
        """Run many commands, one after the other, in one process: starting takes most."""
        done = subprocess.run(
            [sys.executable, "-c", RUN_EACH],
            cwd=self.home,
            env=self.environment,
            input=json.dumps([list(words) for words in calls]),
            capture_output=True,
            text=True,
            timeout=LONGEST * 3,
            check=True,
        )
        return [Done(*each) for each in json.loads(done.stdout)]


RUN_EACH = """
import contextlib, io, json, sys
from runcomfy_models.cli import main
done = []
for words in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    done.append([code, out.getvalue(), err.getvalue()])
json.dump(done, sys.stdout)
"""


def pointed_at(simulator: Simulator) -> dict[str, str]:
    """Return the variables that point a command at a simulator."""
    return {
        "RUNCOMFY_BASE_URL": simulator.url,
        "RUNCOMFY_API_TOKEN": simulator.token,
    }


def sent(simulator: Simulator) -> list[tuple[str, Mapping[str, Any]]]:
    """Return each submit so far: the model, and the body on the wire."""
    return [
        (request.subject, request.body)
        for request in simulator.requests
        if request.endpoint == "submit"
    ]


def png(width: int = 64, height: int = 64) -> bytes:
    """Return a picture, all grey."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80" * width) * height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )
