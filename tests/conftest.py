"""What holds for every test here."""

import signal

import pytest
from hypothesis import HealthCheck, Phase, settings

pytest.register_assert_rewrite("tests.support")

from tests.support.postgres import postgres_server, postgres_url  # noqa: E402, F401
from tests.support.untouched import (  # noqa: E402, F401
    _checkout_as_it_was,
    _nothing_written_below_the_checkout,
)

COMMON = {
    "database": None,
    "deadline": None,
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
settings.register_profile("repeatable", derandomize=True, **COMMON)
settings.register_profile("scale", max_examples=1_000, **COMMON)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    # A shell has what it starts in the background ignore Ctrl-C, which tests press.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite",
        action="store_true",
        help="Rewrite the expected outputs of the tests that are folders.",
    )
