"""A sample makes sense: its words and media are what the model's task is about."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from runcomfy_codegen.cli import main

IMAGE = {"type": "string", "format": "image_uri"}
VIDEO = {"type": "string", "format": "video_uri"}
AUDIO = {"type": "string", "format": "audio_uri"}
TEXT = {"type": "string"}
IMAGES = {"type": "array", "format": "image_uris"}
Sampled = Callable[..., dict[str, Any]]


@pytest.fixture
def sampled(tmp_path: Path) -> Sampled:
    """Generate a model, and return the example that its schema file shows."""

    def run(model_id: str, required: list[str], **properties: Any) -> dict[str, Any]:
        schema = {"type": "object", "properties": properties, "required": required}
        file = tmp_path / "schemas" / f"{model_id}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"model_id": model_id, "input_schema": schema}))
        folders = ["--schemas", tmp_path / "schemas", "--out", tmp_path / "out"]
        result = CliRunner().invoke(main, ["generate", *map(str, folders)])
        assert result.exit_code == 0, result.output
        (made,) = (tmp_path / "out/docs/schemas").rglob("*.input.json")
        document = json.loads(made.read_bytes())
        example: dict[str, Any] = document["examples"][0]
        Draft202012Validator(document).validate(example)
        return example

    return run


def test_each_field_has_words_of_its_own(sampled: Sampled) -> None:
    names = ("prompt", "tags", "lyrics", "negative_prompt", "style")
    example = sampled("x/y/text-to-image", [*names], **dict.fromkeys(names, TEXT))
    assert len(set(example.values())) == len(names)
    assert example["tags"].count(",") > 1
    assert "[Verse]" in example["lyrics"]


@pytest.mark.parametrize("task", ["edit", "video-edit", "image-to-video", "transition"])
def test_a_prompt_suits_the_task(sampled: Sampled, task: str) -> None:
    media = {"image": IMAGE, "video": VIDEO, "end_image": IMAGE}
    example = sampled(f"x/y/{task}", ["prompt"], prompt=TEXT, **media)
    assert "fox" not in example["prompt"]


def test_two_frames_are_two_pictures(sampled: Sampled) -> None:
    frames = {"first_frame": IMAGE, "last_frame": IMAGE}
    example = sampled("x/y/first-last-frame/720p", [], **frames)
    assert set(example) == set(frames)
    assert len(set(example.values())) == 2


@pytest.mark.parametrize(
    ("task", "media", "given"),
    [
        ("reference-to-video", {"images": IMAGES, "videos": VIDEO}, {"images"}),
        ("edit", {"image_url": IMAGE, "mask": IMAGE}, {"image_url"}),
        ("video-edit", {"image": IMAGE, "video_url": VIDEO}, {"video_url"}),
        ("lip-sync", {"video": VIDEO, "audio": AUDIO}, {"audio"}),
        ("audio-to-video", {"image": IMAGE, "audio": AUDIO}, {"audio"}),
        ("text-to-video", {"image": IMAGE}, set()),
    ],
)
def test_what_the_task_is_named_for_is_given(
    sampled: Sampled, task: str, media: dict[str, Any], given: set[str]
) -> None:
    example = sampled(f"x/y/{task}", ["prompt"], prompt=TEXT, **media)
    assert set(example) == {"prompt", *given}


def test_media_say_that_they_are_to_be_replaced(
    sampled: Sampled, tmp_path: Path
) -> None:
    listed = {**IMAGES, "minItems": 3}
    example = sampled(
        "x/y/image-to-image", ["images", "seed"], images=listed, seed=TEXT
    )
    assert len(set(example["images"])) == 3
    for url in example["images"]:
        assert url.startswith("https://example.com/replace-this-")
    page = (tmp_path / "out/docs/models/x/y_image_to_image.md").read_text("utf-8")
    assert "the place of `https://example.com/replace-this…`" in page


def test_a_text_that_is_too_long_is_not_taken(sampled: Sampled) -> None:
    short = {"type": "string", "maxLength": 5}
    assert len(sampled("x/y/edit", ["prompt"], prompt=short)["prompt"]) <= 5
