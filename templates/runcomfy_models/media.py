"""What a medium in an input may be: `ImageSource`, `VideoSource` and `AudioSource`.

    from pathlib import Path

    flux_2_pro_edit.Input(prompt="…", image_urls=[Path("photo.png")])

A file is read and checked when the input is sent. A text is always a URL.
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

__all__ = [
    "AudioSource",
    "AudioSources",
    "ImageSource",
    "ImageSources",
    "MediaKind",
    "VideoSource",
    "VideoSources",
]
