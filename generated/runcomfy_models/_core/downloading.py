"""Downloading a result's media to files, without the token. An operation."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from .._media.data_uris import decode_data_uri
from .._media.signatures import HEAD
from ..errors import DownloadError
from . import service_rules
from .effects import (
    Answer,
    Failure,
    Operation,
    close,
    notify,
    open_stream,
    read,
    run_blocking,
    sleep,
)
from .filenames import answer_in_place, file_name, is_page, numbered
from .paths import shown_url

if TYPE_CHECKING:
    from ..results import Result
    from .settings import Settings

T = TypeVar("T")

MAX_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class DownloadProgress(NamedTuple):
    """How far the download of one medium is."""

    url: str
    received: int
    """Bytes so far."""
    total: int | None
    """Bytes in all, where the server says so."""


OnProgress = Callable[[DownloadProgress], object]


class _PassingError(Exception):
    """Something that may go better the next time."""

    def __init__(
        self,
        reason: str,
        status_code: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.status_code = status_code
        self.retry_after = retry_after


def download(
    settings: Settings,
    result: Result[Any],
    directory: str | os.PathLike[str],
    max_bytes: int,
    on_progress: OnProgress | None,
) -> Operation[list[Path]]:
    """Download every medium of a result into a directory, one after the other."""
    media = [
        _Medium(url, Path(directory), result.request_id, max_bytes, on_progress)
        for url in result.media()
    ]
    for medium in media:
        medium.check_scheme(medium.url)
    paths = []
    for medium in media:
        paths.append((yield from medium.save(settings)))
    return paths


class _Medium:
    """One medium on its way into a folder."""

    def __init__(
        self,
        url: str,
        folder: Path,
        request_id: str,
        max_bytes: int,
        on_progress: OnProgress | None,
    ) -> None:
        self.url = url
        self._folder = folder
        self._request_id = request_id
        self._max_bytes = max_bytes
        self._on_progress = on_progress

    def save(self, settings: Settings) -> Operation[Path]:
        """Download it, from the start again where the connection breaks."""
        yield from self._disk(partial(os.makedirs, self._folder, exist_ok=True))
        if self.url[:5].lower() == "data:":
            return (yield from self._by_part(self._save_data))
        for failures in count(1):
            try:
                return (yield from self._by_part(self._fetch))
            except _PassingError as fault:
                if failures > settings.max_retries:
                    raise self._error(str(fault), fault.status_code) from None
                wanted = fault.retry_after
            yield from sleep(settings.timing.backoff(failures, wanted))
        raise AssertionError("counting ended")

    def check_scheme(self, url: str) -> None:
        """Refuse what is neither http(s) nor data, such as a file of this machine."""
        if url == self.url and url[:5].lower() == "data:":
            return
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            usable = False
        if not usable:
            raise self._error("leads to something that is not an http(s) URL")

    def _by_part(self, write: Callable[[_Part], Operation[Path]]) -> Operation[Path]:
        """Let a part be written and kept, and leave nothing of it, whatever happens.

        Taken away twice: a Ctrl-C may strike just before the first time.
        """
        part = _Part(self._folder)
        try:
            try:
                return (yield from write(part))
            finally:
                part.remove()
        finally:
            part.remove()

    def _save_data(self, part: _Part) -> Operation[Path]:
        """Write what a `data:` URI holds."""
        try:
            data, content_type = decode_data_uri(self.url, self._max_bytes)
        except ValueError as error:
            raise self._error(str(error)) from None
        yield from self._disk(part.open)
        yield from self._disk(partial(part.write, data))
        return (yield from self._keep(part, content_type))

    def _fetch(self, part: _Part) -> Operation[Path]:
        """Write what is sent."""
        answer = yield from self._open()
        try:
            content_type = answer.headers.get("content-type", "")
            name = file_name(self.url, content_type, self._request_id)
            if is_page(name, content_type):
                raise self._error("is a web page, not a medium; it may have expired")
            yield from self._disk(part.open)
            yield from self._receive(answer, part)
            return (yield from self._keep(part, content_type))
        finally:
            yield from close(answer.stream)

    def _keep(self, part: _Part, content_type: str) -> Operation[Path]:
        """Give what came its name, unless it is no medium."""
        came = answer_in_place(self.url, content_type, part.head)
        if came:
            raise self._error(f"is {came}, not a medium; it may have expired")
        name = file_name(self.url, content_type, self._request_id, part.head)
        return (yield from self._disk(partial(part.keep, name)))

    def _receive(self, answer: Answer, part: _Part) -> Operation[None]:
        length = answer.headers.get("content-length", "")
        total = int(length) if length.isascii() and length.isdecimal() else None
        received = 0
        self._check_size(total or 0)
        while (chunk := (yield from read(answer.stream))) is not None:
            if isinstance(chunk, Failure):
                raise _PassingError(f"broke off ({chunk.reason})")
            received += len(chunk)
            self._check_size(received)
            yield from self._disk(partial(part.write, chunk))
            if self._on_progress is not None:
                progress = DownloadProgress(self.url, received, total)
                yield from notify(self._on_progress, progress)
        if not received:
            raise _PassingError("came empty")

    def _check_size(self, size: int) -> None:
        if size > self._max_bytes:
            raise self._error(f"is larger than {self._max_bytes} bytes")

    def _open(self) -> Operation[Answer]:
        url = self.url
        for _ in range(MAX_REDIRECTS + 1):
            reply = yield from open_stream(url)
            if isinstance(reply, Failure):
                if reply.permanent:
                    raise self._error(f"cannot be asked for ({reply.reason})")
                raise _PassingError(f"was not reached ({reply.reason})")
            if reply.status_code == 200:
                return reply
            yield from close(reply.stream)
            location = reply.headers.get("location")
            if reply.status_code not in REDIRECTS or not location:
                raise self._refusal(reply)
            try:
                url = urljoin(url, location)
            except ValueError:
                url = ""
            self.check_scheme(url)
        raise self._error(f"redirects more than {MAX_REDIRECTS} times")

    def _refusal(self, reply: Answer) -> Exception:
        status_code = reply.status_code
        if status_code in (408, 429) or status_code >= 500:
            wanted = service_rules.retry_after(reply.headers.get("retry-after"))
            return _PassingError(f"got HTTP {status_code}", status_code, wanted)
        advice = "; the link may have expired" if status_code in (403, 404, 410) else ""
        return self._error(f"got HTTP {status_code}{advice}", status_code)

    def _disk(self, function: Callable[[], T]) -> Operation[T]:
        try:
            return (yield from run_blocking(function))
        except OSError as error:
            raise self._error(f"could not be written: {error}") from error

    def _error(self, reason: str, status_code: int | None = None) -> DownloadError:
        shown = shown_url(self.url)
        error = DownloadError(
            f"The download of {shown} failed: it {reason}.",
            status_code=status_code,
            request_id=self._request_id,
        )
        error.url = shown
        return error


class _Part:
    """A file under a name of its own until it is whole.

    It is known by its path alone, so that whatever interrupts whichever line, `remove`
    leaves nothing, and the final name is a whole file or none.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / f".{os.urandom(8).hex()}.part"
        self._file: IO[bytes] | None = None
        self._is_gone = False
        self.head = b""

    def open(self) -> None:
        """Create it."""
        self._file = self._path.open("xb")
        if self._is_gone:  # removed meanwhile: a task was cancelled, its thread was not
            self.remove()

    def write(self, chunk: bytes) -> None:
        """Add to it."""
        assert self._file is not None
        if len(self.head) < HEAD:
            self.head += chunk[: HEAD - len(self.head)]
        self._file.write(chunk)

    def keep(self, name: str) -> Path:
        """Give it the first free name like `name`, overwriting nothing."""
        assert self._file is not None
        self._file.close()
        while True:
            path = self._folder / numbered(name, self._first_free(name))
            try:
                self._rename(path)
            except FileExistsError:
                continue
            return path

    def remove(self) -> None:
        """Take it away; what was kept has another name by now."""
        self._is_gone = True
        if self._file is not None:
            self._file.close()
        self._path.unlink(missing_ok=True)

    def _first_free(self, name: str) -> int:
        """Return a number whose name is free; the first, where they were given in turn.

        By doubling, then halving: thousands of one name cost a few looks each.
        """
        least, most = 0, 1
        if not self._is_taken(name, 0):
            return 0
        while self._is_taken(name, most):
            least, most = most, most * 2
        while most - least > 1:
            middle = (least + most) // 2
            if self._is_taken(name, middle):
                least = middle
            else:
                most = middle
        return most

    def _is_taken(self, name: str, number: int) -> bool:
        return os.path.lexists(self._folder / numbered(name, number))

    def _rename(self, path: Path) -> None:
        """Give it a name in one step, where the file system can do that."""
        try:
            os.link(self._path, path)
            return
        except FileExistsError:
            raise
        except OSError:  # no hard links there
            path.open("xb").close()
        try:
            os.replace(self._path, path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
