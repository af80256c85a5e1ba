from collections.abc import Iterator
from pathlib import Path

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.command import Command, pointed_at


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(queued=0, running=0) as running:
        yield running


@pytest.fixture
def command(simulator: Simulator, tmp_path: Path) -> Command:
    """The command line of the package, with a home of its own."""
    return Command(tmp_path, **pointed_at(simulator))
