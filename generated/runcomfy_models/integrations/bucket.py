"""An uploader to any bucket or folder that fsspec knows (extra `files`).

    RunComfy(uploader=to_bucket("s3://my-bucket/inputs", public_url="https://cdn.example.com/inputs"))

A file is named by its content, so that the same file is uploaded once, whoever sends it.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationError

if TYPE_CHECKING:
    from ..media import MediaFile

__all__ = ["to_bucket"]

CHUNK = 4 * 1024**2


def to_bucket(
    url: str, *, public_url: str, **storage_options: Any
) -> Callable[[MediaFile], str]:
    """Return an uploader into a bucket.

    `url`: where files go, as fsspec writes it: `s3://bucket/folder`, `gs://…`, `file:///…`.
    `public_url`: where anybody can read them, http(s), without the file's name.
    `storage_options`: what fsspec's file system wants, such as `endpoint_url`; credentials
    are found as its library finds them. Raises ConfigurationError.
    """
    if not public_url.lower().startswith(("http://", "https://")):
        raise ConfigurationError(
            f"public_url must be the http(s) URL of the folder, not {public_url!r}."
        )
    try:
        fsspec: Any = import_module("fsspec")  # it has no types
    except ImportError as error:
        raise ConfigurationError(
            "to_bucket needs fsspec: pip install 'runcomfy-models[files]'"
        ) from error
    try:
        files, root = fsspec.url_to_fs(url, **storage_options)
    except Exception as error:  # each file system has errors of its own
        raise ConfigurationError(f"{url!r} cannot be opened: {error}") from error
    return _Bucket(files, root.rstrip("/"), public_url.rstrip("/")).upload


class _Bucket:
    """A folder of an fsspec file system, and where it is read."""

    def __init__(self, files: Any, root: str, public_url: str) -> None:
        self._files = files
        self._root = root
        self._public_url = public_url

    def upload(self, file: MediaFile) -> str:
        """Write a file under the name of its content, if it is not there; return its URL."""
        name = f"{file.sha256}{file.suffix}"
        path = f"{self._root}/{name}"
        if not self._is_there(path, file.size):
            self._files.makedirs(self._root, exist_ok=True)
            self._write(path, file)
        return f"{self._public_url}/{name}"

    def _is_there(self, path: str, size: int) -> bool:
        """Whether a file is there as a whole: one of another size was cut off."""
        try:
            return bool(self._files.info(path)["size"] == size)
        except FileNotFoundError:
            return False

    def _write(self, path: str, file: MediaFile) -> None:
        """Copy a file piece by piece, with its type where the file system keeps one."""
        has_types = "s3" in _protocols(self._files)
        options = {"ContentType": file.content_type} if has_types else {}
        with file.open() as source, self._files.open(path, "wb", **options) as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)


def _protocols(files: Any) -> tuple[str, ...]:
    named = files.protocol
    return (named,) if isinstance(named, str) else tuple(named)
