"""What may stand for a medium in an input: its URL, or a file that is read when it is sent.

An `Input` keeps what it was given. Here it is only told what is surely wrong: a text that
is not a URL, above all. A text is never taken for a path, so that what comes from outside
cannot name a file of this machine.
"""

import io
import re
from collections.abc import Iterator
from os import PathLike
from typing import (
    IO,
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    Protocol,
    SupportsIndex,
    TypeAlias,
    TypeVar,
)

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from .._media.given import is_file

MediaKind: TypeAlias = Literal["image", "video", "audio"]

URL = re.compile(r"https?://[^\s/?#]|data:[^\s,]*,\S", re.IGNORECASE)
"""How each text begins that the service may be able to fetch, or to decode."""


class Picture(Protocol):
    """An image of Pillow (`PIL.Image.Image`), which is sent as PNG."""

    mode: str

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height in pixels."""
        ...

    def save(self, fp: Any, format: str | None = None, **params: Any) -> None:
        """Write it to a file."""


Source: TypeAlias = str | PathLike[str] | bytes | IO[bytes] | Picture
"""A URL, a path, what a file holds, a file that is open for reading, or a picture."""


class MediumCheck:
    """Refuses what cannot be a medium of a kind."""

    def __init__(self, kind: MediaKind) -> None:
        self.kind = kind

    def __repr__(self) -> str:
        return f"MediumCheck({self.kind!r})"

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        """Check by a function alone: no type of pydantic's knows open files."""
        in_json = core_schema.plain_serializer_function_ser_schema(
            _in_json, when_used="json"
        )
        return core_schema.no_info_plain_validator_function(
            self.check, serialization=in_json
        )

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        """Say what JSON has for it."""
        return {"type": "string", "format": "uri", "x-media": self.kind}

    def check(self, value: object) -> object:
        """Return the value if it may be a medium."""
        if isinstance(value, str):
            if not URL.match(value):
                raise PydanticCustomError(
                    "medium_url", "{said}", {"said": _way_out(value, self.kind)}
                )
            return value
        if is_file(value):
            return value
        if isinstance(value, io.TextIOBase):
            said = "should be open in binary mode: open(…, 'rb')"
        else:
            said = f"should be {_takes(self.kind)}"
        raise PydanticCustomError("medium_type", "{said}", {"said": said})


def _in_json(value: object) -> object:
    """Return a medium as JSON has it: a file as a `data:` URI, read now."""
    if not is_file(value):
        return value
    from .._media.inline import data_uri

    return data_uri(value)


def _takes(kind: str) -> str:
    article = "a" if kind == "video" else "an"
    return (
        f"the URL of {article} {kind}, or a file: a Path, bytes, a file that is open in "
        f"binary mode{', or a picture of Pillow' if kind == 'image' else ''}"
    )


def _way_out(text: str, kind: str) -> str:
    """Return what to do with a text that is not a URL."""
    if not text.strip():
        return f"is empty; it should be {_takes(kind)}"
    if re.match(r"\s+(https?:|data:)", text, re.IGNORECASE):
        return "should not begin with a space"
    scheme = re.match(r"([a-z][a-z0-9+.-]+):", text, re.IGNORECASE)
    if scheme is None or scheme[1].lower() == "file":
        path = text if scheme is None else re.sub(r"(?i)^file:/*", "/", text)
        shown = path if len(path) < 100 else f"{path[:100]}…"
        return (
            f"is not a URL. A file of this machine is given as a path: "
            f"pathlib.Path({shown!r}); a medium on the web begins with https://"
        )
    if scheme[1].lower() in ("http", "https"):
        return "names no host; a medium on the web begins with https:// and a host"
    if scheme[1].lower() == "data":
        return "is a data: URI without data, or with a space before it"
    return (
        f"begins with {scheme[1]}:, which the service cannot fetch; give an https:// "
        "URL that anybody can open, or the file itself, as a path or bytes"
    )


ImageSource: TypeAlias = Annotated[Source, MediumCheck("image")]
"""An image: an http(s) URL, a `data:` URI, a path, bytes, an open file or a picture."""

VideoSource: TypeAlias = Annotated[
    str | PathLike[str] | bytes | IO[bytes], MediumCheck("video")
]
"""A video: an http(s) URL, a `data:` URI, a path, bytes or an open file."""

AudioSource: TypeAlias = Annotated[
    str | PathLike[str] | bytes | IO[bytes], MediumCheck("audio")
]
"""A sound: an http(s) URL, a `data:` URI, a path, bytes or an open file."""

if TYPE_CHECKING:
    SourceT_co = TypeVar("SourceT_co", covariant=True)

    class Sources(Protocol[SourceT_co]):
        """A list of sources, for type checkers: a list of URLs is one, and one of paths.

        `list` itself is not, for something else could be put into it. A text is not one.
        """

        def __iter__(self) -> Iterator[SourceT_co]: ...
        def __len__(self) -> int: ...
        def __getitem__(self, index: SupportsIndex, /) -> SourceT_co: ...
        def append(self, item: Any, /) -> None:
            """Add a source at the end."""

        def clear(self) -> None:
            """Remove all."""

    ImageSources: TypeAlias = Sources[ImageSource]
    VideoSources: TypeAlias = Sources[VideoSource]
    AudioSources: TypeAlias = Sources[AudioSource]
else:
    ImageSources = list[ImageSource]
    VideoSources = list[VideoSource]
    AudioSources = list[AudioSource]
