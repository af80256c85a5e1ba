import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.batches import BatchFace


@pytest.fixture(params=["sync", "async"])
def batch_face(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BatchFace]:
    with asyncio.Runner() as runner:
        face = BatchFace(request.param, runner, tmp_path / "j.db")
        yield face
        face.close()
