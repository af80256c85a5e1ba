"""What a file is, by how it begins: its name is only what somebody called it. Pure."""

from __future__ import annotations

from typing import NamedTuple

HEAD = 1024
"""How many of a file's first bytes tell what it is."""


class FileType(NamedTuple):
    """What sort of file something is."""

    kind: str
    """`image`, `video`, `audio`, or `other` for what is surely none of them."""
    content_type: str
    suffix: str
    """How such a file's name ends, e.g. `.png`."""


_STARTS: tuple[tuple[bytes, FileType], ...] = (
    (b"\x89PNG\r\n\x1a\n", FileType("image", "image/png", ".png")),
    (b"\xff\xd8\xff", FileType("image", "image/jpeg", ".jpg")),
    (b"GIF87a", FileType("image", "image/gif", ".gif")),
    (b"GIF89a", FileType("image", "image/gif", ".gif")),
    (b"II*\0", FileType("image", "image/tiff", ".tif")),
    (b"MM\0*", FileType("image", "image/tiff", ".tif")),
    (b"\xff\x0a", FileType("image", "image/jxl", ".jxl")),
    (b"\0\0\0\x0cJXL \r\n\x87\n", FileType("image", "image/jxl", ".jxl")),
    (b"\0\0\0\x0cjP  \r\n\x87\n", FileType("image", "image/jp2", ".jp2")),
    (b"FLV\x01", FileType("video", "video/x-flv", ".flv")),
    (b"\0\0\x01\xba", FileType("video", "video/mpeg", ".mpg")),
    (b"\0\0\x01\xb3", FileType("video", "video/mpeg", ".mpg")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", FileType("video", "video/x-ms-wmv", ".wmv")),
    (b"ID3", FileType("audio", "audio/mpeg", ".mp3")),
    (b"fLaC", FileType("audio", "audio/flac", ".flac")),
    (b"#!AMR", FileType("audio", "audio/amr", ".amr")),
    (b"caff\0", FileType("audio", "audio/x-caf", ".caf")),
    (b"MThd", FileType("audio", "audio/midi", ".mid")),
    (b"glTF", FileType("other", "model/gltf-binary", ".glb")),
    (b"%PDF-", FileType("other", "application/pdf", ".pdf")),
    (b"PK\x03\x04", FileType("other", "application/zip", ".zip")),
    (b"\x1f\x8b\x08", FileType("other", "application/gzip", ".gz")),
    (b"8BPS", FileType("other", "image/vnd.adobe.photoshop", ".psd")),
    (b"\x7fELF", FileType("other", "application/x-elf", ".elf")),
    (b"SQLite format 3\0", FileType("other", "application/vnd.sqlite3", ".db")),
)
_RIFF = {
    b"WEBP": FileType("image", "image/webp", ".webp"),
    b"WAVE": FileType("audio", "audio/wav", ".wav"),
    b"AVI ": FileType("video", "video/x-msvideo", ".avi"),
}
MP4 = FileType("video", "video/mp4", ".mp4")
_BRANDS = {
    b"avif": FileType("image", "image/avif", ".avif"),
    b"avis": FileType("image", "image/avif", ".avif"),
    b"M4A ": FileType("audio", "audio/mp4", ".m4a"),
    b"M4B ": FileType("audio", "audio/mp4", ".m4a"),
    b"qt  ": FileType("video", "video/quicktime", ".mov"),
    b"M4V ": FileType("video", "video/x-m4v", ".m4v"),
    b"crx ": FileType("other", "image/x-canon-cr3", ".cr3"),
}
_HEIF = FileType("image", "image/heic", ".heic")
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
WEBM = FileType("video", "video/webm", ".webm")
MATROSKA = FileType("video", "video/x-matroska", ".mkv")
SVG = FileType("image", "image/svg+xml", ".svg")
_TEXTS = (
    (b"<!doctype html", FileType("other", "text/html", ".html")),
    (b"<html", FileType("other", "text/html", ".html")),
    (b"<?xml", FileType("other", "application/xml", ".xml")),
    (b"{", FileType("other", "application/json", ".json")),
    (b"[", FileType("other", "application/json", ".json")),
)
TEXT = FileType("other", "text/plain", ".txt")
TOLD_BY_START = frozenset(
    found.content_type
    for found in (
        *(found for _, found in (*_STARTS, *_TEXTS)),
        *(*_RIFF.values(), *_BRANDS.values(), _HEIF, MP4, WEBM, MATROSKA, SVG, TEXT),
    )
)
"""Types whose files all begin in a way that is known."""


def file_type(head: bytes) -> FileType | None:
    """Return what a file is that begins with these bytes; None if that is not known."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    return _container(head) or _text(_as_utf8(head)) or _sound(head)


def _container(head: bytes) -> FileType | None:
    """Return the type of a file whose first bytes only say what holds it."""
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _by_brand(head)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return MATROSKA if b"matroska" in head[:64] else WEBM
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return FileType("audio", "audio/aiff", ".aiff")
    if head[:4] == b"OggS":
        return _ogg(head)
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and len(head) > 26:
        return FileType("image", "image/bmp", ".bmp")
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return FileType("video", "video/mp2t", ".ts")
    return None


def _by_brand(head: bytes) -> FileType:
    """Return the type of a file of the MP4 family: its own brand, else those it fits."""
    brand, fitting = head[8:12], head[16 : max(int.from_bytes(head[:4], "big"), 16)]
    if brand in _BRANDS:
        return _BRANDS[brand]
    brands = {brand, *(fitting[i : i + 4] for i in range(0, len(fitting), 4))}
    if brands & {b"avif", b"avis"}:
        return _BRANDS[b"avif"]
    return _HEIF if brands & _HEIF_BRANDS else MP4


def _ogg(head: bytes) -> FileType:
    if b"theora" in head[:128]:
        return FileType("video", "video/ogg", ".ogv")
    suffix = ".opus" if b"OpusHead" in head[:128] else ".ogg"
    return FileType("audio", "audio/ogg", suffix)


def _sound(head: bytes) -> FileType | None:
    """Return the type of a stream of sound that has no header of its own."""
    if len(head) < 2 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return FileType("audio", "audio/aac", ".aac")
    is_mpeg = head[1] & 0xE0 == 0xE0 and head[1] & 0x06 and head[1] & 0x18 != 0x08
    return FileType("audio", "audio/mpeg", ".mp3") if is_mpeg else None


def _text(head: bytes) -> FileType | None:
    """Return the type of a text, of which SVG alone is a medium."""
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if plain.startswith(b"<svg") or (plain.startswith(b"<?xml") and b"<svg" in plain):
        return SVG
    for start, found in _TEXTS:
        if plain.startswith(start):
            return found
    is_text = bool(plain) and not any(byte < 9 or 13 < byte < 32 for byte in plain)
    return TEXT if is_text and _is_utf8(head) else None


def _as_utf8(head: bytes) -> bytes:
    """Return the beginning of a text in UTF-16 in UTF-8, anything else as it is."""
    order = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(head[:2])
    if order is None or head[2:4].count(0) != 1:
        return head
    return head[2:].decode(order, "ignore").encode("utf-8", "ignore")


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4 and len(head) >= HEAD  # cut inside a letter
    return True
