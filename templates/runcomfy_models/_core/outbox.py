"""What a client knows of files: how they are uploaded, and those that it has seen."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Awaitable, Hashable

    from .._media.media_file import MediaFile
    from .request_body import InlineFile

    Uploader: TypeAlias = (
        Callable[[MediaFile], str] | Callable[[MediaFile], Awaitable[str]]
    )

MOST_KEPT = 4096
"""Files that are remembered."""
KEPT_BYTES = 64 * 1024**2
"""Of encoded files that are remembered."""
LARGEST_KEPT = 8 * 1024**2
"""Bytes of a file that is remembered encoded: any picture that fits into a request."""


class Uploading:
    """An upload that others may wait for."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.has_failed = False


class Outbox:
    """What a client knows of files: how they are uploaded, and those that it has seen."""

    def __init__(self, uploader: Uploader | None = None) -> None:
        self.uploader = uploader
        self._examined: OrderedDict[Hashable, MediaFile] = OrderedDict()
        self._uploads: OrderedDict[str, Uploading] = OrderedDict()
        self._encoded: OrderedDict[str, bytes] = OrderedDict()
        self._begin()

    def _begin(self) -> None:
        """Take what is under way for what this process does itself, which is nothing yet."""
        self._lock = Lock()
        self._examining: dict[Hashable, Lock] = {}
        done = [(k, u) for k, u in self._uploads.items() if u.url is not None]
        self._uploads = OrderedDict(done)
        self._process = os.getpid()

    def _settle_in(self) -> None:
        """Begin anew in a forked child: threads of its parent held locks, and uploaded."""
        if self._process != os.getpid():
            self._begin()

    def examine(self, source: object, where: str) -> MediaFile:
        """Return what a file is, read only if it was not before."""
        from .._media.media_file import examine, look_at

        self._settle_in()
        given = look_at(source, where)
        if given.key is None:
            return examine(given, where)
        with self._lock:
            lock = self._examining.setdefault(given.key, Lock())
        with lock:
            known = self._examined.get(given.key)
            if known is None:
                known = examine(given, where)
                _keep(self._examined, given.key, known)
        return known

    def inline(self, file: MediaFile) -> InlineFile:
        """Return a file as it stands in a request.

        Encoded once while it is often asked for; one that is large, whenever it is sent.
        """
        from base64 import b64encode

        from .request_body import InlineFile

        self._settle_in()
        if file.size > LARGEST_KEPT:
            return InlineFile(file)
        known = self._encoded.get(file.sha256)
        if known is None:
            known = b64encode(file.read())
            with self._lock:
                self._encoded[file.sha256] = known
                while sum(map(len, self._encoded.values())) > KEPT_BYTES:
                    self._encoded.popitem(last=False)
        return InlineFile(file, known)

    def begin_upload(self, file: MediaFile) -> tuple[Uploading, bool]:
        """Return the upload of a file's content, and whether it is the asker's to do."""
        self._settle_in()
        with self._lock:
            known = self._uploads.get(file.sha256)
            if known is not None and not known.has_failed:
                return known, False
            begun = Uploading()
            _keep(self._uploads, file.sha256, begun)
            return begun, True


def _keep(kept: OrderedDict[Any, Any], key: Hashable, value: object) -> None:
    """Remember a value, and forget the oldest where there are too many."""
    kept[key] = value
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
