"""Naming a downloaded file, from what a stranger sent. Pure.

A name is one path segment, safe on every system, short, with a media type's ending.
"""

import re
from urllib.parse import unquote, urlsplit

from .._media.signatures import file_type

EXTENSIONS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/avif": ".avif",
    "image/bmp": ".bmp",
    "image/tiff": ".tiff",
    "image/heic": ".heic",
    "image/heif": ".heic",
    "image/jxl": ".jxl",
    "image/svg+xml": ".svg",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "video/x-matroska": ".mkv",
    "video/x-m4v": ".m4v",
    "video/x-msvideo": ".avi",
    "video/ogg": ".ogv",
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/wave": ".wav",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/x-flac": ".flac",
    "audio/aac": ".aac",
    "audio/opus": ".opus",
    "audio/x-opus+ogg": ".opus",
    "audio/aiff": ".aiff",
    "audio/x-aiff": ".aiff",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/webm": ".weba",
    "model/gltf-binary": ".glb",
    "model/gltf+json": ".gltf",
    "model/obj": ".obj",
    "application/pdf": ".pdf",
    "application/json": ".json",
    "application/zip": ".zip",
    "text/plain": ".txt",
}
SAME = {".jpeg": ".jpg", ".jpe": ".jpg", ".tif": ".tiff", ".htm": ".html"}
KNOWN = {*EXTENSIONS.values(), *SAME, ".html", ".heif", ".oga", ".ply", ".stl", ".fbx"}
"""Endings that no system runs or imports."""
UNKNOWN = ".bin"
TEXTS = {
    *(".txt", ".json", ".html", ".htm", ".xml", ".svg", ".csv", ".md", ".yaml"),
    *(".srt", ".vtt", ".ass", ".gltf", ".obj", ".mtl", ".ply", ".stl", ".fbx"),
}
"""Endings of files that may be text, because their URL says so."""
ANSWERS = {
    "application/json": "JSON",
    "application/xml": "XML",
    "application/xhtml+xml": "a web page",
    "text/html": "a web page",
    "text/plain": "text",
    "text/xml": "XML",
}
"""What servers say instead of a medium, and a word for each."""
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.I
)
UNSAFE = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]'
    "|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
LONGEST_STEM = 120
"""Bytes of UTF-8; file systems take 255 in all."""


def file_name(url: str, content_type: str, fallback: str, head: bytes = b"") -> str:
    """Return a name for what came from `url` as `content_type`, beginning with `head`.

    The URL's last segment made safe, `fallback` where there is none. The ending is that
    of the name where it is a medium's; else what the content type calls for, or what the
    bytes look like. Another that has a letter is followed by `.bin`, so that nothing is
    made that is run or imported.
    """
    stem, ending = split_name(clean(url_name(url)))
    if ending.lower() not in KNOWN:
        is_word = any(map(str.isalpha, ending))
        stem += ending
        wanted = EXTENSIONS.get(media_type(content_type)) or ending_of(head)
        ending = wanted or (UNKNOWN if is_word else "")
    stem = shorten(stem or clean(fallback) or "output")
    name = stem + ending
    return "_" + name if RESERVED.fullmatch(name) else name


def ending_of(head: bytes) -> str:
    """Return the ending for bytes that begin so, or nothing."""
    found = file_type(head)
    return "" if found is None else found.suffix


def answer_in_place(url: str, content_type: str, head: bytes) -> str:
    """Return what came in the place of a medium: `JSON`; nothing where a medium came.

    By what it begins with, since a server may call an error what it likes. A text is one
    where the URL says so (`a.srt`), or a type that no error has (`model/obj`).
    """
    declared = media_type(content_type)
    promised = split_name(clean(url_name(url)))[1].lower()
    is_error_type = declared in ANSWERS
    if promised in TEXTS:
        return ""
    if url[:5].lower() == "data:" and is_error_type:
        return ""
    if not promised and not is_error_type and EXTENSIONS.get(declared) in TEXTS:
        return ""
    found = file_type(head)
    if found is not None:
        return ANSWERS.get(found.content_type, "")
    return ANSWERS[declared] if is_error_type and declared != "text/plain" else ""


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
