"""A model that makes audio has fields for it, though the service publishes none."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.workspace import Run, Store

GENERIC = {
    "output": {
        "type": "object",
        "properties": {
            "image": {"type": "string"},
            "video": {"type": "string"},
            "images": {"type": "array", "items": {"type": "string"}},
            "videos": {"type": "array", "items": {"type": "string"}},
        },
    }
}
OWN = {"type": "object", "properties": {"audio_url": {"type": "string"}}}


@pytest.mark.parametrize(
    ("model_id", "more", "has_audio"),
    [
        ("acme/a", {"categories": ["text-to-speech"]}, True),
        ("acme/a", {"categories": ["video-to-audio"], "output_schema": GENERIC}, True),
        ("acme/a", {"categories": ["Music-Generation"]}, True),
        ("acme/one/text-to-music", {}, True),
        ("acme/a", {"categories": ["audio-to-video"]}, False),
        ("acme/a", {"categories": ["speech-to-text"]}, False),
        ("acme/a", {"categories": ["lip-sync"], "output_schema": GENERIC}, False),
        ("acme/a", {"categories": ["text-to-audio"], "output_schema": OWN}, False),
    ],
)
def test_audio_models_have_audio_fields(
    run: Run, store: Store, model_id: str, more: dict[str, Any], has_audio: bool
) -> None:
    store(f"{model_id}.json", model_id=model_id, **more)
    assert run("generate").exit_code == 0
    name = model_id.removeprefix("acme/").replace("/", "_").replace("-", "_")
    text = Path(f"generated/runcomfy_models/acme/{name}.py").read_text()
    assert ("    audio: str | None = None\n" in text) is has_audio
    assert ("    audios: list[str] | None = None\n" in text) is has_audio
    assert ("it makes audio" in run("lint", "--all").output) is has_audio
