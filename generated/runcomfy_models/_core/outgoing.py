"""Sending the files of a body: each is looked at, checked, and becomes a URL.

A body leaves `_models` with its files in it, as they were given. Here, before the submit:

1. Each file is found, with its place, and what the model's schema says of that place.
2. It is looked at and examined, off the event loop. What that tells is kept for as long as
   the client lives, by what tells that the file is still the same: a thousand inputs of
   one file read it once.
3. Its kind, size and pixels are checked by the field's rules.
4. It is uploaded, once for all who send the same content at the same time, or becomes a
   `data:` URI within the sizes that a request may hold.

No effect but these is needed: who waits for another's upload looks again a little later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from ..errors import FileTooLargeError, RunComfyError, UploadError
from .effects import Operation, run_blocking, sleep, upload
from .log import log

if TYPE_CHECKING:
    from .._media.media_file import MediaFile
    from .._media.rules import FieldRules
    from .outbox import Outbox
    from .settings import Settings

Place: TypeAlias = tuple[str | int, ...]

MAX_BODY = 64 * 1024**2
"""Bytes of the largest request."""
LONG_URI = 8 * 1000**2
"""Characters of a `data:` URI that may be larger than a request may hold."""
URL = re.compile(r"https?://[^\s/]", re.IGNORECASE)
PLAIN = (str, int, float, bool, type(None))


class OutgoingFile(NamedTuple):
    """A file in a body, and where it stands."""

    place: Place
    source: Any


def send_files(
    settings: Settings, model_id: str, body: dict[str, Any]
) -> Operation[dict[str, Any]]:
    """Return a body with a URL in the place of each file.

    Raises InvalidFileError, FileTooLargeError or UploadError; then nothing was submitted.
    """
    shortest = 0 if settings.outbox.uploader else LONG_URI
    files = list(files_in(body, (), shortest))
    if not files:
        return body
    urls: dict[Place, str] = {}
    for file in files:
        urls[file.place] = yield from _send_file(settings, model_id, file)
    sent: dict[str, Any] = _with_urls(body, (), urls)
    return sent


def inline_files(model_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with each file in it checked, and as a `data:` URI.

    For a record that is sent later, elsewhere or by another process. Raises
    InvalidFileError, which FileTooLargeError is too.
    """
    from .._media.media_file import examine, look_at
    from .._media.rules import check_file

    urls: dict[Place, str] = {}
    for file in files_in(body, (), MAX_BODY):
        where = f"{model_id}: {shown(file.place)}"
        found = examine(look_at(file.source, where), where)
        check_file(found, _rules(model_id, file.place), where)
        urls[file.place] = found.data_uri()
    inlined: dict[str, Any] = _with_urls(body, (), urls) if urls else body
    return inlined


def files_in(value: object, place: Place, shortest: int) -> Iterator[OutgoingFile]:
    """Yield each file of a body, and each `data:` URI that is not shorter than this."""
    if isinstance(value, str):
        if len(value) >= shortest and value[:5].lower() == "data:":
            yield OutgoingFile(place, value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from files_in(inner, (*place, key), shortest)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from files_in(inner, (*place, index), shortest)
    elif type(value) not in PLAIN:
        from .._media.given import is_file

        if is_file(value):
            yield OutgoingFile(place, value)


def _with_urls(value: Any, place: Place, urls: dict[Place, str]) -> Any:
    """Return a body with what stands at each place replaced."""
    if place in urls:
        return urls[place]
    if isinstance(value, dict):
        return {
            key: _with_urls(each, (*place, key), urls) for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [_with_urls(each, (*place, at), urls) for at, each in enumerate(value)]
    return value


def _send_file(settings: Settings, model_id: str, file: OutgoingFile) -> Operation[str]:
    """Return the URL that a file is sent by."""
    from .._media.rules import check_file, check_inside

    outbox, where = settings.outbox, f"{model_id}: {shown(file.place)}"
    rules = yield from run_blocking(lambda: _rules(model_id, file.place))
    found = yield from run_blocking(lambda: outbox.examine(file.source, where))
    check_file(found, rules, where)
    if outbox.uploader is None:
        check_inside(found, where)
        uri = yield from run_blocking(lambda: outbox.data_uri(found))
        return uri
    url = yield from _upload(outbox, found, where)
    return url


def shown(place: Place) -> str:
    """Return a place as people write it: `elements[0].image_url`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _rules(model_id: str, place: Place) -> FieldRules:
    """Return what the schema of a model of this package says of a place."""
    from .._media.rules import FieldRules, rules_in
    from .model_schemas import input_schema

    schema = input_schema(model_id)
    return FieldRules() if schema is None else rules_in(schema, place)


def _upload(outbox: Outbox, file: MediaFile, where: str) -> Operation[str]:
    """Return the URL of a file's content, uploaded by whoever was first."""
    pause = 0.005
    while True:
        uploading, is_ours = outbox.begin_upload(file)
        if uploading.url is not None:
            return uploading.url
        if is_ours:
            break
        yield from sleep(pause)
        pause = min(pause * 1.5, 0.25)
    assert outbox.uploader is not None
    try:
        url = yield from upload(outbox.uploader, file)
        uploading.url = _checked_url(url, file, where)
    except BaseException as error:
        uploading.has_failed = True
        if isinstance(error, RunComfyError) or not isinstance(error, Exception):
            raise
        raise UploadError(
            f"{where}: {file.name!r} was not uploaded: {type(error).__name__}: "
            f"{str(error)[:500]}. Nothing was submitted."
        ) from error
    log.info("uploaded %s (%d bytes)", file.sha256[:12], file.size)
    return uploading.url


def _checked_url(url: object, file: MediaFile, where: str) -> str:
    """Return what an uploader returned, if it is a URL that can be fetched."""
    if isinstance(url, str) and URL.match(url):
        return url
    raise UploadError(
        f"{where}: the uploader of {file.name!r} returned {str(url)[:200]!r}, which is not "
        "an http(s) URL that the service could fetch. Nothing was submitted."
    )


def check_size(model_id: str, encoded: bytes) -> None:
    """Raise FileTooLargeError for a body that is larger than the service takes."""
    if len(encoded) > MAX_BODY:
        from .._media.rules import WAY_OUT

        raise FileTooLargeError(
            f"{model_id}: the request has {len(encoded) / 1024**2:.1f} MiB, and may have "
            f"64 MiB, the files in it as data: URIs. {WAY_OUT}"
        )
