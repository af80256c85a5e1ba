"""Naming a downloaded file, from what a stranger sent. Pure.

A name is one path segment, safe on every system, short, with a media type's ending.
"""

import re
from urllib.parse import unquote, urlsplit

EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/avif": ".avif",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/svg+xml": ".svg",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/wave": ".wav",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/x-flac": ".flac",
    "audio/aac": ".aac",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/webm": ".weba",
    "model/gltf-binary": ".glb",
    "application/json": ".json",
    "application/zip": ".zip",
    "text/plain": ".txt",
}
SAME = {".jpeg": ".jpg", ".jpe": ".jpg", ".tif": ".tiff", ".htm": ".html"}
KNOWN = {*EXTENSIONS.values(), *SAME, ".html", ".opus", ".m4v", ".avi", ".heic", ".obj"}
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.I)
UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]'
    "|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
LONGEST_STEM = 120
"""Bytes of UTF-8; file systems take 255 in all."""


def file_name(url: str, content_type: str, fallback: str) -> str:
    """Return a name for what came from `url` as `content_type`.

    The URL's last segment made safe, `fallback` where there is none, and the ending
    that the content type calls for, unless there is a media ending already.
    """
    stem, ending = split_name(clean(url_name(url)))
    wanted = EXTENSIONS.get(media_type(content_type), "")
    if ending.lower() not in KNOWN and wanted:
        stem, ending = stem + ending, wanted
    stem = shorten(stem or clean(fallback) or "output")
    name = stem + ending
    return "_" + name if RESERVED.fullmatch(name) else name


def numbered(name: str, number: int) -> str:
    """Return the name to take when so many like it are taken: `a-1.png` for 1."""
    stem, ending = split_name(name)
    return f"{stem}-{number}{ending}" if number else name


def is_page(name: str, content_type: str) -> bool:
    """Tell whether a web page came where a medium was to come."""
    page = media_type(content_type) in ("text/html", "application/xhtml+xml")
    return page and not name.lower().endswith((".html", ".htm"))


def media_type(content_type: str) -> str:
    """Return a Content-Type without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def url_name(url: str) -> str:
    """Return the last segment of a URL's path, decoded."""
    if url[:5].lower() == "data:":
        return ""
    return unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])


def clean(name: str) -> str:
    """Return a name without what means something to a file system or a shell."""
    return UNSAFE.sub("_", name).lstrip(" .-~").rstrip(" .")


def split_name(name: str) -> tuple[str, str]:
    """Return stem and ending, the latter empty or at most `.` and ten characters."""
    stem, dot, ending = name.rpartition(".")
    if not stem or not ending.isascii() or not ending.isalnum() or len(ending) > 10:
        return name, ""
    return stem, dot + ending


def shorten(stem: str) -> str:
    """Return a stem of at most `LONGEST_STEM` bytes."""
    cut = stem.encode("utf-8")[:LONGEST_STEM].decode("utf-8", "ignore")
    return cut.rstrip(" .")
