from collections.abc import Iterator

import pytest

from runcomfy_models.simulator import Simulator

pytest.importorskip("mcp")


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(queued=0, running=0) as running:
        yield running


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
