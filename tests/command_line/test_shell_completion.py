"""The command line completes in a shell, as README.md tells."""

import subprocess
import sys

import pytest

from tests.support.checkout import CHECKOUT

SCRIPT = "import sys; from runcomfy_codegen.cli import main; main(prog_name='runcomfy-codegen')"
VARIABLE = "_RUNCOMFY_CODEGEN_COMPLETE"


def _answer(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how(shell: str) -> None:
    assert f"{shell}_source" in (CHECKOUT / "README.md").read_text("utf-8")
    assert VARIABLE in _answer(**{VARIABLE: f"{shell}_source"})


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("runcomfy-codegen re", {"plain,release", "plain,resolve"}),
        ("runcomfy-codegen sync --p", {"plain,--prune"}),
        ("runcomfy-codegen docs b", {"plain,build"}),
    ],
)
def test_words_are_completed(words: str, expected: set[str]) -> None:
    count = str(len(words.split()) - 1)
    told = {VARIABLE: "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}
    assert set(_answer(**told).split()) == expected
