"""A folder a case: `input.*`, and what is read from it.

`expected.json` holds the entries and `expected_errors.txt` the errors, one a line;
either is absent where there is none. `python tests/reader/test_reader_cases.py`
writes what is read now, for a person to review.
"""

import json
from pathlib import Path

import pytest

from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.reader import Read, read_bytes, read_source

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir())


def read_case(case: Path) -> dict[str, str]:
    """Read a case's input: the text of each expectation, by its file's name."""
    (source,) = case.glob("input.*")
    try:
        read = read_source(read_bytes(source.read_bytes(), source.name), source.name)
    except SourceError as error:
        read = Read([], (error,))
    texts = {}
    if read.entries:
        text = json.dumps(read.entries, indent=1, ensure_ascii=False)
        texts["expected.json"] = text + "\n"
    if read.errors:
        errors = "".join(f"{error}\n" for error in read.errors)
        texts["expected_errors.txt"] = errors
    return texts


def expectations(case: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in case.glob("expected*")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    assert read_case(case) == expectations(case)


def test_each_case_is_named_for_what_it_gives() -> None:
    for case in CASES:
        fails = "expected.json" not in expectations(case)
        assert case.name.startswith("error_") == fails, case.name


if __name__ == "__main__":
    for folder in CASES:
        for path in folder.glob("expected*"):
            path.unlink()
        for name, text in read_case(folder).items():
            (folder / name).write_text(text, "utf-8")
