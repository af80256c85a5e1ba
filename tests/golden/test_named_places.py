"""What SECURITY.md and CONTRIBUTING.md name is there: each test, file and folder."""

import re
from functools import cache

import pytest

from tests.support.checkout import CHECKOUT, TESTS

PAGES = ["SECURITY.md", "CONTRIBUTING.md"]
WORD = re.compile(r"`([^`\n]+)`")
TEST = re.compile(r"\btest_\w+\b(?!\.py)")
PLACE = re.compile(r"[\w.{}*-]+(/[\w.{}*-]+)*/?")
ROOTS = [
    CHECKOUT,
    TESTS,
    TESTS / "runtime",
    CHECKOUT / "generator/runcomfy_codegen",
    CHECKOUT / "templates/runcomfy_models",
]


@cache
def functions() -> frozenset[str]:
    """Return the name of every test function."""
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        found.update(re.findall(r"def (test_\w+)", file.read_text()))
    return frozenset(found)


def named(page: str) -> set[str]:
    return set(WORD.findall((CHECKOUT / page).read_text()))


@pytest.mark.parametrize("page", PAGES)
def test_each_test_that_is_named_exists(page: str) -> None:
    names = {name for word in named(page) for name in TEST.findall(word)}
    assert names - functions() == set()


@pytest.mark.parametrize("page", PAGES)
def test_each_file_that_is_named_exists(page: str) -> None:
    missing = [
        word for word in sorted(named(page)) if is_place(word) and not is_there(word)
    ]
    assert missing == []


def test_a_test_stands_in_the_file_that_is_named_with_it() -> None:
    """`test_x` in `folder/test_y.py`, or `folder/test_y.py` and then names in brackets."""
    text = " ".join((CHECKOUT / "SECURITY.md").read_text().split())
    pairs = []
    for names, file in re.findall(
        r"((?:`test_\w+`(?:,| and)? ?)+)in `([\w/]+\.py)`", text
    ):
        pairs += [(name, file) for name in TEST.findall(names)]
    assert len(pairs) > 10
    wrong = [(name, file) for name, file in pairs if not stands_in(name, file)]
    assert wrong == []


def is_place(word: str) -> bool:
    """Whether a word is a path of this project, by its look."""
    if not PLACE.fullmatch(word):
        return False
    return word.endswith((".py", ".md"))


def is_there(word: str) -> bool:
    """Whether a path leads somewhere: from a root, or from the folder its line speaks of."""
    name = f"/{word.rpartition('/')[2]}"
    end = f"/{word}"
    below = (path for path in source_files() if path.endswith(name))
    return (CHECKOUT / word).exists() or any(path.endswith(end) for path in below)


@cache
def source_files() -> tuple[str, ...]:
    """Return each file of the sources, a template by the name of what is made of it."""
    folders = [CHECKOUT / name for name in ("generator", "templates", "tests")]
    found = [path for folder in folders for path in folder.rglob("*.*")]
    return tuple(path.as_posix().removesuffix(".jinja") for path in found)


def stands_in(name: str, file: str) -> bool:
    found = [root / file for root in ROOTS if (root / file).is_file()]
    return any(f"def {name}(" in path.read_text() for path in found)
