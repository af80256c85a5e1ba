"""A field's own rules about files: which are held to, and what is said of the others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from runcomfy_models import FileTooLargeError, InvalidFileError, RunComfy
from runcomfy_models._media.media_file import MediaFile, examine, look_at
from runcomfy_models._media.rules import check_file, rules_in
from runcomfy_models.batch import Batch
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from runcomfy_models.simulator import Simulator

Picture = Callable[..., bytes]


def rule(name: str, value: object) -> dict[str, object]:
    return {"validation_rule": name, "validation_value": value}


def field(*validations: object, kind: str = "image") -> dict[str, Any]:
    return {"type": "string", "x-media": kind, "validations": list(validations)}


def file_of(content: bytes) -> MediaFile:
    return examine(look_at(content, "here"), "here")


WIDE = {"size": (20, 10)}


@pytest.mark.parametrize(
    ("name", "value", "is_met"),
    [
        ("width/height<", 2.5, True),
        ("width/height<", 2, False),
        ("width/height<=", 2, True),
        ("width/height>", 0.4, True),
        ("height/width>", 0.5, False),
        ("width_pixels>", 19, True),
        ("width_pixels>", 20, False),
        ("width_pixels>=", 20, True),
        ("height_pixels<", 10, False),
        ("height_pixels<", 11, True),
        ("file_size_mb<", 0.00001, False),
        ("file_size_mb<", 1, True),
        ("a_rule_of_tomorrow<", 0, True),
        ("width_pixels~", 0, True),
        ("width_pixels>", "many", True),
        ("width_pixels>", None, True),
        ("width_pixels>", True, True),
    ],
)
def test_each_rule_of_a_picture(
    picture: Picture, name: str, value: object, is_met: bool
) -> None:
    rules = rules_in(field(rule(name, value)), ())
    wide = file_of(picture(**WIDE))
    if is_met:
        check_file(wide, rules, "here")
        return
    with pytest.raises(InvalidFileError) as refused:
        check_file(wide, rules, "acme/brush: image_url")
    told = str(refused.value)
    assert told.startswith("acme/brush: image_url: 'bytes': ")
    assert name in told
    assert str(value) in told
    assert isinstance(refused.value, FileTooLargeError) == ("size" in name)


def test_a_turned_picture_is_measured_as_it_is_seen(picture: Picture) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    turned = file_of(picture("JPEG", (20, 10), exif=exif))
    assert turned.pixels == (10, 20)
    check_file(turned, rules_in(field(rule("width/height<", 1)), ()), "here")


def test_rules_are_found_where_a_file_stands() -> None:
    small, wide = rule("file_size_mb<", 1), rule("width_pixels>", 1)
    listed = {"type": "array", "x-media": "image", "validations": [small]}
    element = {"type": "object", "properties": {"a.b": {"$ref": "#/$defs/medium"}}}
    schema = {
        "$defs": {"medium": field(wide, kind="video")},
        "properties": {
            "one": {"anyOf": [field(small), {"type": "null"}]},
            "images": {**listed, "items": field(wide)},
            "elements": {"type": "array", "items": element},
            "map": {"additionalProperties": field(small, kind="audio")},
        },
    }
    expected: dict[tuple[str | int, ...], Any] = {
        ("one",): ({"image"}, [small]),
        ("images", 3): ({"image"}, [small, wide]),
        ("elements", 0, "a.b"): ({"video"}, [wide]),
        ("map", "x"): ({"audio"}, [small]),
        ("unknown",): (set(), []),
        ("one", "below"): (set(), []),
    }
    for place, (kinds, validations) in expected.items():
        found = rules_in(schema, place)
        assert found.kinds == kinds
        assert list(found.validations) == validations
    for broken in (None, [], {"properties": 3}, {"validations": 3, "anyOf": {}}):
        assert rules_in(broken, ("x",)).kinds == set()


def test_a_batch_keys_a_file_by_its_content(
    runcomfy_simulator: Simulator, tmp_path: Path, photo: Path, picture: Picture
) -> None:
    def edit(source: Any) -> flux_2_pro_edit.Input:
        return flux_2_pro_edit.Input(prompt="x", image_urls=[source])

    uploads: list[str] = []

    def upload(file: MediaFile) -> str:
        uploads.append(file.sha256)
        return f"https://cdn.test/{file.sha256}"

    with (
        RunComfy(uploader=upload, poll_interval=0.001) as client,
        Batch(tmp_path / "b.db", client) as batch,
    ):
        same = [edit(photo), edit(photo.read_bytes())]
        batch.add([*same, edit(picture(size=(9, 9)))])
        photo.unlink()  # it is in the journal
        states = [item.state for item in batch.run()]
        with pytest.raises(InvalidFileError, match="text/plain"):
            batch.add([edit(b"not a picture")])
    assert states == ["succeeded", "succeeded"]
    assert len(uploads) == 2
    posts = [r.body for r in runcomfy_simulator.requests if r.method == "POST"]
    assert all(b["image_urls"][0].startswith("https://cdn.test/") for b in posts)
