"""Outputs and their files: URLs that fit the schema, files that open."""

import io
import struct
import wave
import zlib
from itertools import pairwise
from typing import Any

import jsonschema
import pytest

from runcomfy_models.simulator import Simulator
from runcomfy_models.simulator.service.media import media_bytes
from runcomfy_models.simulator.service.outputs import GENERIC_OUTPUT, make_output
from tests.support.raw_api import RawAPI

ANY = {"type": "object"}
IMAGE = {"type": "string", "x-media": "image"}


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Decode a PNG by hand, checksums included."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, {}
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        (checksum,) = struct.unpack(">I", png[at + 8 + size : at + 12 + size])
        assert checksum == zlib.crc32(kind + data)
        chunks[kind] = data
        at += 12 + size
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (8, 2)
    assert b"IEND" in chunks
    raw, stride = zlib.decompress(chunks[b"IDAT"]), 3 * width
    rows = [bytes(stride)]
    assert len(raw) == height * (stride + 1)
    for start in range(0, len(raw), stride + 1):
        kind, line = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for i in range(stride):
            left = line[i - 3] if i >= 3 else 0
            line[i] = (line[i] + (left if kind == 1 else rows[-1][i])) % 256
        rows.append(bytes(line))
    return width, height, rows[1:]


def test_a_picture_is_a_smooth_gradient() -> None:
    width, height, rows = pixels(media_bytes("png", "seed"))
    assert (width, height) == (256, 256)
    for before, after in pairwise(rows):
        assert all(abs(a - b) <= 1 for a, b in zip(before, after, strict=True))
    assert all(abs(a - b) <= 1 for a, b in zip(rows[0], rows[0][3:], strict=False))
    assert len({rows[0][:3], rows[0][-3:], rows[-1][:3]}) == 3


def test_a_sound_plays() -> None:
    with wave.open(io.BytesIO(media_bytes("wav", "seed"))) as sound:
        assert sound.getnframes() / sound.getframerate() == 0.5
        assert len(set(sound.readframes(100))) > 10


def test_a_film_has_its_boxes() -> None:
    film, at, boxes = media_bytes("mp4", "seed"), 0, []
    while at < len(film):
        size, kind = struct.unpack(">I4s", film[at : at + 8])
        boxes.append(kind)
        at += size
    assert at == len(film)
    assert boxes[0] == b"ftyp"
    assert {b"moov", b"mdat"} <= set(boxes)


@pytest.mark.parametrize("extension", ["png", "wav"])
def test_files_depend_on_the_seed_alone(extension: str) -> None:
    one = media_bytes(extension, "1")
    assert one == media_bytes(extension, "1")
    assert one != media_bytes(extension, "2")


@pytest.mark.parametrize(
    ("category", "key", "kind", "start"),
    [
        ("text-to-image", "image", "image/png", b"\x89PNG"),
        ("image-to-video", "video", "video/mp4", b"\x00\x00\x00\x20ftyp"),
        ("text-to-audio", "audio", "audio/wav", b"RIFF"),
    ],
)
def test_a_result_has_files_that_download(
    category: str, key: str, kind: str, start: bytes
) -> None:
    output = {**GENERIC_OUTPUT, "properties": {**GENERIC_OUTPUT["properties"]}}
    output["properties"]["audio"] = {"type": "string", "x-media": "audio"}
    entry = {"model_id": "a/b", "categories": [category], "input_schema": ANY}
    entry["output_schema"] = output
    with Simulator(entries=[entry]) as sim, RawAPI(sim) as api:
        result = api.finish(api.job({}, "a/b"))
        assert list(result["output"]) == [key]
        url = result["output"][key]
        assert url.startswith(f"{sim.url}/media/")
        file = api.media(url)
        assert (file.status, file.headers["content-type"]) == (200, kind)
        assert file.raw.startswith(start)
        head = api.media(url, "HEAD")
        assert (head.raw, head.headers["content-length"]) == (b"", str(len(file.raw)))
        assert sim.requests[-1].endpoint == "media"


@pytest.mark.parametrize("field", ["num_images", "num_outputs", "batch_size"])
def test_as_many_pictures_as_were_ordered(field: str) -> None:
    entries = [{"model_id": "a/b", "input_schema": ANY}]
    with Simulator(entries=entries) as sim, RawAPI(sim) as api:
        output = api.finish(api.job({field: 3}, "a/b"))["output"]
        assert list(output) == ["images"]
        files = {api.media(url).raw for url in output["images"]}
        assert len(files) == 3


def test_a_file_is_there_when_its_job_succeeded_and_without_a_token(
    api: RawAPI, simulator: Simulator
) -> None:
    request_id = api.job()
    url = f"{simulator.url}/media/{request_id}/0.png"
    assert api.media(url).status == 404
    api.finish(request_id)
    assert api.media(url).status == 200
    leaked = api.call("GET", f"/media/{request_id}/0.png")
    assert (leaked.status, leaked.json["error_code"]) == (400, 400000)


@pytest.mark.parametrize(
    "path",
    [
        "/media/../server.py",
        "/media/%2e%2e/%2e%2e/etc/passwd",
        "/media//etc/passwd",
        "/media/{id}/../0.png",
        "/media/{id}/0.py",
        "/media/{id}/0.png%00",
        "/media/{id}/0.png/",
        "/media/{id}/99999.png",
        "/media/{id}/-1.png",
        "/media/{id}",
        "/media/",
        "/media",
    ],
)
def test_nothing_else_is_served_as_media(api: RawAPI, path: str) -> None:
    request_id = api.job()
    api.finish(request_id)
    answer = api.media(path.format(id=request_id))
    assert (answer.status, answer.json["error_code"]) == (404, 404001)


@pytest.mark.parametrize(
    "schema",
    [
        GENERIC_OUTPUT,
        {"type": "array", "items": IMAGE, "minItems": 3, "maxItems": 4},
        IMAGE,
        {
            "type": "object",
            "properties": {"images": {"type": "array", "x-media": "image"}},
        },
        {
            "type": "object",
            "required": ["image", "images", "n", "seed", "label", "kind", "nested"],
            "properties": {
                "image": IMAGE,
                "images": {"type": "array", "items": IMAGE, "minItems": 1},
                "n": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                "seed": {"type": "integer", "minimum": 3, "multipleOf": 5},
                "label": {"type": "string", "minLength": 12, "maxLength": 13},
                "kind": {"enum": ["a", "b"]},
                "nested": {
                    "type": "object",
                    "required": ["url"],
                    "properties": {"url": IMAGE, "on": {"type": "boolean"}},
                },
            },
        },
        {
            "$defs": {"file": {"type": "object", "properties": {"url": IMAGE}}},
            "type": "object",
            "properties": {
                "files": {"type": "array", "items": {"$ref": "#/$defs/file"}},
                "either": {"anyOf": [{"$ref": "#/$defs/file"}, {"type": "null"}]},
                "maybe": {"type": ["null", "integer"], "maximum": -3},
                "all": {"allOf": [{"type": "integer"}, {"minimum": 4}]},
                "fixed": {"const": {"a": 1}},
                "low": {"type": "number", "maximum": -1.5},
            },
        },
        {
            "$defs": {"tree": {"properties": {"next": {"$ref": "#/$defs/tree"}}}},
            "$ref": "#/$defs/tree",
        },
        {},
    ],
)
def test_an_output_fits_its_schema(schema: dict[str, Any]) -> None:
    urls = (f"https://example.com/{number}" for number in range(100))
    entry = {"model_id": "a/b", "output_schema": schema}
    output = make_output(entry, {"num_images": 2}, lambda medium: next(urls))
    jsonschema.Draft202012Validator(schema).validate(output)
    assert output


def test_a_schema_without_end_still_gives_an_output() -> None:
    tree = {"required": ["next"], "properties": {"next": {"$ref": "#/$defs/tree"}}}
    entry = {"model_id": "a/b", "output_schema": {**tree, "$defs": {"tree": tree}}}
    assert "next" in make_output(entry, {}, str)


@pytest.mark.parametrize(
    "output_schema",
    [
        None,
        {},
        "text",
        {"output": GENERIC_OUTPUT},
        {"output": {"type": "object", "properties": {"image": {"type": "string"}}}},
        {
            "properties": {
                "image": {**IMAGE, "default": "sample", "examples": ["sample"]}
            }
        },
    ],
)
def test_outputs_of_entries_as_the_service_publishes_them(output_schema: Any) -> None:
    entry = {"model_id": "a/b", "output_schema": output_schema}
    assert make_output(entry, {}, str) == {"image": "image"}


def test_media_are_known_by_name_where_nothing_says_so() -> None:
    text = {"type": "string"}
    properties = {"audio_url": text, "caption": text}
    schema = {"type": "object", "properties": properties}
    entry = {"model_id": "a/text-to-music", "output_schema": schema}
    assert make_output(entry, {}, str) == {"audio_url": "audio", "caption": "simulated"}


def test_a_model_that_makes_sound_returns_some_without_a_promise() -> None:
    entry = {"model_id": "a/b", "categories": ["text-to-audio"]}
    assert make_output(entry, {}, str) == {"audio": "audio"}
