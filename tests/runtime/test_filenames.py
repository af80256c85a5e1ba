"""Names of downloads are safe whatever a server sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runcomfy_models._core.filenames import file_name, is_page, numbered


@pytest.mark.parametrize(
    ("url", "content_type", "name"),
    [
        ("https://x.test/a.png", "image/png", "a.png"),
        ("https://x.test/a.PNG?b=c.mp4#d", "", "a.PNG"),
        ("https://x.test/a", "image/png; charset=x", "a.png"),
        ("https://x.test/a", "", "a"),
        ("https://x.test/a/", "video/mp4", "a.mp4"),
        ("https://x.test", "video/mp4", "req.mp4"),
        ("https://x.test/", "application/octet-stream", "req"),
        ("https://x.test/run.php", "image/webp", "run.php.webp"),
        ("https://x.test/a.jpeg", "image/png", "a.jpeg"),
        ("https://x.test/..%2f..%2fetc%2fpasswd", "", "_.._etc_passwd"),
        ("https://x.test/%2e%2e", "image/png", "req.png"),
        ("https://x.test/a%00b.png", "", "a_b.png"),
        ("https://x.test/a%5Cb%3A.png", "", "a_b_.png"),
        ("https://x.test/.bashrc", "", "bashrc"),
        ("https://x.test/-rf.png", "", "rf.png"),
        ("https://x.test/~root", "", "root"),
        ("https://x.test/NUL.png", "", "_NUL.png"),
        ("https://x.test/com1", "image/png", "_com1.png"),
        ("https://x.test/NUL%20.tar.png", "image/png", "_NUL .tar.png"),
        ("https://x.test/conout$.png", "image/png", "_conout$.png"),
        ("https://x.test/a.png.%20.", "", "a.png"),
        ("https://x.test/%E2%80%AEgnp.exe", "image/png", "_gnp.exe.png"),
        ("https://x.test/f%C3%BCchse.png", "", "füchse.png"),
        ("https://x.test/%ff.png", "", "\ufffd.png"),
        ("data:image/png;base64,aGk=", "image/png", "req.png"),
    ],
)
def test_a_name_is_made_safe(url: str, content_type: str, name: str) -> None:
    assert file_name(url, content_type, "req") == name


def test_a_long_name_is_cut_but_keeps_its_ending() -> None:
    name = file_name("https://x.test/" + "ü" * 500 + ".png", "", "req")
    assert name == "ü" * 60 + ".png"


@given(st.text(), st.text(), st.text())
def test_no_name_leads_anywhere(path: str, content_type: str, fallback: str) -> None:
    from urllib.parse import quote

    name = file_name("https://x.test/" + quote(path), content_type, fallback)
    assert name
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert name.strip(" .") == name
    assert len(name.encode()) < 200
    assert name not in (".", "..")


def test_numbers_go_before_the_ending() -> None:
    assert numbered("a.png", 0) == "a.png"
    assert numbered("a.png", 2) == "a-2.png"
    assert numbered("a", 1) == "a-1"


def test_pages_are_told_from_media() -> None:
    assert is_page("a.png", "text/html; charset=utf-8")
    assert not is_page("a.html", "text/html")
    assert not is_page("a.png", "")
