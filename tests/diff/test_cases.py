"""A test is a folder: `cases/<name>/old` and `new` are compared, `expected.txt` is what is said.

Each folder is of one kind of change. Most hold one model, with a field for each change,
on both sides: what an input may no longer say breaks callers, what an output may newly say
breaks readers. A field that `expected.txt` does not name must count for nothing.
`make golden` writes what is said now: read the difference before it is committed.
"""

from pathlib import Path

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main

CASES = sorted((Path(__file__).parent / "cases").iterdir())


def said(old: Path, new: Path) -> str:
    """Return what `diff` says of two folders."""
    done = CliRunner().invoke(main, ["diff", str(old), str(new)])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path, request: pytest.FixtureRequest) -> None:
    expected = case / "expected.txt"
    found = said(case / "old", case / "new")
    if request.config.getoption("--rewrite"):
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_there_is_no_change_without_a_difference(case: Path) -> None:
    for folder in (case / "old", case / "new"):
        assert said(folder, folder) == "no model changed\n"
