import pytest

collect_ignore = ["cases"]
"""Holds generated tests, which are read and not run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="Rewrite the expected outputs of the golden tests.",
    )
