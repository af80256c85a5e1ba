from collections.abc import Iterator

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.raw_api import RawAPI


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed=1) as running:
        yield running


@pytest.fixture
def api(simulator: Simulator) -> Iterator[RawAPI]:
    with RawAPI(simulator) as client:
        yield client
