"""A simulator's client, and files of each kind."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from runcomfy_models import RunComfy
from runcomfy_models.simulator import Simulator

Picture = Callable[..., bytes]


@pytest.fixture
def client(runcomfy_simulator: Simulator) -> Iterator[RunComfy]:
    with RunComfy(poll_interval=0.001) as client:
        yield client


def picture(
    kind: str = "PNG",
    size: tuple[int, int] = (8, 6),
    mode: str = "RGB",
    **options: object,
) -> bytes:
    """Return a picture, as a file holds it."""
    file = io.BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file.getvalue()


@pytest.fixture(name="picture")
def _picture() -> Picture:
    return picture


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture whose name has a space and letters of several scripts."""
    path = tmp_path / "mein Foto é漢 1.png"
    path.write_bytes(picture())
    return path
