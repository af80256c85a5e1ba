"""The pytest fixture `runcomfy_simulator`: a local stand-in for the service.

pytest loads this module in every run of whoever has the package installed. So nothing
but pytest is imported before the fixture is used.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .simulator import Simulator


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that sets the simulator up."""
    config.addinivalue_line(
        "markers",
        "runcomfy_simulator(**options): how the fixture builds its Simulator, such as"
        " queued=0 or faults=['drop-after=0.05']",
    )


@pytest.fixture
def runcomfy_simulator(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> "Iterator[Simulator]":
    """Start a simulator, and let `RunComfy()` talk to it: no cost, no network."""
    from .simulator import Simulator

    marker = request.node.get_closest_marker("runcomfy_simulator")
    with Simulator(**(marker.kwargs if marker else {})) as simulator:
        monkeypatch.setenv("RUNCOMFY_BASE_URL", simulator.url)
        monkeypatch.setenv("RUNCOMFY_API_TOKEN", simulator.token)
        # A proxy of the environment would not reach this machine's loopback.
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost,::1")
        monkeypatch.setenv("no_proxy", "127.0.0.1,localhost,::1")
        yield simulator
