"""Files in the place of URLs: read, checked and sent when the input is."""

import asyncio
import base64
import io
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx2
import pytest
from PIL import Image
from pydantic import ValidationError

from runcomfy_models import (
    AsyncRunComfy,
    FileTooLargeError,
    InputModel,
    InvalidFileError,
    OutputModel,
    RunComfy,
    RunComfyError,
    UploadError,
)
from runcomfy_models.blackforestlabs import flux_1_kontext_pro_edit, flux_2_pro_edit
from runcomfy_models.media import (
    AudioSource,
    ImageSource,
    ImageSources,
    MediaFile,
    VideoSource,
)
from runcomfy_models.simulator import Simulator

URL = "https://example.com/a.png"
MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + b"\0" * 64
MP3 = b"ID3\4\0\0" + b"\0" * 64
WAV = b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 64

Picture = Callable[..., bytes]


def data_uri(content: bytes, content_type: str = "image/png") -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"


def sent(simulator: Simulator) -> list[Any]:
    return [r.body for r in simulator.requests if r.method == "POST"]


def edit(*images: Any) -> flux_2_pro_edit.Input:
    return flux_2_pro_edit.Input(prompt="A cat", image_urls=list(images))


# What may be given.


def test_each_way_to_give_a_picture(
    client: RunComfy, runcomfy_simulator: Simulator, photo: Path
) -> None:
    content = photo.read_bytes()
    with photo.open("rb") as file:
        ways = [URL, data_uri(content), photo, content, bytearray(content), file]
        ways += [io.BytesIO(content), Image.open(io.BytesIO(content))]
        client.submit(edit(*ways))
    [body] = sent(runcomfy_simulator)
    urls = body["image_urls"]
    assert urls[:-1] == [URL, *[data_uri(content)] * (len(ways) - 2)]
    assert urls[-1].startswith("data:image/png;base64,")
    shown = Image.open(io.BytesIO(base64.b64decode(urls[-1].partition(",")[2])))
    assert shown.size == (8, 6)


def test_an_input_keeps_what_it_was_given(photo: Path) -> None:
    kept = edit(photo, b"not read yet")
    assert kept.image_urls == [photo, b"not read yet"]
    photo.unlink()
    assert edit(photo).image_urls == [photo]


def test_an_open_file_is_sent_from_its_start_each_time(
    client: RunComfy, runcomfy_simulator: Simulator, picture: Picture
) -> None:
    file = io.BytesIO(picture())
    file.seek(5)
    same = edit(file)
    client.submit(same)
    client.submit(same)
    first, second = sent(runcomfy_simulator)
    assert first == second
    assert first["image_urls"] == [data_uri(picture())]
    assert file.tell() == 5


def test_a_run_of_a_model_by_its_id_takes_files_too(
    client: RunComfy, runcomfy_simulator: Simulator, photo: Path
) -> None:
    body = {"prompt": "x", "image_url": photo}
    client.run_model("blackforestlabs/flux-1-kontext/pro/edit", body)
    assert sent(runcomfy_simulator)[0]["image_url"] == data_uri(photo.read_bytes())
    assert body["image_url"] == photo


def test_an_unchecked_input_takes_files_too(
    client: RunComfy, runcomfy_simulator: Simulator, photo: Path
) -> None:
    free = flux_2_pro_edit.Input.unchecked(
        prompt="x", image_urls=[photo], image_size="square"
    )
    client.submit(free)
    assert sent(runcomfy_simulator)[0]["image_urls"] == [data_uri(photo.read_bytes())]


def test_async_and_many_take_files(
    client: RunComfy, runcomfy_simulator: Simulator, photo: Path
) -> None:
    async def run() -> None:
        async with AsyncRunComfy(poll_interval=0.001) as client:
            await client.run(edit(photo))
            async for _, outcome in client.run_many([edit(photo)] * 3):
                assert not isinstance(outcome, Exception)

    asyncio.run(run())
    for _, outcome in client.run_many([edit(photo)] * 3):
        assert not isinstance(outcome, Exception)
    bodies = sent(runcomfy_simulator)
    assert len(bodies) == 7
    assert all(b["image_urls"] == [data_uri(photo.read_bytes())] for b in bodies)


# A text is a URL, and nothing else.


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("photo.png", "pathlib.Path('photo.png')"),
        ("/home/me/photo.png", "pathlib.Path("),
        ("file:///home/me/photo.png", "pathlib.Path('/home/me/photo.png')"),
        ("C:\\me\\photo.png", "pathlib.Path("),
        ("gs://bucket/photo.png", "https://"),
        ("s3://bucket/photo.png", "https://"),
        ("ftp://host/photo.png", "https://"),
        ("", "is empty"),
        ("  ", "is empty"),
        (" https://example.com/a.png", "space"),
        ("https://", "https://"),
        ("data:image/png;base64,", "data:"),
        ("example.com/a.png", "https://"),
    ],
)
def test_a_text_that_is_not_a_url_is_refused_with_the_way_out(
    text: str, way_out: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        edit(URL, text)
    [error] = refused.value.errors()
    assert error["loc"] == ("image_urls", 1)
    assert way_out in error["msg"]


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("https://?x", "names no host"),
        ("HTTP:///a.png", "names no host"),
        ("data:,", "without data"),
        ("data:image/png", "without data"),
        ("data:image/png;base64, AAAA", "a space before it"),
        ("blob:https://a.test/1", "cannot fetch"),
        ("//a.test/a.png", "is not a URL"),
    ],
)
def test_the_simulator_refuses_the_same_texts(
    runcomfy_simulator: Simulator, text: str, way_out: str
) -> None:
    with pytest.raises(ValidationError, match=way_out):
        edit(text)
    answer = httpx2.post(
        f"{runcomfy_simulator.url}/v1/models/{flux_2_pro_edit.Input.model_id}",
        json={"prompt": "x", "image_urls": [text]},
        headers={"Authorization": f"Bearer {os.environ['RUNCOMFY_API_TOKEN']}"},
    )
    assert answer.status_code == 422
    assert "neither an http" in answer.text


def test_an_uploader_that_raises_stop_iteration_fails(
    runcomfy_simulator: Simulator, photo: Path
) -> None:
    def upload(file: MediaFile) -> str:
        raise StopIteration

    async def submit() -> None:
        async with AsyncRunComfy(uploader=upload) as client:
            await asyncio.wait_for(client.submit(edit(photo)), 20)

    with pytest.raises(UploadError, match="StopIteration"):
        asyncio.run(submit())


@pytest.mark.parametrize("url", ["HTTPS://A.test", "http://127.0.0.1:1/x", "data:,x"])
def test_urls_of_each_sort_pass(url: str) -> None:
    assert edit(url).body()["image_urls"] == [url]


@pytest.mark.parametrize("value", [None, 1, True, 1.5, [], {}, io.StringIO("x")])
def test_what_is_no_medium_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        edit(value)


# What a file is, is told by its content.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MP4, "video/mp4"),
        (WAV, "audio/wav"),
        (b"%PDF-1.7 x", "application/pdf"),
        (b"<html><body>Not found</body></html>", "text/html"),
        (b'{"error": 1}', "application/json"),
        (b"a text", "text/plain"),
        (b"\x01\x02\x03\x04", "nothing that is known"),
        (b"", "empty"),
    ],
)
def test_a_wrong_kind_with_a_right_name(
    client: RunComfy,
    runcomfy_simulator: Simulator,
    tmp_path: Path,
    content: bytes,
    said: str,
) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    for source in (path, content, io.BytesIO(content)):
        with pytest.raises(InvalidFileError, match=said) as refused:
            client.submit(edit(URL, source))
        assert "image_urls[1]" in str(refused.value)
    assert sent(runcomfy_simulator) == []


@pytest.mark.parametrize(
    ("kind", "mode", "content_type"),
    [
        ("PNG", "RGBA", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("GIF", "P", "image/gif"),
        ("WEBP", "RGB", "image/webp"),
        ("BMP", "RGB", "image/bmp"),
        ("TIFF", "CMYK", "image/tiff"),
    ],
)
def test_pictures_of_each_format_and_any_name(
    client: RunComfy,
    runcomfy_simulator: Simulator,
    picture: Picture,
    tmp_path: Path,
    kind: str,
    mode: str,
    content_type: str,
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(picture(kind, mode=mode))
    client.submit(edit(path))
    [url] = sent(runcomfy_simulator)[0]["image_urls"]
    assert url == data_uri(path.read_bytes(), content_type)


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "HSV", "F", "1", "P", "LA"])
def test_a_picture_of_pillow_in_any_colours(
    client: RunComfy, runcomfy_simulator: Simulator, mode: str
) -> None:
    client.submit(edit(Image.new(mode, (3, 2))))
    [url] = sent(runcomfy_simulator)[0]["image_urls"]
    shown = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert (shown.format, shown.size) == ("PNG", (3, 2))


def test_a_picture_of_pillow_is_sent_as_it_is_seen(
    client: RunComfy, runcomfy_simulator: Simulator, picture: Picture
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    turned = Image.open(io.BytesIO(picture("JPEG", (8, 4), exif=exif)))
    client.submit(edit(turned))
    [url] = sent(runcomfy_simulator)[0]["image_urls"]
    shown = Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))
    assert shown.size == (4, 8)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_truncated_picture_is_refused(
    client: RunComfy, runcomfy_simulator: Simulator, kind: str
) -> None:
    file = io.BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(file, kind)
    whole = file.getvalue()
    with pytest.raises(InvalidFileError, match="broken"):
        client.submit(edit(whole[: len(whole) * 2 // 3]))
    assert sent(runcomfy_simulator) == []


def test_a_picture_that_pillow_cannot_read_is_sent(
    client: RunComfy, runcomfy_simulator: Simulator
) -> None:
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 32
    client.submit(edit(heic))
    [url] = sent(runcomfy_simulator)[0]["image_urls"]
    assert url == data_uri(heic, "image/heic")


def iso_file(brand: bytes, *fitting: bytes) -> bytes:
    """Return the beginning of a file of the MP4 family."""
    content = brand + bytes(4) + b"".join(fitting)
    size = (8 + len(content)).to_bytes(4, "big")
    return size + b"ftyp" + content + bytes(32)


@pytest.mark.parametrize(
    ("brand", "fitting", "content_type"),
    [
        (b"heic", [b"mif1", b"heic"], "image/heic"),
        (b"heix", [b"mif1", b"heix"], "image/heic"),
        (b"mif1", [b"mif1", b"heic"], "image/heic"),
        (b"mif1", [], "image/heic"),
        (b"msf1", [b"msf1", b"hevc"], "image/heic"),
        (b"avif", [b"mif1", b"avif", b"miaf"], "image/avif"),
        (b"mif1", [b"mif1", b"miaf", b"avif"], "image/avif"),
        (b"msf1", [b"msf1", b"avis"], "image/avif"),
    ],
)
def test_a_picture_of_the_mp4_family_is_told_by_its_brands(
    client: RunComfy,
    runcomfy_simulator: Simulator,
    tmp_path: Path,
    brand: bytes,
    fitting: list[bytes],
    content_type: str,
) -> None:
    path = tmp_path / "IMG_0001.jpg"
    path.write_bytes(iso_file(brand, *fitting))
    client.submit(edit(path))
    [url] = sent(runcomfy_simulator)[0]["image_urls"]
    assert url == data_uri(path.read_bytes(), content_type)


@pytest.mark.parametrize(
    ("brand", "fitting", "said"),
    [
        (b"isom", [b"isom", b"mp41"], "video/mp4"),
        (b"qt  ", [b"qt  "], "video/quicktime"),
        (b"crx ", [b"crx ", b"isom"], "image/x-canon-cr3"),
    ],
)
def test_what_else_is_of_the_mp4_family_is_no_picture(
    client: RunComfy, brand: bytes, fitting: list[bytes], said: str
) -> None:
    with pytest.raises(InvalidFileError, match=said):
        client.submit(edit(iso_file(brand, *fitting)))


def test_an_animated_picture_is_sent_as_it_is(
    client: RunComfy, runcomfy_simulator: Simulator
) -> None:
    file = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    client.submit(edit(file))
    [url] = sent(runcomfy_simulator)[0]["image_urls"]
    assert url == data_uri(file.getvalue(), "image/gif")


# What is not a file, or cannot be read.


def test_paths_that_lead_to_no_file(
    client: RunComfy, runcomfy_simulator: Simulator, tmp_path: Path, photo: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "link").symlink_to(photo)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        for name, said in [
            ("missing.png", "No such file"),
            (".", "a folder"),
            ("pipe", "a pipe"),
            ("socket", "a pipe"),
            ("loop", "cannot be read"),
            ("x" * 300, "cannot be read"),
            ("a\0b", "cannot be read"),
        ]:
            with pytest.raises(InvalidFileError, match=said):
                client.submit(edit(tmp_path / name))
    with pytest.raises(InvalidFileError, match="looked for in"):
        client.submit(edit(Path("no such.png")))
    assert sent(runcomfy_simulator) == []
    client.submit(edit(tmp_path / "link"))


def test_open_files_that_cannot_be_read(client: RunComfy, photo: Path) -> None:
    class Stream:
        def __init__(self, content: Any) -> None:
            self.content = content

        def read(self, size: int = -1) -> Any:
            if isinstance(self.content, Exception):
                raise self.content
            content, self.content = self.content, type(self.content)()
            return content

    once = edit(Stream(photo.read_bytes()))
    client.submit(once)
    with pytest.raises(InvalidFileError, match="read before"):
        client.submit(once)
    with pytest.raises(InvalidFileError, match="out of paper"):
        client.submit(edit(Stream(RuntimeError("out of paper"))))
    with pytest.raises(InvalidFileError, match="binary mode"):
        client.submit(edit(Stream("a text")))
    closed = photo.open("rb")
    closed.close()
    with pytest.raises(InvalidFileError, match="closed"):
        client.submit(edit(closed))


# Sizes.


def test_a_large_picture_needs_an_uploader(
    client: RunComfy, runcomfy_simulator: Simulator, tmp_path: Path, picture: Picture
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(picture() + b"\0" * 10 * 1024**2)
    with pytest.raises(FileTooLargeError, match=r"10\.0 MiB .* 6 MiB") as refused:
        client.submit(edit(path))
    assert "uploader" in str(refused.value)
    assert sent(runcomfy_simulator) == []
    with RunComfy(uploader=lambda file: f"https://cdn.test/{file.name}") as other:
        other.submit(edit(path))
    assert sent(runcomfy_simulator)[0]["image_urls"] == ["https://cdn.test/large.png"]


def test_forty_megapixels_do_not_fit_inside_a_request(
    client: RunComfy, picture: Picture
) -> None:
    with pytest.raises(FileTooLargeError, match=r"8000 x 5000 pixels .* 32 megapixels"):
        client.submit(edit(picture(size=(8000, 5000), mode="1")))


def test_ten_pictures_together_may_be_too_large(
    client: RunComfy, runcomfy_simulator: Simulator, picture: Picture
) -> None:
    each = picture() + b"\0" * (5 * 1024**2)
    with pytest.raises(FileTooLargeError, match="64 MiB"):
        client.submit(edit(*[each] * 10))
    assert sent(runcomfy_simulator) == []


def test_a_data_uri_that_is_too_large_is_uploaded_or_refused(
    client: RunComfy, runcomfy_simulator: Simulator, picture: Picture
) -> None:
    large = data_uri(picture() + b"\0" * 8 * 1024**2)
    with pytest.raises(FileTooLargeError, match="6 MiB"):
        client.submit(edit(large))
    with RunComfy(uploader=lambda file: "https://cdn.test/x") as other:
        other.submit(edit(large))
    assert sent(runcomfy_simulator)[0]["image_urls"] == ["https://cdn.test/x"]


# A `data:` URI is a file too.


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        (data_uri(MP4, "image/png"), "holds video/mp4"),
        (data_uri(b"%PDF-1.7", "image/png"), "holds application/pdf"),
        (data_uri(b"words"), "holds text/plain"),
        (data_uri(b"\x89PNG\r\n\x1a\n half"), "is broken"),
        ("data:image/png;base64,A!", "not base64"),
        ("data:image/png,%00%01", "nothing that is known"),
    ],
)
def test_a_short_data_uri_is_checked_as_a_file_is(
    client: RunComfy, runcomfy_simulator: Simulator, uri: str, said: str
) -> None:
    with pytest.raises(InvalidFileError, match=said) as refused:
        client.submit(edit(URL, uri))
    assert "image_urls[1]" in str(refused.value)
    assert sent(runcomfy_simulator) == []


def test_a_good_data_uri_is_sent_as_it_is(
    client: RunComfy, runcomfy_simulator: Simulator, picture: Picture
) -> None:
    good = data_uri(picture()).replace("image/png", "IMAGE/PNG;a=b").rstrip("=")
    client.submit(edit(good))
    assert sent(runcomfy_simulator)[0]["image_urls"] == [good]


@pytest.mark.parametrize("uploader", [None, lambda file: "https://cdn.test/x"])
def test_a_prompt_that_looks_like_a_file_is_a_prompt(
    runcomfy_simulator: Simulator, uploader: Any
) -> None:
    words = "data:image/png,a poster of this data"
    with RunComfy(uploader=uploader) as client:
        client.submit(flux_2_pro_edit.Input(prompt=words, image_urls=[URL]))
    assert sent(runcomfy_simulator)[0]["prompt"] == words


# A field's own rules.


class Returned(OutputModel):
    pass


def test_a_field_of_a_class_of_ones_own_takes_files(
    client: RunComfy, runcomfy_simulator: Simulator, photo: Path
) -> None:
    class Own(InputModel[Returned]):
        model_id = "blackforestlabs/flux-1-kontext/pro/edit"
        prompt: str
        image_url: ImageSource

    client.submit(Own(prompt="x", image_url=photo))
    assert sent(runcomfy_simulator)[0]["image_url"] == data_uri(photo.read_bytes())


# Uploaders.


def test_an_uploader_gets_all_that_is_known(
    runcomfy_simulator: Simulator, photo: Path
) -> None:
    seen: list[MediaFile] = []

    def upload(file: MediaFile) -> str:
        seen.append(file)
        with file.open() as reader:
            assert reader.read() == photo.read_bytes() == file.read()
        return "https://cdn.test/a"

    with RunComfy(uploader=upload) as client:
        client.submit(edit(photo))
    [file] = seen
    assert (file.name, file.kind, file.content_type) == (
        photo.name,
        "image",
        "image/png",
    )
    assert (file.size, file.pixels) == (photo.stat().st_size, (8, 6))
    assert (len(file.sha256), file.suffix, file.path) == (64, ".png", photo)


@pytest.mark.parametrize("count", [50, pytest.param(1000, marks=pytest.mark.stress)])
@pytest.mark.parametrize("is_async", [False, True])
def test_many_inputs_of_one_file_read_and_upload_it_once(
    runcomfy_simulator: Simulator,
    photo: Path,
    is_async: bool,
    count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uploads: list[str] = []
    opened: list[object] = []
    real_open = open

    def counting_open(file: Any, *args: Any, **kwargs: Any) -> Any:
        if file == photo:
            opened.append(file)
        return real_open(file, *args, **kwargs)

    monkeypatch.setattr("builtins.open", counting_open)
    url = "https://cdn.test/once"
    others_look = threading.Event()

    def upload(file: MediaFile) -> str:
        uploads.append(file.sha256)
        others_look.wait(0.1)
        return url

    async def upload_async(file: MediaFile) -> str:
        uploads.append(file.sha256)
        await asyncio.sleep(0.1)
        return url

    async def run() -> None:
        async with AsyncRunComfy(uploader=upload_async) as client:
            await asyncio.gather(*[client.submit(edit(photo)) for _ in range(count)])

    if is_async:
        asyncio.run(run())
    else:
        with RunComfy(uploader=upload, poll_interval=0.01) as client:
            for _, outcome in client.run_many([edit(photo)] * count, concurrency=32):
                assert not isinstance(outcome, Exception)
    assert len(uploads) == len(opened) == 1
    bodies = sent(runcomfy_simulator)
    assert [body["image_urls"] for body in bodies] == [[url]] * count


def test_a_file_that_changes_is_read_again(
    runcomfy_simulator: Simulator, photo: Path, picture: Picture
) -> None:
    uploads: list[str] = []

    def upload(file: MediaFile) -> str:
        uploads.append(file.sha256)
        return f"https://cdn.test/{file.sha256}"

    with RunComfy(uploader=upload) as client:
        client.submit(edit(photo))
        photo.write_bytes(picture(size=(9, 9)))
        client.submit(edit(photo))
        client.submit(edit(photo.read_bytes()))
    assert len(uploads) == 2
    urls = [body["image_urls"][0] for body in sent(runcomfy_simulator)]
    assert urls[0] != urls[1] == urls[2]


@pytest.mark.parametrize(
    "uploader",
    [
        lambda file: 1 / 0,
        lambda file: None,
        lambda file: "photo.png",
        lambda file: "s3://bucket/x",
        lambda: "https://cdn.test/x",
    ],
)
def test_what_an_uploader_raises_is_one_error_before_the_submit(
    runcomfy_simulator: Simulator, photo: Path, uploader: Any
) -> None:
    told = r"image_urls\[0\].*Nothing was submitted"
    with RunComfy(uploader=uploader) as client, pytest.raises(UploadError, match=told):
        client.submit(edit(photo))
    assert sent(runcomfy_simulator) == []


def test_a_failed_upload_is_tried_again_by_the_next_submit(
    runcomfy_simulator: Simulator, photo: Path
) -> None:
    answers = iter([OSError("full"), "https://cdn.test/x"])

    def upload(file: MediaFile) -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    with RunComfy(uploader=upload) as client:
        with pytest.raises(UploadError, match="OSError: full"):
            client.submit(edit(photo))
        client.submit(edit(photo))
    assert len(sent(runcomfy_simulator)) == 1


def test_an_async_uploader_is_for_the_async_client(photo: Path) -> None:
    async def upload(file: MediaFile) -> str:
        return "https://cdn.test/x"

    client = RunComfy("token", base_url="http://x.test", uploader=upload)
    with client, pytest.raises(UploadError, match="AsyncRunComfy"):
        client.submit(edit(photo))
    with pytest.raises(RunComfyError, match="uploader"):
        RunComfy("token", uploader="s3://bucket")  # type: ignore[arg-type]


def test_a_blocking_uploader_does_not_block_the_loop(
    runcomfy_simulator: Simulator, photo: Path
) -> None:
    is_free = threading.Event()

    def upload(file: MediaFile) -> str:
        assert is_free.wait(10)
        return "https://cdn.test/x"

    async def run() -> None:
        async with AsyncRunComfy(uploader=upload) as client:
            job = asyncio.create_task(client.submit(edit(photo)))
            await asyncio.sleep(0)
            is_free.set()
            await job

    asyncio.run(run())


# In JSON, and on paper.


def test_a_dump_holds_files_as_data_uris(photo: Path) -> None:
    whole = edit(photo, URL)
    as_data = [data_uri(photo.read_bytes()), URL]
    assert whole.model_dump(mode="json")["image_urls"] == as_data
    assert whole.model_dump()["image_urls"] == [photo, URL]
    again = flux_2_pro_edit.Input.model_validate_json(whole.model_dump_json())
    assert again.body() == whole.body() == {"prompt": "A cat", "image_urls": as_data}


def test_the_types_of_media_say_what_json_has(photo: Path) -> None:
    class Mixed(InputModel[Returned]):
        model_id = "acme/mixed"
        image: ImageSource | None = None
        video: VideoSource | None = None
        sound: Annotated[AudioSource | None, "a note"] = None
        images: ImageSources | None = None

    schema = Mixed.model_json_schema()["properties"]
    assert schema["image"]["anyOf"][0]["format"] == "uri"
    assert schema["video"]["anyOf"][0]["x-media"] == "video"
    whole = Mixed(image=photo, video=MP4, sound=io.BytesIO(MP3), images=[photo])
    assert whole.body()["video"] == data_uri(MP4, "video/mp4")
    assert whole.body()["sound"] == data_uri(MP3, "audio/mpeg")
    with pytest.raises(ValidationError):
        Mixed(image="a.png")


def test_a_repr_does_not_hold_the_file() -> None:
    shown = repr(edit(b"\x89PNG" + b"x" * 1_000_000))
    assert len(shown) < 400


def test_one_picture_by_itself(
    client: RunComfy, runcomfy_simulator: Simulator, photo: Path
) -> None:
    client.submit(flux_1_kontext_pro_edit.Input(prompt="x", image_url=photo))
    assert sent(runcomfy_simulator)[0]["image_url"] == data_uri(photo.read_bytes())
