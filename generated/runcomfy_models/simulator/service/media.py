"""Small files that really are pictures, sounds and films. No I/O but the sample."""

import io
import math
import struct
import wave
import zlib
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Literal

Medium = Literal["image", "video", "audio"]

EXTENSIONS: dict[Medium, str] = {"image": "png", "video": "mp4", "audio": "wav"}
CONTENT_TYPES = {"png": "image/png", "mp4": "video/mp4", "wav": "audio/wav"}

_SIDE = 256
_STEPS = 85  # a step of 1 at every third pixel: 85 each way stay within a byte
_SAMPLE_RATE = 8_000


def media_bytes(extension: str, seed: str) -> bytes:
    """Return a file of this kind; the same seed gives the same bytes."""
    if extension == "mp4":
        return _film()
    return picture(seed) if extension == "png" else sound(seed)


@lru_cache(maxsize=64)
def picture(seed: str) -> bytes:
    """Return a PNG of 256 x 256 pixels: a colour gradient that the seed chose."""
    random = Random(seed)
    start, across, down = bytearray(), bytearray(), bytearray()
    for _ in range(3):
        right, below = random.choice((1, -1)), random.choice((1, -1))
        across.append(right % 256)
        down.append(below % 256)
        start.append(
            random.randrange(_STEPS + 1) + _STEPS * ((right < 0) + (below < 0))
        )
    # PNG's own filters draw it: a byte is the step from the left or the upper pixel.
    still = bytes(6)
    first = b"\x01" + bytes(start) + (bytes(across) + still) * _STEPS
    unchanged = b"\x02" + bytes(3 * _SIDE)
    below_it = b"\x02" + bytes(down) * _SIDE + unchanged * 2
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)),
            _chunk(b"tEXt", b"Comment\0simulated " + seed.encode("latin-1", "replace")),
            _chunk(b"IDAT", zlib.compress(first + below_it * _STEPS, 6)),
            _chunk(b"IEND", b""),
        )
    )


@lru_cache(maxsize=64)
def sound(seed: str) -> bytes:
    """Return half a second of WAV: one fading tone that the seed chose."""
    step = math.tau * Random(seed).randrange(220, 880) / _SAMPLE_RATE
    count = _SAMPLE_RATE // 2
    samples = (int(12_000 * math.sin(i * step) * (1 - i / count)) for i in range(count))
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_SAMPLE_RATE)
        out.writeframes(struct.pack(f"<{count}h", *samples))
    return file.getvalue()


@lru_cache(maxsize=1)
def _film() -> bytes:
    return files(__name__.rpartition(".")[0]).joinpath("sample.mp4").read_bytes()


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
