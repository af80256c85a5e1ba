"""A field's own rules about files: which are held to, and what is said of the others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from runcomfy_models import FileTooLargeError, InvalidFileError, RunComfy
from runcomfy_models._media.inline import data_uri
from runcomfy_models._media.media_file import MediaFile, examine, look_at
from runcomfy_models._media.rules import check_file, check_inside, rules_in
from runcomfy_models.batch import AsyncBatch, Batch
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


def iso_box(kind: bytes, *content: bytes) -> bytes:
    inner = b"".join(content)
    return (8 + len(inner)).to_bytes(4, "big") + kind + inner


def heic(width: int, height: int, turned: int = 0, is_wide: bool = False) -> bytes:
    """Return the boxes of a picture of two tiles, of which item 3 is the whole.

    `is_wide`: with numbers of four and two bytes, where there are two and one else.
    """
    number, index = (4, 2) if is_wide else (2, 1)

    def item(number_of: int, *indexes: int) -> bytes:
        marked = [0x80 << 8 * (index - 1) | each for each in indexes]
        listed = [each.to_bytes(index, "big") for each in marked]
        head = number_of.to_bytes(number, "big")
        return head + bytes([len(indexes)]) + b"".join(listed)

    def size(width: int, height: int) -> bytes:
        sides = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        return iso_box(b"ispe", bytes(4), sides)

    version = bytes([is_wide, 0, 0])
    kept = size(512, 512), size(width, height), iso_box(b"irot", bytes([turned]))
    owned = item(1, 1), item(2, 1), item(3, 2, 3)
    count = len(owned).to_bytes(4, "big")
    properties = iso_box(
        b"iprp",
        iso_box(b"ipco", *kept),
        iso_box(b"ipma", version, bytes([is_wide]), count, *owned),
    )
    primary = iso_box(b"pitm", version, b"\0", (3).to_bytes(number, "big"))
    start = iso_box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    return start + iso_box(b"meta", bytes(4), primary, properties)


@pytest.mark.parametrize("is_wide", [False, True])
def test_a_heic_is_measured_without_its_decoder(is_wide: bool) -> None:
    assert file_of(heic(4032, 3024, is_wide=is_wide)).pixels == (4032, 3024)
    turned = file_of(heic(4032, 3024, turned=1, is_wide=is_wide))
    assert (turned.content_type, turned.pixels) == ("image/heic", (3024, 4032))
    check_file(turned, rules_in(field(rule("width/height<", 1)), ()), "here")
    with pytest.raises(InvalidFileError, match="width/height>1"):
        check_file(turned, rules_in(field(rule("width/height>", 1)), ()), "here")


def test_a_heic_of_48_megapixels_does_not_fit_inside_a_request() -> None:
    with pytest.raises(FileTooLargeError, match="8064 x 6048 pixels"):
        check_inside(file_of(heic(8064, 6048)), "here")


def test_a_heic_that_is_cut_off_or_damaged_has_no_size() -> None:
    whole = heic(4032, 3024)
    for end in range(12, len(whole)):
        assert file_of(whole[:end]).pixels is None
    for at in range(24, len(whole)):
        file_of(whole[:at] + b"\xff" + whole[at + 1 :])


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


def test_a_batch_keeps_a_file_once(
    runcomfy_simulator: Simulator, tmp_path: Path, picture: Picture
) -> None:
    content = picture() + bytes(1024**2)
    inputs = []
    for number in range(20):
        prompt = str(number)
        inputs.append(flux_2_pro_edit.Input(prompt=prompt, image_urls=[content]))
    place = tmp_path / "batch" / "b.db"
    place.parent.mkdir()
    with RunComfy(poll_interval=0.001) as client, Batch(place, client) as batch:
        assert batch.add(inputs) == 20
        assert batch.add(inputs) == 0
        assert sum(f.stat().st_size for f in place.parent.iterdir()) < 8 * 1024**2
        assert {item.state for item in batch.run()} == {"succeeded"}
        sent = {}
        for request in runcomfy_simulator.requests:
            if request.method == "POST":
                sent[request.body["prompt"]] = request.body
        for item in batch.items():
            assert item.body == sent[item.body["prompt"]]
            assert item.input.body() == item.body
    assert len(sent) == 20
    whole = {body["image_urls"][0] for body in sent.values()}
    assert whole == {data_uri(content)}


@pytest.mark.parametrize("is_async", [False, True])
def test_a_batch_reads_a_file_once(
    tmp_path: Path, photo: Path, is_async: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    real_open = open

    def counting_open(file: Any, *args: Any, **kwargs: Any) -> Any:
        if file == photo:
            opened.append(file)
        return real_open(file, *args, **kwargs)

    monkeypatch.setattr("builtins.open", counting_open)
    inputs = []
    for number in range(30):
        prompt = str(number)
        inputs.append(flux_2_pro_edit.Input(prompt=prompt, image_urls=[photo]))

    async def one_by_one() -> AsyncIterator[flux_2_pro_edit.Input]:
        for each in inputs:
            yield each

    async def run() -> None:
        async with AsyncBatch(tmp_path / "b.db") as batch:
            assert await batch.add(one_by_one()) == 30

    if is_async:
        asyncio.run(run())
    else:
        with Batch(tmp_path / "b.db") as batch:
            assert batch.add(inputs) == 30
    assert len(opened) == 2  # to tell what it is, and to write it down


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
