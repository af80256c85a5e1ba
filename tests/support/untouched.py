"""No test writes below the checkout: it would change what the next one reads.

What this process opens to write is seen at once and blamed on the test. What other
processes make or take away is seen at the end; what they change in place is not, because
whoever works here may save a file while the tests run.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.checkout import CHECKOUT

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
LINKS = {"os.link", "os.symlink"}
CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", *LINKS}
NOWHERE = -1
"""The last argument of a change whose paths start from no folder that is open."""
BY_TOOLS = {".git", ".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".hypothesis"}
"""What Python and its tools keep for themselves."""
PREFIX = f"{CHECKOUT}{os.sep}"

written: list[str] = []
"""What was written below the checkout since a test last looked."""


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note each path that an audited event writes."""
    if event == "open":
        path, _, flags = arguments
        paths = (path,) if flags & WRITING else ()
    elif event in CHANGES and arguments[-1] == NOWHERE:
        paths = arguments[1:2] if event in LINKS else arguments[:2]
    else:
        return
    for path in paths:
        if isinstance(path, str | bytes | os.PathLike):
            whole = os.path.abspath(os.fsdecode(path))
            if whole.startswith(PREFIX) and not _is_by_tools(whole):
                written.append(whole)


def _is_by_tools(path: str) -> bool:
    return not BY_TOOLS.isdisjoint(path.removeprefix(PREFIX).split(os.sep))


def _files() -> set[str]:
    """Return what stands below the checkout."""
    found = set()
    for folder, folders, files in os.walk(CHECKOUT):
        folders[:] = [name for name in folders if name not in BY_TOOLS]
        found.update(os.path.join(folder, name) for name in [*folders, *files])
    return found


@pytest.fixture(scope="session", autouse=True)
def _checkout_as_it_was(pytestconfig: pytest.Config) -> Iterator[None]:
    sys.addaudithook(_watch)
    # mutmut writes beside the tests that it runs.
    if pytestconfig.getoption("--rewrite") or "MUTANT_UNDER_TEST" in os.environ:
        yield
        return
    before = _files()
    yield
    changed = sorted(before ^ _files())
    assert not changed, f"came or went below the checkout: {changed[:20]}"


@pytest.fixture(autouse=True)
def _nothing_written_below_the_checkout(pytestconfig: pytest.Config) -> Iterator[None]:
    written.clear()
    yield
    assert not written or pytestconfig.getoption(
        "--rewrite"
    ), f"written below the checkout: {written[:20]}"
