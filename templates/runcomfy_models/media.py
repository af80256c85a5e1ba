"""What a medium in an input may be: `ImageSource`, `VideoSource` and `AudioSource`.

    from pathlib import Path

    flux_2_pro_edit.Input(prompt="…", image_urls=[Path("photo.png")])

A file is read and checked when the input is sent. A text is always a URL. An uploader
(`RunComfy(uploader=…)`) gets a `MediaFile`, and returns its URL.
"""

from ._models.sources import (
    AudioSource,
    AudioSources,
    ImageSource,
    ImageSources,
    MediaKind,
    VideoSource,
    VideoSources,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ._media.media_file import MediaFile

__all__ = [
    "AudioSource",
    "AudioSources",
    "ImageSource",
    "ImageSources",
    "MediaFile",
    "MediaKind",
    "VideoSource",
    "VideoSources",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what only an uploader needs when it is asked for."""
        if name == "MediaFile":
            from ._media.media_file import MediaFile

            return MediaFile
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
