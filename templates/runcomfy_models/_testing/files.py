"""Files of each kind for the media fields of an input, and which fields those are."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

from .._models import InputModel
from .._models.sources import MediumCheck
from .expectations import wire_name_of

PNG = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5E"
    "rkJggg=="
)
FILES = {
    "image": PNG,
    "video": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(64),
    "audio": b"RIFF\x24\0\0\0WAVEfmt " + bytes(64),
}
"""The least that is known for each kind by its content."""


class MediaField(NamedTuple):
    """A field that takes a medium, or a list of media."""

    wire_name: str
    kind: str
    is_list: bool


def media_fields(cls: type[InputModel[Any]]) -> Iterator[MediaField]:
    """Yield each field of an input that takes media, those of objects inside left out."""
    for name, field in cls.model_fields.items():
        wire_name = wire_name_of(field, name)
        for check in field.metadata:
            if isinstance(check, MediumCheck):
                yield MediaField(wire_name, check.kind, is_list=False)
        yield from _in_annotation(field.annotation, wire_name, is_list=False)


def _in_annotation(
    annotation: Any, wire_name: str, is_list: bool
) -> Iterator[MediaField]:
    """Yield what an annotation says of media, but of those in lists inside lists."""
    if is_list and get_origin(annotation) is list:
        return
    for argument in get_args(annotation):
        if isinstance(argument, MediumCheck):
            yield MediaField(wire_name, argument.kind, is_list)
        else:
            inside = is_list or get_origin(annotation) is list
            yield from _in_annotation(argument, wire_name, inside)


def files_for(field: MediaField, example: Any) -> Any:
    """Return a file for a field, or as many different ones as the example has."""
    content = FILES[field.kind]
    if not field.is_list:
        return content
    count = len(example) if isinstance(example, list) else 1
    return [content + b"%d" % number for number in range(max(count, 1))]
