"""Whether a file is what a field takes: its kind, and the field's own `validations`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..errors import FileTooLargeError, InvalidFileError
from .media_file import MediaFile
from .signatures import MATROSKA, MP4, WEBM

MIB = 1024 * 1024
EITHER = frozenset(found.content_type for found in (MP4, WEBM, MATROSKA))
"""What holds a video, or a sound alone."""
RULE = re.compile(r"([a-z_/]+)(<=|>=|<|>)")


class Limit(NamedTuple):
    """How large a file of a kind may be that is sent inside the request."""

    size: int
    """In bytes."""
    pixels: int | None = None


INSIDE = {
    "image": Limit(6 * MIB, 32_000_000),
    "video": Limit(32 * MIB),
    "audio": Limit(16 * MIB),
}
"""What the service's own clients send inside a request."""

HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda found, limit: found < limit,
    "<=": lambda found, limit: found <= limit,
    ">": lambda found, limit: found > limit,
    ">=": lambda found, limit: found >= limit,
}
WORDS = {"<": "below", "<=": "at most", ">": "above", ">=": "at least"}


@dataclass(frozen=True)
class FieldRules:
    """What a schema says of the file in one place."""

    kinds: frozenset[str] = frozenset()
    """Which media it takes; empty where nothing is known of it."""
    validations: tuple[Mapping[str, Any], ...] = ()


def check_file(file: MediaFile, rules: FieldRules, where: str) -> None:
    """Raise InvalidFileError, which names field, file, rule, found and allowed."""
    _check_kind(file, rules, where)
    for validation in rules.validations:
        rule = RULE.fullmatch(str(validation.get("validation_rule", "")))
        limit = validation.get("validation_value")
        if (
            rule is None
            or isinstance(limit, bool)
            or not isinstance(limit, int | float)
        ):
            continue  # one that only the service knows
        found, unit = _measured(file, rule[1])
        if found is None or HOLDS[rule[2]](found, limit):
            continue
        error = (
            FileTooLargeError if rule[1].startswith("file_size") else InvalidFileError
        )
        raise error(
            f"{where}: {file.name!r}: {rule[0]}{limit}: {found:.6g}{unit} is not "
            f"{WORDS[rule[2]]} {limit}{unit}{_advice(rule[1])}."
        )


def _check_kind(file: MediaFile, rules: FieldRules, where: str) -> None:
    kinds = rules.kinds or frozenset(INSIDE)
    if file.kind in kinds or (file.content_type in EITHER and "audio" in kinds):
        return
    is_known = file.content_type != "application/octet-stream"
    found = f"holds {file.content_type}" if is_known else "holds nothing that is known"
    raise InvalidFileError(
        f"{where}: {file.name!r} {found} by its content, whatever its name; "
        f"the field takes: {', '.join(sorted(kinds))}."
    )


def _measured(file: MediaFile, quantity: str) -> tuple[float | None, str]:
    """Return how much of something a file has, and its unit; None where nobody can tell."""
    if quantity == "file_size_mb":
        return file.size / MIB, " MB"
    if quantity == "file_size_kb":
        return file.size / 1024, " kB"
    if file.pixels is None or not all(file.pixels):
        return None, ""
    width, height = file.pixels
    found: dict[str, tuple[float, str]] = {
        "width_pixels": (width, " pixels"),
        "height_pixels": (height, " pixels"),
        "width": (width, " pixels"),
        "height": (height, " pixels"),
        "width/height": (width / height, ""),
        "height/width": (height / width, ""),
        "width_height_ratio": (width / height, ""),
        "total_pixels": (width * height, " pixels"),
        "megapixels": (width * height / 1e6, " megapixels"),
    }
    return found.get(quantity, (None, ""))


def _advice(quantity: str) -> str:
    return "" if quantity.startswith("file_size") else ", as the picture is shown"


def check_inside(file: MediaFile, where: str) -> None:
    """Raise FileTooLargeError for a file that does not fit inside a request."""
    limit = INSIDE.get(file.kind)
    if limit is None:
        return
    if file.size > limit.size:
        found = f"{file.size / MIB:.1f} MiB is more than the {limit.size // MIB} MiB"
    elif (
        limit.pixels and file.pixels and file.pixels[0] * file.pixels[1] > limit.pixels
    ):
        found = (
            f"{file.pixels[0]} x {file.pixels[1]} pixels are more than the "
            f"{limit.pixels // 1_000_000} megapixels"
        )
    else:
        return
    raise FileTooLargeError(
        f"{where}: {file.name!r}: {found} that {_article(file.kind)} {file.kind} may "
        f"have inside a request. {WAY_OUT}"
    )


WAY_OUT = (
    "Give its URL instead, or let it be uploaded: RunComfy(uploader=…), such as "
    "runcomfy_models.integrations.bucket.to_bucket('s3://…', public_url='https://…')."
)


def _article(kind: str) -> str:
    return "a" if kind == "video" else "an"


def rules_in(schema: object, place: tuple[str | int, ...]) -> FieldRules:
    """Return what a schema says of what stands at a place of its instances."""
    kinds: set[str] = set()
    validations: list[Mapping[str, Any]] = []
    for found in _schemas_at(schema, place, schema):
        if isinstance(found.get("x-media"), str):
            kinds.add(found["x-media"])
        listed = found.get("validations")
        if isinstance(listed, list):
            validations += [each for each in listed if isinstance(each, Mapping)]
    return FieldRules(frozenset(kinds & INSIDE.keys()), tuple(validations))


def _schemas_at(
    schema: object, place: tuple[str | int, ...], root: object
) -> Iterator[Mapping[str, Any]]:
    """Yield each schema for a place, its list's too, which speaks of each item."""
    if not isinstance(schema, Mapping):
        return
    for branch in _branches(schema, root):
        yield from _schemas_at(branch, place, root)
    if not place or (len(place) == 1 and isinstance(place[0], int)):
        yield schema
    if not place:
        return
    if isinstance(place[0], int):
        below = schema.get("items")
    else:
        properties = schema.get("properties")
        named = properties if isinstance(properties, Mapping) else {}
        below = named.get(place[0], schema.get("additionalProperties"))
    yield from _schemas_at(below, place[1:], root)


def _branches(schema: Mapping[str, Any], root: object) -> Iterator[object]:
    """Yield the schemas that a schema is made of, or refers to."""
    for keyword in ("anyOf", "oneOf", "allOf"):
        branches = schema.get(keyword)
        yield from branches if isinstance(branches, list) else ()
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        definitions = root.get("$defs") if isinstance(root, Mapping) else None
        if isinstance(definitions, Mapping):
            yield definitions.get(reference.removeprefix("#/$defs/"))
