"""Sending the files of a body: each is looked at, checked, and becomes a URL.

A body leaves `_models` with its files in it, as they were given. Here, before the submit:

1. Each file is found, with its place, and what the model's schema says of that place. A
   `data:` URI is a file too, where the schema takes a medium.
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

from ..errors import RunComfyError, UploadError
from .effects import Operation, run_blocking, sleep, upload
from .log import log
from .request_body import InlineFile

if TYPE_CHECKING:
    from .._media.media_file import MediaFile
    from .._media.rules import FieldRules
    from .outbox import Outbox
    from .settings import Settings

Place: TypeAlias = tuple[str | int, ...]

URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
MEDIUM_URI = re.compile(r"data:(image|video|audio)/[^\s,]*,\S", re.IGNORECASE)
PLAIN = (str, int, float, bool, type(None))


class OutgoingFile(NamedTuple):
    """A file in a body, where it stands, and what the schema says of that place."""

    place: Place
    source: Any
    rules: FieldRules


class Prepared(NamedTuple):
    """A body that can be sent, and the record of what was given for it."""

    body: dict[str, Any]
    """With a URL, or an `InlineFile`, in the place of each file."""
    record: dict[str, Any]
    """With name, type, size and SHA-256 in the place of each file."""


def send_files(
    settings: Settings, model_id: str, body: dict[str, Any]
) -> Operation[Prepared]:
    """Return a body with a URL in the place of each file.

    Raises InvalidFileError, FileTooLargeError or UploadError; then nothing was submitted.
    """
    found = list(values_in(body, ()))
    if not found:
        return Prepared(body, with_values(body, (), {}))
    files = yield from run_blocking(lambda: files_among(model_id, found))
    urls: dict[Place, Any] = {}
    records: dict[Place, Any] = {}
    for file in files:
        url, record = yield from _send_file(settings, model_id, file)
        urls[file.place], records[file.place] = url, record
    return Prepared(with_values(body, (), urls), with_values(body, (), records))


def inline_files(model_id: str, body: dict[str, Any], outbox: Outbox) -> dict[str, Any]:
    """Return a body with each file in it checked, and as a `data:` URI.

    For a record that is sent later, elsewhere or by another process. A file that the
    outbox has seen is not read again. Raises InvalidFileError, which FileTooLargeError
    is too.
    """
    from .._media.rules import check_file

    urls: dict[Place, Any] = {}
    for file in files_among(model_id, list(values_in(body, ()))):
        where = f"{model_id}: {shown(file.place)}"
        found = outbox.examine(file.source, where)
        check_file(found, file.rules, where)
        if not isinstance(file.source, str):
            urls[file.place] = b"".join(outbox.inline(found)).decode()
    inlined: dict[str, Any] = with_values(body, (), urls) if urls else body
    return inlined


def values_in(value: object, place: Place) -> Iterator[tuple[Place, Any]]:
    """Yield each value of a body that is a file, or may be one as a `data:` URI."""
    if isinstance(value, str):
        if value[:5].lower() == "data:":
            yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from values_in(inner, (*place, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from values_in(inner, (*place, index))
    elif type(value) not in PLAIN:
        from .._media.given import is_file

        if is_file(value):
            yield place, value


def files_among(model_id: str, found: list[tuple[Place, Any]]) -> list[OutgoingFile]:
    """Return those values that are files, with the rules of their fields.

    A text is one where the schema takes a medium; of an unknown model, where it says so
    itself. A prompt that begins with `data:` is none.
    """
    from .._media.rules import FieldRules, rules_in
    from .model_schemas import input_schema

    schema = input_schema(model_id) if found else None
    files = []
    for place, value in found:
        rules = FieldRules() if schema is None else rules_in(schema, place)
        is_medium = bool(rules.kinds)
        if schema is None and isinstance(value, str):
            is_medium = MEDIUM_URI.match(value) is not None
        if is_medium or not isinstance(value, str):
            files.append(OutgoingFile(place, value, rules))
    return files


def with_values(value: Any, place: Place, values: dict[Place, Any]) -> Any:
    """Return a copy of a body with what stands at each place replaced."""
    if place in values:
        return values[place]
    if isinstance(value, dict):
        return {
            key: with_values(each, (*place, key), values) for key, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [
            with_values(each, (*place, at), values) for at, each in enumerate(value)
        ]
    return value


def _send_file(
    settings: Settings, model_id: str, file: OutgoingFile
) -> Operation[tuple[str | InlineFile, dict[str, Any]]]:
    """Return the URL that a file is sent by, and the record of it."""
    from .._media.inline import description
    from .._media.rules import check_file, check_inside

    outbox, where = settings.outbox, f"{model_id}: {shown(file.place)}"
    found = yield from run_blocking(lambda: outbox.examine(file.source, where))
    check_file(found, file.rules, where)
    record = description(found)
    if outbox.uploader is not None:
        url = yield from _upload(outbox, found, where)
        return url, record
    check_inside(found, where)
    if isinstance(file.source, str):
        return file.source, record
    return (yield from run_blocking(lambda: outbox.inline(found))), record


def shown(place: Place) -> str:
    """Return a place as people write it: `elements[0].image_url`."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


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
