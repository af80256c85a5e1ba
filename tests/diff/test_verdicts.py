"""Pairs of schemas whose verdicts are known, each on both sides of a model."""

from typing import Any

import pytest

from tests.support.folders import compared, entry, folder

B, A, H, NOTHING = "breaking", "additive", "harmless", "nothing"
STRING, INTEGER = {"type": "string"}, {"type": "integer"}
SIZE = {
    "type": "object",
    "required": ["width"],
    "properties": {"width": INTEGER, "height": INTEGER},
}


def integer(**limits: Any) -> dict[str, Any]:
    return {"type": "integer", **limits}


def number(**limits: Any) -> dict[str, Any]:
    return {"type": "number", **limits}


def string(**limits: Any) -> dict[str, Any]:
    return {"type": "string", **limits}


def array(items: Any = STRING, **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **limits}


def enum(*values: Any, **more: Any) -> dict[str, Any]:
    return {"enum": list(values), **more}


def union(*branches: Any) -> dict[str, Any]:
    return {"anyOf": list(branches)}


def image(*rules: Any) -> dict[str, Any]:
    """Return an image with validations: a rule, its value, and so on."""
    pairs = zip(rules[::2], rules[1::2], strict=True)
    listed = [{"validation_rule": r, "validation_value": v} for r, v in pairs]
    return string(format="image_uri", **({"validations": listed} if listed else {}))


def size(**changes: Any) -> dict[str, Any]:
    return {**SIZE, "properties": {**SIZE["properties"], **changes}}


# What was, what is, the verdict for callers (input), the verdict for readers (output).
FIELDS: dict[str, tuple[Any, Any, str, str]] = {
    "the same": (STRING, STRING, NOTHING, NOTHING),
    "minimum up": (integer(minimum=1), integer(minimum=2), B, A),
    "minimum down": (integer(minimum=2), integer(minimum=1), A, B),
    "minimum added": (INTEGER, integer(minimum=0), B, A),
    "minimum removed": (integer(minimum=0), INTEGER, A, B),
    "maximum up": (number(maximum=1), number(maximum=1.5), A, B),
    "maximum down": (number(maximum=1), number(maximum=0.5), B, A),
    "maximum added": (number(), number(maximum=5), B, A),
    "a bound as a float": (integer(minimum=1), integer(minimum=1.0), NOTHING, NOTHING),
    "exclusive instead": (number(minimum=0), number(exclusiveMinimum=0), B, A),
    "inclusive instead": (number(exclusiveMaximum=9), number(maximum=9), A, B),
    "the same in whole numbers": (
        integer(minimum=1),
        integer(exclusiveMinimum=0),
        NOTHING,
        NOTHING,
    ),
    "draft 4 exclusive": (
        number(minimum=0, exclusiveMinimum=True),
        number(exclusiveMinimum=0),
        NOTHING,
        NOTHING,
    ),
    "multipleOf added": (INTEGER, integer(multipleOf=8), B, A),
    "multipleOf removed": (integer(multipleOf=8), INTEGER, A, B),
    "multipleOf coarser": (integer(multipleOf=8), integer(multipleOf=16), B, A),
    "multipleOf finer": (number(multipleOf=0.5), number(multipleOf=0.1), A, B),
    "multipleOf other": (integer(multipleOf=3), integer(multipleOf=5), B, B),
    "minimum and exclusiveMinimum, the tighter counts": (
        number(minimum=2, exclusiveMinimum=1),
        number(minimum=2),
        NOTHING,
        NOTHING,
    ),
    "exclusive bound of whole numbers": (
        integer(exclusiveMaximum=9),
        integer(maximum=9),
        A,
        B,
    ),
    "a bound between whole numbers": (
        integer(maximum=8.5),
        integer(maximum=8),
        NOTHING,
        NOTHING,
    ),
    "minLength added": (STRING, string(minLength=1), B, A),
    "minLength 0 says nothing": (STRING, string(minLength=0), NOTHING, NOTHING),
    "maxLength down": (string(maxLength=99), string(maxLength=9), B, A),
    "maxLength up": (string(maxLength=9), string(maxLength=99), A, B),
    "maxLength removed": (string(maxLength=9), STRING, A, B),
    "maxLength 0": (STRING, string(maxLength=0), B, A),
    "pattern added": (STRING, string(pattern="^a"), B, A),
    "pattern removed": (string(pattern="^a"), STRING, A, B),
    "pattern changed": (string(pattern="^a"), string(pattern="^b"), B, B),
    "format changed": (STRING, string(format="date"), H, H),
    "medium changed": (
        string(format="image_uri"),
        string(format="video_uri"),
        B,
        B,
    ),
    "medium of items changed": (
        array(string(format="image_uri")),
        array(string(format="audio_uri")),
        B,
        B,
    ),
    "a medium in place of any text": (STRING, string(format="image_uri"), B, A),
    "any text in place of a medium": (string(format="image_uri"), STRING, A, B),
    "a smaller file": (image("file_size_mb<", 20), image("file_size_mb<", 10), B, A),
    "a larger file": (image("file_size_mb<", 10), image("file_size_mb<", 20), A, B),
    "a limit of files added": (image(), image("file_size_mb<", 10), B, A),
    "a limit of files removed": (image("file_size_mb<", 10), image(), A, B),
    "a minimum of pixels added": (image(), image("width_pixels>", 256), B, A),
    "a minimum of pixels up": (
        image("width_pixels>", 256),
        image("width_pixels>", 512),
        B,
        A,
    ),
    "a minimum of pixels down": (
        image("height_pixels>", 512),
        image("height_pixels>", 256),
        A,
        B,
    ),
    "a limit of files that excludes itself": (
        image("duration_s<=", 10),
        image("duration_s<", 10),
        B,
        A,
    ),
    "the tighter of two limits of files": (
        image("file_size_mb<", 10, "file_size_mb<", 30),
        image("file_size_mb<", 10),
        NOTHING,
        NOTHING,
    ),
    "limits of files in another order": (
        image("width_pixels>", 1, "height_pixels>", 2),
        image("height_pixels>", 2, "width_pixels>", 1),
        NOTHING,
        NOTHING,
    ),
    "a rule that nobody knows added": (image(), image("codec", "h264"), B, A),
    "a rule that nobody knows changed": (
        image("codec", "h264"),
        image("codec", "av1"),
        B,
        B,
    ),
    "a rule that nobody knows removed": (image("codec", "h264"), image(), A, B),
    "a limit of a file that may be left null": (
        union(image("file_size_mb<", 20), {"type": "null"}),
        union(image("file_size_mb<", 10), {"type": "null"}),
        B,
        A,
    ),
    "a step of one for whole numbers": (
        INTEGER,
        integer(multipleOf=1),
        NOTHING,
        NOTHING,
    ),
    "half a step for whole numbers": (
        INTEGER,
        integer(multipleOf=0.5),
        NOTHING,
        NOTHING,
    ),
    "one and a half is three for whole numbers": (
        integer(multipleOf=1.5),
        integer(multipleOf=3),
        NOTHING,
        NOTHING,
    ),
    "a step of two for whole numbers": (INTEGER, integer(multipleOf=2), B, A),
    "integer to number": (INTEGER, number(), A, B),
    "number to integer": (number(), INTEGER, B, A),
    "float to number": ({"type": "float"}, number(), NOTHING, NOTHING),
    "string to integer": (STRING, INTEGER, B, B),
    "string to array": (STRING, array(), B, B),
    "array to string": (array(), STRING, B, B),
    "string to object": (STRING, SIZE, B, B),
    "integer to boolean": (INTEGER, {"type": "boolean"}, B, B),
    "enum value added": (enum("a", "b"), enum("a", "b", "c"), A, B),
    "enum value removed": (enum("a", "b"), enum("a"), B, A),
    "enum value replaced": (enum("a", "b"), enum("a", "c"), B, B),
    "enum in another order": (enum("a", "b"), enum("b", "a"), NOTHING, NOTHING),
    "enum to free text": (enum("a", "b"), STRING, A, B),
    "free text to enum": (STRING, enum("a", "b"), B, A),
    "enum to text too short": (enum("a", "bb"), string(minLength=2), B, B),
    "enum to text it fits": (enum("aa", "bb"), string(minLength=2), A, B),
    "enum of integers grows": (enum(4, 6), enum(4, 6, 8), A, B),
    "enum of integers shrinks": (enum(4, 6, 8), enum(4, 6), B, A),
    "enum of integers to strings": (enum(4, 6), enum("4", "6"), B, B),
    "enum of integers to a range": (
        enum(4, 6),
        integer(minimum=1, maximum=10),
        A,
        B,
    ),
    "enum of integers to a smaller range": (
        enum(4, 6),
        integer(minimum=1, maximum=5),
        B,
        B,
    ),
    "a range to an enum": (integer(minimum=1, maximum=9), enum(4, 6), B, A),
    "enum of integers typed as number": (
        enum(4, 6, type="integer"),
        enum(4, 6, type="number"),
        NOTHING,
        NOTHING,
    ),
    "a branch with a list goes": (union(enum("a", 1), INTEGER), INTEGER, B, A),
    "a branch with a list comes": (INTEGER, union(enum("a", "b"), INTEGER), A, B),
    "integers as floats in a list": (enum(1, 2), enum(1.0, 2.0), NOTHING, NOTHING),
    "an array of anything to one of text": (
        {"type": "array"},
        array(),
        B,
        A,
    ),
    "an array of text to one of anything": (array(), {"type": "array"}, A, B),
    "a place of a list": (
        {"type": "array", "prefixItems": [STRING, INTEGER], "items": False},
        {"type": "array", "prefixItems": [STRING], "items": False},
        B,
        A,
    ),
    "const changed": ({"const": "a"}, {"const": "b"}, B, B),
    "const to enum": ({"const": "a"}, enum("a", "b"), A, B),
    "enum to const": (enum("a", "b"), {"const": "a"}, B, A),
    "enum of one to const": (enum("a"), {"const": "a"}, NOTHING, NOTHING),
    "const true is not 1": ({"const": True}, {"const": 1}, B, B),
    "null allowed": (STRING, {"type": ["string", "null"]}, A, B),
    "null refused": ({"type": ["string", "null"]}, STRING, B, A),
    "nullable in OpenAPI's words": (
        string(nullable=True),
        {"type": ["string", "null"]},
        NOTHING,
        NOTHING,
    ),
    "nullable as a branch": (
        union(STRING, {"type": "null"}),
        {"type": ["string", "null"]},
        NOTHING,
        NOTHING,
    ),
    "nullable enum refuses null": (enum("a", None), enum("a"), B, A),
    "null named, but not listed": (
        {"type": ["string", "null"], "enum": ["a"]},
        enum("a", None),
        A,
        B,
    ),
    "a branch added": (STRING, union(STRING, INTEGER), A, B),
    "a branch removed": (union(STRING, INTEGER), STRING, B, A),
    "a branch replaced": (
        union(STRING, INTEGER),
        union(STRING, {"type": "boolean"}),
        B,
        B,
    ),
    "branches in another order": (
        union(STRING, INTEGER),
        union(INTEGER, STRING),
        NOTHING,
        NOTHING,
    ),
    "oneOf for anyOf": (
        union(STRING, INTEGER),
        {"oneOf": [STRING, INTEGER]},
        NOTHING,
        NOTHING,
    ),
    "a list of types": (
        {"type": ["string", "integer"]},
        union(INTEGER, STRING),
        NOTHING,
        NOTHING,
    ),
    "an object beside an enum": (enum("auto"), union(enum("auto"), SIZE), A, B),
    "a branch that another covers": (
        union(enum("a"), INTEGER),
        union(STRING, INTEGER),
        A,
        B,
    ),
    "a branch that gets narrower": (
        union(string(maxLength=9), INTEGER),
        union(string(maxLength=5), INTEGER),
        B,
        A,
    ),
    "an integer branch beside number": (
        union(STRING, number()),
        union(STRING, number(), INTEGER),
        NOTHING,
        NOTHING,
    ),
    "maxItems up": (array(maxItems=3), array(maxItems=4), A, B),
    "maxItems down": (array(maxItems=4), array(maxItems=3), B, A),
    "minItems added": (array(), array(minItems=1), B, A),
    "minItems down": (array(minItems=2), array(minItems=1), A, B),
    "uniqueItems": (array(), array(uniqueItems=True), B, A),
    "items of another type": (array(STRING), array(INTEGER), B, B),
    "items with a bound": (array(INTEGER), array(integer(maximum=5)), B, A),
    "items with one value more": (array(enum("a")), array(enum("a", "b")), A, B),
    "items described otherwise": (array(), array(string(description="x")), H, H),
    "an array in an array": (
        array(array(INTEGER)),
        array(array(integer(minimum=1))),
        B,
        A,
    ),
    "a nested field added": (SIZE, size(depth=INTEGER), A, A),
    "a nested field required": (SIZE, {**SIZE, "required": ["width", "height"]}, B, A),
    "a nested field optional": (SIZE, {**SIZE, "required": []}, A, B),
    "a nested required field added": (
        SIZE,
        {**size(depth=INTEGER), "required": ["width", "depth"]},
        B,
        A,
    ),
    "a nested field removed": (size(depth=INTEGER), SIZE, B, B),
    "a nested bound": (SIZE, size(height=integer(maximum=2048)), B, A),
    "in an array of objects": (
        array(SIZE),
        array(size(height=integer(maximum=2048))),
        B,
        A,
    ),
    "an object opens": ({**SIZE, "additionalProperties": False}, SIZE, NOTHING, A),
    "an open object closes": (
        {**SIZE, "additionalProperties": True},
        {**SIZE, "additionalProperties": False},
        B,
        A,
    ),
    "values of a map": (
        {"type": "object", "additionalProperties": INTEGER},
        {"type": "object", "additionalProperties": integer(minimum=0)},
        B,
        A,
    ),
    "default changed": (integer(default=1), integer(default=2), H, H),
    "default removed": (integer(default=1), INTEGER, H, H),
    "default true is not 1": (
        {"type": "boolean", "default": True},
        {"type": "boolean", "default": False},
        H,
        H,
    ),
    "description changed": (STRING, string(description="Words."), H, H),
    "title changed": (string(title="A"), string(title="B"), H, H),
    "examples changed": (string(examples=["a"]), string(examples=["b"]), H, H),
    "a word of ours, true and 1": (
        string(**{"x-flag": True}),
        string(**{"x-flag": 1}),
        H,
        H,
    ),
    "deprecated": (STRING, string(deprecated=True), H, H),
    "a word of the dialect": (STRING, string(unit="px"), H, H),
}


def verdict(side: str, was: Any, now: Any, name: str = "field") -> tuple[str, set[str]]:
    """Return the worst verdict, and the fields that it speaks of."""
    schemas = (
        {"type": "object", "properties": {name: each, "other": STRING}}
        for each in (was, now)
    )
    old, new = (folder(entry(**{f"{side}_schema": schema})) for schema in schemas)
    changes = compared(old, new).changes
    assert {change.side for change in changes} <= {side}
    fields = {change.field for change in changes}
    return (changes[0].verdict if changes else NOTHING), fields


@pytest.mark.parametrize("case", FIELDS)
def test_a_change_of_an_input(case: str) -> None:
    was, now, expected, _ = FIELDS[case]
    found, fields = verdict("input", was, now)
    assert found == expected
    assert all(field.startswith("field") for field in fields)


@pytest.mark.parametrize("case", FIELDS)
def test_a_change_of_an_output(case: str) -> None:
    was, now, _, expected = FIELDS[case]
    assert verdict("output", was, now)[0] == expected


def test_there_is_no_change_without_a_difference() -> None:
    for was, now, *_ in FIELDS.values():
        for schema in (was, now):
            assert verdict("input", schema, schema) == (NOTHING, set())


# Whole objects: properties, required, then what that is as an input and an output.
OBJECTS: dict[str, tuple[Any, Any, Any, Any, str, str]] = {
    "a new required field": ({}, [], {"a": STRING}, ["a"], B, A),
    "a new optional field": ({}, [], {"a": STRING}, [], A, A),
    "a removed field": ({"a": STRING}, [], {}, [], B, B),
    "a removed required field": ({"a": STRING}, ["a"], {}, [], B, B),
    "a renamed field": ({"a": STRING}, [], {"b": STRING}, [], B, B),
    "optional to required": ({"a": STRING}, [], {"a": STRING}, ["a"], B, A),
    "required to optional": ({"a": STRING}, ["a"], {"a": STRING}, [], A, B),
    "fields in another order": (
        {"a": STRING, "b": INTEGER},
        ["a", "b"],
        {"b": INTEGER, "a": STRING},
        ["b", "a"],
        NOTHING,
        NOTHING,
    ),
    "required without a property": (
        {"a": STRING},
        ["x"],
        {"a": STRING},
        [],
        NOTHING,
        NOTHING,
    ),
}


@pytest.mark.parametrize("case", OBJECTS)
@pytest.mark.parametrize("side", ["input", "output"])
def test_a_change_of_the_whole(case: str, side: str) -> None:
    was, required, now, requires, on_input, on_output = OBJECTS[case]
    old, new = (
        folder(
            entry(
                **{
                    f"{side}_schema": {
                        "type": "object",
                        "properties": properties,
                        "required": names,
                    }
                }
            )
        )
        for properties, names in ((was, required), (now, requires))
    )
    changes = compared(old, new).changes
    expected = on_input if side == "input" else on_output
    assert (changes[0].verdict if changes else NOTHING) == expected


@pytest.mark.parametrize(
    ("name", "was", "now", "expected"),
    [
        ("duration", integer(default=4), integer(default=30), B),
        ("duration", integer(default=30), integer(default=4), B),
        ("videoLength", integer(default=4), integer(default=30), B),
        ("num_images", integer(default=1), integer(default=4), B),
        ("n", integer(default=1), integer(default=4), B),
        (
            "resolution",
            enum("720p", "4k", default="720p"),
            enum("720p", "4k", default="4k"),
            B,
        ),
        (
            "generate_audio",
            {"type": "boolean", "default": False},
            {"type": "boolean", "default": True},
            B,
        ),
        ("duration", integer(), integer(default=30), H),
        ("duration", integer(default=30), integer(), H),
        ("seed", integer(default=1), integer(default=2), H),
        ("prompt_strength", number(default=0.5), number(default=1), H),
        ("output_format", enum("a", "b", default="a"), enum("a", "b", default="b"), H),
    ],
)
def test_a_default_that_costs_breaks(
    name: str, was: Any, now: Any, expected: str
) -> None:
    found = verdict("input", was, now, name)
    assert found[0] == expected
