"""Downloads: whole files or none, safe names, a size cap, and never the token."""

import base64
import errno
import logging
import os
import time
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models import DownloadError, DownloadProgress, Result, RunComfy
from runcomfy_models._core import downloading
from runcomfy_models._core.paths import shown_url
from runcomfy_models._models import OutputModel
from tests.support.faces import Face
from tests.support.scripted_server import PNG, Reply, ScriptedServer
from tests.support.signals import Striker


def result(*urls: str) -> Result[OutputModel]:
    return Result(OutputModel(), "req-1", {"output": {"images": list(urls)}})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_every_medium_becomes_a_file(
    face: Face, server: ScriptedServer, tmp_path: Path, token: str
) -> None:
    client = face.client()
    found = client.run_model("a/b", {})
    folder = tmp_path / "new" / "er"
    paths = client.download(found, str(folder))
    assert paths == [folder / "req-1.png"]
    assert paths[0].read_bytes() == PNG
    assert paths[0].stat().st_mode & 0o777 == 0o666 & ~umask()
    call = server.received[-1]
    assert call.path == "/media/req-1.png"
    assert "authorization" not in call.headers
    assert token not in str(call)


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_nothing_is_overwritten(
    face: Face, server: ScriptedServer, tmp_path: Path
) -> None:
    client = face.client()
    (tmp_path / "a.png").write_text("mine")
    found = result(f"{server.url}/media/a.png", f"{server.url}/media/b/a.png")
    paths = client.download(found, tmp_path)
    assert [path.name for path in paths] == ["a-1.png", "a-2.png"]
    assert (tmp_path / "a.png").read_text() == "mine"
    assert client.download(result(), tmp_path) == []


PASSING = {
    "drop": Reply(drop=True),
    "cut": Reply(body=PNG, cut=10),
    "hang": Reply(hang=True),
    "server error": Reply(503),
    "rate limit": Reply(429, headers={"Retry-After": "0"}),
    "empty": Reply(),
}


@pytest.mark.parametrize("kind", PASSING)
def test_a_broken_download_starts_again(
    face: Face, server: ScriptedServer, tmp_path: Path, kind: str
) -> None:
    good = server.default("/media/a.png", "")
    server.script("/media/a.png", *[PASSING[kind]] * 2, good)
    client = face.client(timeout=0.1)
    (path,) = client.download(result(f"{server.url}/media/a.png"), tmp_path)
    assert path.read_bytes() == PNG
    assert names(tmp_path) == ["a.png"]
    server.script("/media/a.png", PASSING[kind])
    with pytest.raises(DownloadError):
        face.client(timeout=0.05, max_retries=1).download(
            result(f"{server.url}/media/a.png"), tmp_path
        )
    assert names(tmp_path) == ["a.png"]


REFUSED = {
    "gone": (Reply(404), "HTTP 404; the link may have expired"),
    "forbidden": (Reply(403), "HTTP 403"),
    "teapot": (Reply(418), "HTTP 418"),
    "a part": (Reply(206, body=b"x"), "HTTP 206"),
    "a page": (
        Reply(body=b"<html>", headers={"Content-Type": "text/html"}),
        "web page",
    ),
    "huge": (Reply(body=b"x" * 1001), "larger than 1000 bytes"),
    "huge, announced, and then nothing": (
        Reply(body=b"x", headers={"Content-Length": "1001"}),
        "larger than 1000 bytes",
    ),
    "huge, unannounced": (
        Reply(
            body=b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n",
            headers={"Content-Length": "", "Transfer-Encoding": "chunked"},
        ),
        "larger than 1000 bytes",
    ),
    "redirect to a file": (
        Reply(302, headers={"Location": "file:///etc/passwd"}),
        "not an http",
    ),
    "redirect to data": (Reply(302, headers={"Location": "data:,x"}), "not an http"),
    "redirect nowhere": (Reply(302), "HTTP 302"),
    "endless redirect": (
        Reply(302, headers={"Location": "/media/a.png"}),
        "redirects more than 5 times",
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_must_not_be_downloaded_is_not(
    face: Face, server: ScriptedServer, tmp_path: Path, kind: str
) -> None:
    reply, said = REFUSED[kind]
    if reply.headers.get("Content-Length") == "":
        head, body = reply.head_and_body()
        head = head.replace(b"Content-Length: \r\n", b"")
        reply.head_and_body = lambda: (head, body)  # type: ignore[method-assign]
    server.script("/media/a.png", reply)
    url = f"{server.url}/media/a.png?signature=hidden"
    with pytest.raises(DownloadError, match=said) as caught:
        face.client(timeout=1).download(result(url), tmp_path, max_bytes=1000)
    assert caught.value.url == url.partition("?")[0]
    assert "hidden" not in str(caught.value)
    assert caught.value.request_id == "req-1"
    assert names(tmp_path) == []
    assert len(server.received) == (6 if kind == "endless redirect" else 1)


PROBLEM = b'{"code": "expired", "message": "The link has expired"}'
XML = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"


@pytest.mark.parametrize("name", ["a.png", "a.mp4", "a", "a.php"])
@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (PROBLEM, "application/json", "is JSON, not a medium"),
        (PROBLEM, "image/png", "is JSON, not a medium"),
        (b"[]", "", "is JSON"),
        (XML, "application/xml", "is XML"),
        (b"\xef\xbb\xbf\n" + XML, "binary/octet-stream", "is XML"),
        (XML.decode().encode("utf-16"), "text/xml", "is XML"),
        (b"Access denied", "text/plain", "is text"),
        ("Verweigert: ü".encode(), "image/png", "is text"),
        (b"<!DOCTYPE html><p>Sorry", "image/png", "is a web page"),
    ],
)
def test_words_in_the_place_of_a_medium_are_refused(
    face: Face,
    server: ScriptedServer,
    tmp_path: Path,
    name: str,
    body: bytes,
    kind: str,
    said: str,
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    server.script(f"/media/{name}", Reply(body=body, headers=headers))
    with pytest.raises(DownloadError, match=said):
        face.client().download(result(f"{server.url}/media/{name}"), tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "body", "kind", "kept"),
    [
        ("words.srt", b"1\n00:00:00,000", "text/plain", "words.srt.txt"),
        ("a.json", PROBLEM, "application/json", "a.json"),
        ("a.txt", b"words", "", "a.txt"),
        ("scene", b"v 1 0 0", "model/obj", "scene.obj"),
        ("a.svg", b"<svg/>", "image/svg+xml", "a.svg"),
        ("a", b"<?xml version='1.0'?><svg/>", "", "a.svg"),
        ("a", b"glTF\2\0\0\0", "", "a.glb"),
        ("a.png", PNG, "application/json", "a.png"),
    ],
)
def test_words_that_were_to_come_are_kept(
    face: Face,
    server: ScriptedServer,
    tmp_path: Path,
    name: str,
    body: bytes,
    kind: str,
    kept: str,
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    server.script(f"/media/{name}", Reply(body=body, headers=headers))
    face.client().download(result(f"{server.url}/media/{name}"), tmp_path)
    assert names(tmp_path) == [kept]


def test_redirects_are_followed_without_the_token(
    face: Face, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script(
        "/media/a", Reply(307, headers={"Location": f"{server.url}/media/b.png"})
    )
    (path,) = face.client().download(result(f"{server.url}/media/a"), tmp_path)
    assert path.read_bytes() == PNG
    assert path.name == "a.png"
    assert not any("authorization" in call.headers for call in server.received)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://x.test/a", "s3://bucket/a", "http://[x"],
)
def test_other_schemes_are_refused_before_anything_is_fetched(
    face: Face, server: ScriptedServer, tmp_path: Path, url: str
) -> None:
    found = result(f"{server.url}/media/a.png", url)
    with pytest.raises(DownloadError, match="not an http"):
        face.client().download(found, tmp_path)
    assert not server.received
    assert names(tmp_path) == []


def test_data_uris_are_decoded(face: Face, tmp_path: Path) -> None:
    encoded = base64.b64encode(PNG).decode().rstrip("=")
    uris = [f"data:image/png;base64,{encoded}", "data:text/plain,a%20b", "DATA:,c"]
    found: Result[Any] = Result(OutputModel(), "req/1", {"output": uris})
    # The third names no media type, so it is no medium.
    paths = face.client().download(found, tmp_path)
    assert names(tmp_path) == ["req_1.png", "req_1.txt"]
    assert [path.read_bytes() for path in paths] == [PNG, b"a b"]
    for uri, said in (
        ("data:image/png;base64,%%%", "base64"),
        ("data:image/png;base64", "holds no data"),
        ("data:image/png,", "is empty"),
        (uris[0], "larger than 9 bytes"),
        ("data:image/png," + "x" * 1000, "larger than 9 bytes"),
    ):
        with pytest.raises(DownloadError, match=said) as caught:
            face.client().download(result(uri), tmp_path / "x", max_bytes=9)
        assert len(str(caught.value)) < 200
    assert names(tmp_path / "x") == []


def test_progress_is_told(face: Face, server: ScriptedServer, tmp_path: Path) -> None:
    url = f"{server.url}/media/a.png"
    body = PNG + b"x" * 700_000
    server.script("/media/a.png", Reply(body=body))
    told: list[DownloadProgress] = []
    face.client().download(result(url), tmp_path, on_progress=told.append)
    assert told[-1] == DownloadProgress(url, len(body), len(body))
    received = [progress.received for progress in told]
    assert received == sorted(set(received))
    assert len(received) > 1


def test_a_fault_in_on_progress_stops_the_download(
    face: Face, server: ScriptedServer, tmp_path: Path
) -> None:
    def on_progress(progress: DownloadProgress) -> None:
        raise KeyError("enough")

    client = face.client()
    with pytest.raises(KeyError):
        client.download(
            result(f"{server.url}/media/a.png"), tmp_path, on_progress=on_progress
        )
    assert names(tmp_path) == []
    assert client.job("r").status().ended


def test_a_full_disk_is_a_download_error(
    face: Face, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(part: Any, chunk: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(downloading._Part, "write", write)
    with pytest.raises(DownloadError, match="No space left"):
        face.client().download(result(f"{server.url}/media/a.png"), tmp_path)
    assert names(tmp_path) == []
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(DownloadError, match="could not be written"):
        face.client().download(result(f"{server.url}/media/a.png"), blocked)


def test_credentials_in_a_url_are_not_shown() -> None:
    shown = shown_url("https://me:secret@x.test/a/b.png?sig=1#frag")
    assert shown == "https://x.test/a/b.png"


@pytest.mark.parametrize(
    ("name", "kind", "head", "kept"),
    [
        ("conftest.py", "application/octet-stream", b"\0import os", "conftest.py.bin"),
        ("x.pth", "", b"\0import os", "x.pth.bin"),
        ("a.desktop", "text/x-unknown", b"\0[Desktop Entry]", "a.desktop.bin"),
        ("run.EXE", "application/x-msdownload", b"MZ\0", "run.EXE.bin"),
        ("conftest.py", "image/png", b"\0", "conftest.py.png"),
        ("run.sh", "application/octet-stream", PNG, "run.sh.png"),
        (
            "song",
            "application/octet-stream",
            b"OggS" + b"\0" * 24 + b"OpusHead",
            "song.opus",
        ),
        ("song", "audio/opus", b"\0", "song.opus"),
        ("photo", "image/heic", b"\0", "photo.heic"),
        ("photo", "", b"\0\0\0\x18ftypheic", "photo.heic"),
        ("photo.heic", "application/octet-stream", b"\0", "photo.heic"),
        ("film", "", b"\0\0\0\x18ftypisom", "film.mp4"),
        ("v1.5", "", b"\0", "v1.5"),
    ],
)
def test_an_ending_is_a_mediums(
    face: Face,
    server: ScriptedServer,
    tmp_path: Path,
    name: str,
    kind: str,
    head: bytes,
    kept: str,
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    server.script(f"/media/{name}", Reply(body=head, headers=headers))
    face.client().download(result(f"{server.url}/media/{name}"), tmp_path)
    assert names(tmp_path) == [kept]


def test_a_redirect_to_nonsense_is_a_download_error(
    face: Face, server: ScriptedServer, tmp_path: Path
) -> None:
    server.script("/media/a.png", Reply(302, headers={"Location": "http://[x"}))
    with pytest.raises(DownloadError, match="not an http"):
        face.client().download(result(f"{server.url}/media/a.png"), tmp_path)
    assert names(tmp_path) == []


def test_many_of_one_name_cost_little_each(tmp_path: Path) -> None:
    def keep() -> Path:
        part = downloading._Part(tmp_path)
        part.open()
        part.write(b"x")
        path = part.keep("a.png")
        part.remove()
        return path

    kept = [keep() for _ in range(600)]
    assert len({path.name for path in kept}) == 600
    assert kept[599].name == "a-599.png"
    began = time.monotonic()
    for _ in range(20):
        keep()
    assert time.monotonic() - began < 1
    assert all(path.read_bytes() == b"x" for path in tmp_path.iterdir())


def test_a_file_system_without_hard_links_does(
    face: Face, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", link)
    for _ in range(2):
        face.client().download(result(f"{server.url}/media/a.png"), tmp_path)
    assert names(tmp_path) == ["a-1.png", "a.png"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_signal_at_any_line_leaves_a_whole_file_or_none(
    server: ScriptedServer, token: str, tmp_path: Path
) -> None:
    found = result(f"{server.url}/media/a.png")
    with RunComfy(token, base_url=server.url) as client:
        client.download(found, tmp_path / "first")
        whole = (tmp_path / "first" / "a.png").read_bytes()
        for number in range(1, 100_000, 61):
            folder = tmp_path / str(number)
            striker = Striker("line", number)
            error = striker.strike(lambda into=folder: client.download(found, into))
            left = list(folder.iterdir()) if folder.exists() else []
            assert all(path.name == "a.png" for path in left), striker.struck
            assert all(path.read_bytes() == whole for path in left), striker.struck
            if error is None:
                break


def test_a_media_urls_secrets_stay_out_of_the_log(
    face: Face,
    server: ScriptedServer,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level("DEBUG")
    logging.getLogger("httpcore2").setLevel("WARNING")
    address = server.url.replace("http://", "http://me:hidden@")
    url = f"{address}/media/a.png?sig=hidden"
    for way in ("straight", "proxy"):
        if way == "proxy":
            monkeypatch.setenv("http_proxy", server.url)
            monkeypatch.delenv("no_proxy", raising=False)
            monkeypatch.delenv("NO_PROXY", raising=False)
            server.script(
                url.replace("me:hidden@", ""), server.default("/media/a", "a")
            )
        face.client().download(result(url), tmp_path / way)
    assert "hidden" not in caplog.text
    assert "/media/a.png" in caplog.text
