"""A press of Tab in real shells, and what it costs at a thousand models."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import click
import pytest

from runcomfy_models.cli import complete
from runcomfy_models.cli.app import app
from runcomfy_models.cli.listing import COMMANDS, HOMES
from tests.support.command import FLEX, Command

FLASH = "blackforestlabs/flux-2/flash/edit"
LINES = [
    ("", ["run", "status", "balance"]),
    ("st", ["status"]),
    ("run blackforestlabs/flux-2/fl", [FLEX, FLASH]),
    (f"run {FLEX} --output-f", ["--output-format"]),
    (f"run {FLEX} --output-format ", ["jpeg", "png"]),
    (f"run {FLEX} --output-format=p", ["png"]),
    (f"run {FLEX} --prompt 'a b' --image-size.w", ["--image-size.width"]),
    (f"run {FLEX} --no-en", ["--no-enable-prompt-expansion"]),
    (f"run {FLEX} --image-urls pic", ["picture.png"]),
    (f"run --dry-run {FLEX} --max", ["--max-cost-usd"]),
    ("models --takes im", ["image"]),
    ("models --vendor bl", ["blackforestlabs"]),
    ("completion f", ["fish"]),
    ("batch st", ["status"]),
    ("batch retry --state f", ["failed"]),
    ("batch add --model blackforestlabs/flux-2/fla", [FLASH]),
    (f"price {FLEX} --see", ["--seed"]),
]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a picture, and the command on the path."""
    (tmp_path / "picture.png").write_bytes(b"")
    binary = tmp_path / "bin" / "runcomfy-models"
    binary.parent.mkdir()
    binary.write_text(f'#!/bin/sh\nexec {sys.executable} -m runcomfy_models "$@"\n')
    binary.chmod(0o755)
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
        "XDG_CONFIG_HOME": str(home / ".config"),
    }


def shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{name} is not installed")
        pytest.skip(f"{name} is not installed")
    return found


def test_fish_offers_it(home: Path) -> None:
    script = "runcomfy-models completion fish | source\n"
    for line, _ in LINES:
        quoted = line.replace("\\", "\\\\").replace("'", "\\'")
        script += f"complete -C 'runcomfy-models {quoted}'; echo --end--\n"
    done = subprocess.run(
        [shell("fish"), "--no-config", "-c", script],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        check=True,
    )
    replies = done.stdout.split("--end--\n")[:-1]
    for (line, expected), reply in zip(LINES, replies, strict=True):
        offered = [row.partition("\t")[0] for row in reply.splitlines()]
        bare = [each.rpartition("=")[2] for each in offered]
        assert {*expected} <= {*offered, *bare}, (line, offered)


TYPED = [
    ("st", "status "),
    (f"run {FLEX} --output-f", f"run {FLEX} --output-format "),
    (f"run {FLEX} --output-format j", f"run {FLEX} --output-format jpeg "),
    (f"run {FLEX} --output-format=p", f"run {FLEX} --output-format=png "),
    (f"run {FLEX} --image-urls pic", f"run {FLEX} --image-urls picture.png "),
    (f"run {FLEX} --image-urls=pic", f"run {FLEX} --image-urls=picture.png "),
    (
        f"run {FLEX} --prompt 'a b' --image-size.w",
        f"run {FLEX} --prompt 'a b' --image-size.width ",
    ),
    ("run blackforestlabs/flux-2/fle", f"run {FLEX} "),
    (f"run --dry-run {FLEX} --max", f"run --dry-run {FLEX} --max-cost-usd "),
    ("completion f", "completion fish "),
]
BASH = r"""
source <(runcomfy-models completion bash)
bind -x '"\C-o": printf "[[%s]]\n" "$READLINE_LINE"'
bind 'set enable-bracketed-paste off'
PS1='ready> '
"""
ZSH = r"""
autoload -Uz compinit && compinit -u -D
source <(runcomfy-models completion zsh)
tell() { print -r -- "[[$BUFFER]]" }
zle -N tell
bindkey '^O' tell
unsetopt zle_bracketed_paste
PROMPT='ready> '
"""


@pytest.mark.parametrize(
    ("name", "file", "script", "options"),
    [
        ("bash", "rc", BASH, ["--noprofile", "--rcfile", "rc"]),
        ("zsh", ".zshrc", ZSH, []),
    ],
)
def test_a_tab_completes_the_line(
    home: Path, name: str, file: str, script: str, options: list[str]
) -> None:
    (home / file).write_text(script)
    program = shell(name)
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover
        os.chdir(home)
        os.execve(program, [name, *options, "-i"], environment(home))
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 400, 0, 0))
        until(terminal, "ready> ")
        for typed, completed in TYPED:
            os.write(terminal, f"\x15runcomfy-models {typed}\t\x0f".encode())
            shown = until(terminal, r"\[\[.*\]\]")
            told = re.findall(r"\[\[runcomfy-models (.*)\]\]", shown)
            assert told == [completed]
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


def until(terminal: int, pattern: str) -> str:
    """Read what a terminal shows until a pattern is in it."""
    shown = b""
    while True:
        text = re.sub(
            r"\x1b\[[0-9;?]*[A-Za-z]|\r", "", shown.decode("utf-8", "replace")
        )
        if re.search(pattern, text):
            return text
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, f"no {pattern!r} in {text!r}"
        shown += os.read(terminal, 65536)


def test_the_options_offered_are_those_that_there_are() -> None:
    context = click.Context(app)
    batch = app.get_command(context, "batch")
    assert isinstance(batch, click.Group)
    inner = {f"batch {name}" for name in batch.commands}
    assert {*COMMANDS} == {*HOMES}
    assert {*complete.OPTIONS} == {*COMMANDS, *inner}
    for name in complete.OPTIONS:
        outer, _, below = name.partition(" ")
        command = batch.commands[below] if below else app.get_command(context, outer)
        assert command is not None
        if name == "simulator":
            continue
        options = {
            spelled
            for option in command.params
            if isinstance(option, click.Option)
            for spelled in option.opts
        }
        assert {*complete.OPTIONS[name]} == options, name
        for option in command.params:
            for spelled in option.opts:
                behind = complete.OPTIONS[name].get(spelled)
                takes = not getattr(option, "is_flag", False)
                assert spelled[:1] != "-" or (behind is not None) == takes


@pytest.mark.parametrize("words", [[], ["run"], ["run", "no/such", "--"], ["fly", ""]])
def test_nothing_goes_wrong_where_nothing_is_known(
    command: Command, words: list[str]
) -> None:
    done = command("__complete", "bash", *words)
    assert (done.code, done.err) == (0, "")


def test_hostile_descriptions_stay_on_their_line(command: Command) -> None:
    done = command("__complete", "zsh", "run", FLEX, "--")
    assert all(re.match(r"--[\w.-]+(\t|$)", line) for line in done.out.splitlines())
