"""Say what a schema demands of a value, in words: `0 to 20`, `1 to 10 items`."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from runcomfy_codegen.escape import json_text
from runcomfy_codegen.ir import Schema
from runcomfy_codegen.schema.read import other_branches

InCode: TypeAlias = Callable[[str], str]
"""Marks a value that stands among words."""

VALIDATIONS = {
    "file_size_mb<": "a file under {} MB",
    "height_pixels<": "under {} pixels high",
    "height_pixels>": "over {} pixels high",
    "width/height<": "width to height under {}",
    "width/height>": "width to height over {}",
    "width_pixels<": "under {} pixels wide",
    "width_pixels>": "over {} pixels wide",
}


def limits_in_words(schema: Schema, code: InCode) -> Iterator[str]:
    """Yield each limit of a field; `code` marks values that are not words."""
    yield from count_in_words(schema, "minimum", "maximum")
    if "exclusiveMinimum" in schema:
        yield f"above {schema['exclusiveMinimum']}"
    if "exclusiveMaximum" in schema:
        yield f"below {schema['exclusiveMaximum']}"
    if "multipleOf" in schema:
        yield f"a multiple of {schema['multipleOf']}"
    yield from count_in_words(schema, "minItems", "maxItems", " items")
    yield from count_in_words(schema, "minLength", "maxLength", " characters")
    if "pattern" in schema:
        yield f"matches {code(str(schema['pattern']))}"
    if schema.get("uniqueItems") is True:
        yield "no item twice"
    yield from _own_media_limits(schema, code)
    for branch in other_branches(schema):
        yield from limits_in_words(branch, code)
    if isinstance(schema.get("items"), dict):
        yield from (f"each {limit}" for limit in limits_in_words(schema["items"], code))


def flags_in_words(schema: Schema) -> list[str]:
    """Return what is said of a field that limits nothing."""
    words = {"deprecated": "deprecated", "readOnly": "read-only: the service sets it"}
    return [said for flag, said in words.items() if schema.get(flag) is True]


def media_limits(schema: Schema, code: InCode) -> Iterator[str]:
    """Yield each rule about the files of a field, of its branches and items too."""
    yield from _own_media_limits(schema, code)
    for branch in other_branches(schema):
        yield from media_limits(branch, code)
    if isinstance(schema.get("items"), dict):
        yield from media_limits(schema["items"], code)


def _own_media_limits(schema: Schema, code: InCode) -> Iterator[str]:
    validations = schema.get("validations")
    for rule in validations if isinstance(validations, list) else ():
        named = rule.get("validation_rule") if isinstance(rule, Mapping) else None
        if isinstance(named, str) and named in VALIDATIONS:
            yield VALIDATIONS[named].format(
                code(json_text(rule.get("validation_value")))
            )


def count_in_words(
    schema: Schema, low: str, high: str, unit: str = ""
) -> Iterator[str]:
    """Yield a range in words, if there is one: `1 to 10 items`."""
    least, most = schema.get(low), schema.get(high)
    if least is not None and most is not None:
        yield f"{least}{unit}" if least == most else f"{least} to {most}{unit}"
    elif least is not None and (least != 0 or not unit):
        yield f"at least {least}{_one(least, unit)}"
    elif most is not None:
        yield f"up to {most}{_one(most, unit)}"


def _one(count: float, unit: str) -> str:
    return unit.removesuffix("s") if count == 1 else unit
