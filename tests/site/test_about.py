"""Every model says what it is: by the service's words, else by ours, marked so."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main

IMAGE = {"type": "string", "format": "image_uri"}
IMAGES = {"type": "array", "format": "image_uris"}
PROMPT = {"type": "string"}
CASES: list[tuple[str, dict[str, Any], list[str], str, str]] = [
    (
        "kling/kling-3.0/pro/image-to-video",
        {
            "end_image_url": IMAGE,
            "start_image_url": IMAGE,
            "prompt": PROMPT,
            "duration": {"type": "integer", "minimum": 3, "maximum": 15},
        },
        ["prompt", "start_image_url"],
        "Kling 3.0 Pro Image-to-Video",
        "Image-to-video by Kling 3.0 Pro: a prompt and a start image become a video of "
        "3 to 15 seconds; an end image may be given too.",
    ),
    (
        "wan-ai/wan-2-7/first-last-frame/720p",
        {"last_frame": IMAGE, "first_frame": IMAGE, "duration": {"enum": ["5", "10s"]}},
        ["first_frame", "last_frame"],
        "Wan 2.7 720p First-Last-Frame-to-Video",
        "First-last-frame-to-video by Wan 2.7 720p: a first frame and a last frame "
        "become a video of 5 or 10 seconds.",
    ),
    (
        "openai/gpt-image-2/edit",
        {"images": {**IMAGES, "maxItems": 4}, "mask_url": IMAGE, "prompt": PROMPT},
        ["prompt", "images"],
        "GPT Image 2 Edit",
        "Image edit by GPT Image 2: a prompt and 1 to 4 images become an edited image; "
        "a mask may be given too.",
    ),
    (
        "ace/ace-step/text-to-audio",
        {"tags": {"type": "string"}, "lyrics": {"type": "string"}},
        ["tags"],
        "ACE Step Text-to-Audio",
        "Text-to-audio by ACE Step: tags become audio; lyrics may be given too.",
    ),
    (
        "x/horse-1.0/reference-to-video",
        {f"image_url_{number}": IMAGE for number in range(1, 10)},
        ["image_url_1"],
        "Horse 1.0 Reference-to-Video",
        "Reference-to-video by Horse 1.0: 1 to 9 images become a video.",
    ),
    (
        "x/flux-3/image",
        {"prompt": PROMPT, "num_images": {"type": "integer", "maximum": 4}},
        ["prompt"],
        "Flux 3 Image",
        "Text-to-image by Flux 3 Image: a prompt becomes 1 to 4 images.",
    ),
    (
        "x/text-to-video",
        {"resolution": {"type": "string", "enum": ["4k", "720p", "1080p", "auto"]}},
        [],
        "X Text-to-Video",
        "Text-to-video by X: makes a video at 720p to 4k.",
    ),
    ("x/odd", {}, [], "Odd", "Odd: makes an image or a video."),
]


@pytest.fixture
def listed(tmp_path: Path) -> Any:
    """Generate some entries, and return what the index says of each."""

    def run(*entries: dict[str, Any]) -> dict[str, Any]:
        for entry in entries:
            file = tmp_path / "schemas" / f"{entry['model_id']}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(entry))
        folders = ["--schemas", tmp_path / "schemas", "--out", tmp_path / "out"]
        result = CliRunner().invoke(main, ["generate", *map(str, folders)])
        assert result.exit_code == 0, result.output
        index = json.loads((tmp_path / "out/docs/models.json").read_bytes())
        return {entry["model_id"]: entry for entry in index}

    return run


def entry(
    model_id: str, properties: dict[str, Any], required: list[str], **more: Any
) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"model_id": model_id, "input_schema": schema, **more}


def test_a_sentence_is_derived(listed: Any, tmp_path: Path) -> None:
    found = listed(*(entry(*case[:3]) for case in CASES))
    for model_id, _, _, title, sentence in CASES:
        assert found[model_id]["title"] == title
        assert found[model_id]["description"] == sentence
        assert found[model_id]["description_source"] == "derived"
    page = (tmp_path / "out/docs/models/x/flux_3_image.md").read_text("utf-8")
    assert 'description: "Text-to-image by Flux 3 Image: a prompt' in page
    assert "# Flux 3 Image\n\nText-to-image by" in page
    module = tmp_path / "out/runcomfy_models/x/flux_3_image.py"
    assert '"""Text-to-image by Flux 3 Image: a prompt' in module.read_text("utf-8")


def test_what_is_published_is_kept(listed: Any) -> None:
    named = {"display_name": "Paint!", "description": "Paints."}
    (found,) = listed(entry("x/paint/edit", {}, [], **named)).values()
    assert (found["title"], found["description"]) == ("Paint!", "Paints.")
    assert found["description_source"] == "published"


def test_a_name_that_repeats_the_id_is_none(listed: Any) -> None:
    (found,) = listed(entry("x/Ab-1/edit", {}, [], display_name="ab-1/edit")).values()
    assert found["title"] == "Ab 1 Edit"


@pytest.mark.parametrize(
    ("model_id", "categories", "tasks"),
    [
        ("x/flux/pro/edit", [], ["edit"]),
        ("x/flux/pro/edit", ["edit"], ["edit"]),
        ("x/flux/edit-video", ["edit-video"], ["video-edit"]),
        ("x/flux/pro/edit", ["popular"], ["popular", "edit"]),
        ("x/flux-i2v", [], ["image-to-video"]),
        ("x/odd", [], []),
    ],
)
def test_a_task_is_what_a_model_does(
    listed: Any, model_id: str, categories: list[str], tasks: list[str]
) -> None:
    (found,) = listed(entry(model_id, {}, [], categories=categories)).values()
    assert found["tasks"] == tasks
    assert found["categories"] == categories


@pytest.mark.parametrize(
    ("rate", "unit", "makes", "price"),
    [
        (0.04, "output", "image", "$0.04 per image"),
        (0.57, "second", "video", "$0.57 per second"),
        (2, "", "video", "$2.00"),
        (0.0025, "output", "audio", "$0.0025 per audio file"),
        (0, "output", "image", "free"),
        (None, "output", "image", ""),
    ],
)
def test_a_price_is_put_into_words(
    listed: Any, rate: float | None, unit: str, makes: str, price: str
) -> None:
    priced = {"base_price_usd": rate, "price_unit": unit}
    (found,) = listed(entry(f"x/y/text-to-{makes}", {}, [], **priced)).values()
    assert found["price"] == price
