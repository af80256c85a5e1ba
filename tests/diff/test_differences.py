"""Pairs of schemas, and each difference between them in full."""

from typing import Any

import pytest

from runcomfy_codegen.diff.schemas import differences

ROWS: dict[str, tuple[Any, Any, list[tuple[Any, ...]]]] = {
    "described": (
        {"type": "string", "description": "a", "title": "t"},
        {"type": "string", "description": "b"},
        [
            ("", "description", "neutral", "description changed", "a", "b"),
            ("", "title", "neutral", "title changed", "t", None),
        ],
    ),
    "medium": (
        {"type": "string", "x-media": "image"},
        {"type": "string", "x-media": "video"},
        [("", "x-media", "different", "medium image -> video", "image", "video")],
    ),
    "no default": (
        {"type": "integer", "default": 4},
        {"type": "integer"},
        [("", "default", "neutral", "default 4 -> none", 4, None)],
    ),
    "a default of null": (
        {"type": "string", "default": "a"},
        {"type": "string", "default": None},
        [("", "default", "neutral", 'default "a" -> none', "a", None)],
    ),
    "anything to a type": (
        {},
        {"type": "string"},
        [("", "type", "narrower", "type any -> string", None, "string")],
    ),
    "a type to anything": (
        {"type": "string"},
        {},
        [("", "type", "wider", "type string -> any", "string", None)],
    ),
    "anything to true": ({}, True, []),
    "nothing any more": (
        {"type": "string"},
        False,
        [("", "type", "narrower", "string is no longer allowed", "string", None)],
    ),
    "null too": (
        {"type": "string"},
        {"type": ["string", "null"]},
        [("", "null", "wider", "null is allowed too", None, None)],
    ),
    "no null": (
        {"type": ["string", "null"]},
        {"type": "string"},
        [("", "null", "narrower", "null is no longer allowed", None, None)],
    ),
    "types": (
        {"type": "string"},
        {"type": "integer"},
        [("", "type", "different", "type string -> integer", "string", "integer")],
    ),
    "another list": (
        {"enum": ["a", "b"]},
        {"enum": ["b", "c"]},
        [
            (
                "",
                "enum",
                "narrower",
                '"a" is no longer allowed',
                ["a", "b"],
                ["b", "c"],
            ),
            ("", "enum", "wider", '"c" is allowed too', ["a", "b"], ["b", "c"]),
        ],
    ),
    "a long list": (
        {"enum": ["a", "b", "c", "d", "e", "f", "g", "h"]},
        {"enum": ["a"]},
        [
            (
                "",
                "enum",
                "narrower",
                '"b", "c", "d", "e", "f", "g", … (7 values) is no longer allowed',
                ["a", "b", "c", "d", "e", "f", "g", "h"],
                ["a"],
            )
        ],
    ),
    "six": (
        {"enum": ["a", "b", "c", "d", "e", "f", "g"]},
        {"enum": ["a"]},
        [
            (
                "",
                "enum",
                "narrower",
                '"b", "c", "d", "e", "f", "g" is no longer allowed',
                ["a", "b", "c", "d", "e", "f", "g"],
                ["a"],
            )
        ],
    ),
    "list to type": (
        {"type": "string", "enum": ["a"]},
        {"type": "string"},
        [("", "enum", "wider", 'not only "a"', ["a"], None)],
    ),
    "type to list": (
        {"type": "string"},
        {"type": "string", "enum": ["a"]},
        [("", "enum", "narrower", 'only "a"', None, ["a"])],
    ),
    "list to a type that refuses": (
        {"enum": ["a", 1]},
        {"type": "string"},
        [
            ("", "type", "narrower", "type any -> string", None, "string"),
            ("", "enum", "wider", 'not only "a", 1', ["a", 1], None),
            ("", "enum", "narrower", "1 is no longer allowed", ["a", 1], None),
        ],
    ),
    "type to list that refuses": (
        {"type": "string", "maxLength": 1},
        {"type": "string", "enum": ["a", "bb"]},
        [
            ("", "enum", "narrower", 'only "a", "bb"', None, ["a", "bb"]),
            ("", "enum", "wider", '"bb" is allowed too', None, ["a", "bb"]),
        ],
    ),
    "1 and true": (
        {"enum": [1]},
        {"enum": [True]},
        [
            ("", "enum", "narrower", "1 is no longer allowed", [1], [True]),
            ("", "enum", "wider", "true is allowed too", [1], [True]),
        ],
    ),
    "1 and 1.0": ({"enum": [1]}, {"enum": [1.0]}, []),
    "const": (
        {"const": "a"},
        {"const": "b"},
        [
            ("", "enum", "narrower", '"a" is no longer allowed', ["a"], ["b"]),
            ("", "enum", "wider", '"b" is allowed too', ["a"], ["b"]),
        ],
    ),
    "items": (
        {"type": "array", "items": {"type": "string"}},
        {"type": "array", "items": {"type": "integer"}},
        [("[]", "type", "different", "type string -> integer", "string", "integer")],
    ),
    "no items": (
        {"type": "array"},
        {"type": "array", "items": {"type": "string"}},
        [("[]", "type", "narrower", "type any -> string", None, "string")],
    ),
    "array limits": (
        {"type": "array", "items": {"type": "string"}, "maxItems": 2},
        {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        [("", "maxItems", "wider", "maxItems 2 -> 3", 2, 3)],
    ),
    "nested": (
        {
            "type": "object",
            "properties": {
                "a": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"b": {"type": "integer"}},
                    },
                }
            },
        },
        {
            "type": "object",
            "properties": {
                "a": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {"b": {"type": "number"}},
                    },
                }
            },
        },
        [("a[].b", "type", "wider", "type integer -> number", "integer", "number")],
    ),
    "odd name": (
        {"type": "object", "properties": {"a b": {"type": "integer"}}},
        {"type": "object", "properties": {}},
        [('"a b"', "field-removed", "narrower", "removed", {"type": "integer"}, None)],
    ),
    "fields": (
        {
            "type": "object",
            "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
            "required": ["a"],
        },
        {
            "type": "object",
            "properties": {
                "a": {"type": "string"},
                "c": {"type": "string"},
                "d": {"type": "string"},
            },
            "required": ["d"],
        },
        [
            ("a", "required", "wider", "now optional", None, None),
            ("b", "field-removed", "narrower", "removed", {"type": "string"}, None),
            ("c", "field-added", "wider", "new, optional", None, {"type": "string"}),
            ("d", "field-added", "narrower", "new, required", None, {"type": "string"}),
        ],
    ),
    "closed": (
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {}, "additionalProperties": False},
        [("", "closed", "narrower", "other fields are no longer allowed", None, None)],
    ),
    "opened": (
        {"type": "object", "properties": {}, "additionalProperties": False},
        {"type": "object", "properties": {}},
        [("", "opened", "wider", "other fields are allowed too", None, None)],
    ),
    "others": (
        {
            "type": "object",
            "properties": {},
            "additionalProperties": {"type": "string"},
        },
        {
            "type": "object",
            "properties": {},
            "additionalProperties": {"type": "integer"},
        },
        [("*", "type", "different", "type string -> integer", "string", "integer")],
    ),
    "typed others": (
        {"type": "object", "properties": {}, "additionalProperties": True},
        {
            "type": "object",
            "properties": {},
            "additionalProperties": {"type": "integer"},
        },
        [("*", "type", "narrower", "type any -> integer", None, "integer")],
    ),
    "branch gone": (
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": "string"},
        [("", "type", "narrower", "integer is no longer allowed", "integer", None)],
    ),
    "branch come": (
        {"type": "string"},
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        [("", "type", "wider", "integer is allowed too", None, "integer")],
    ),
    "branch changed": (
        {"anyOf": [{"type": "string"}, {"type": "integer", "maximum": 4}]},
        {"anyOf": [{"type": "string"}, {"type": "integer", "maximum": 5}]},
        [("", "maximum", "wider", "maximum 4 -> 5", 4, 5)],
    ),
    "branch covered": (
        {
            "anyOf": [
                {"type": "integer", "maximum": 4},
                {"type": "string", "enum": ["a"]},
            ]
        },
        {"anyOf": [{"type": "integer", "maximum": 4}, {"type": "string"}]},
        [("", "enum", "wider", 'not only "a"', ["a"], None)],
    ),
    "covered by another": (
        {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a"]}]},
        {"type": "string"},
        [],
    ),
    "uncovered": (
        {"type": "string"},
        {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a"]}]},
        [],
    ),
    "two objects": (
        {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"a": {"type": "string"}},
                    "title": "A",
                },
                {"type": "object", "properties": {"b": {"type": "string"}}},
            ]
        },
        {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"b": {"type": "string"}, "c": {"type": "string"}},
                },
                {
                    "type": "object",
                    "properties": {"a": {"type": "string"}, "d": {"type": "string"}},
                },
            ]
        },
        [
            ("d", "field-added", "wider", "new, optional", None, {"type": "string"}),
            ("c", "field-added", "wider", "new, optional", None, {"type": "string"}),
        ],
    ),
    "enum and size": (
        {
            "anyOf": [
                {"type": "string", "enum": ["a"]},
                {"type": "object", "properties": {"w": {"type": "integer"}}},
            ]
        },
        {
            "anyOf": [
                {"type": "string", "enum": ["a", "b"]},
                {
                    "type": "object",
                    "properties": {"w": {"type": "integer"}, "h": {"type": "integer"}},
                },
            ]
        },
        [
            ("", "enum", "wider", '"b" is allowed too', ["a"], ["a", "b"]),
            ("h", "field-added", "wider", "new, optional", None, {"type": "integer"}),
        ],
    ),
    "enum pairs": (
        {
            "anyOf": [
                {"type": "string", "enum": ["a"]},
                {"type": "string", "maxLength": 3},
            ]
        },
        {
            "anyOf": [
                {"type": "string", "maxLength": 4},
                {"type": "string", "enum": ["b"]},
            ]
        },
        [
            ("", "enum", "narrower", '"a" is no longer allowed', ["a"], ["b"]),
            ("", "enum", "wider", '"b" is allowed too', ["a"], ["b"]),
            ("", "maxLength", "wider", "maxLength 3 -> 4", 3, 4),
        ],
    ),
    "beside a choice": (
        {"maximum": 4, "anyOf": [{"type": "integer"}, {"type": "number"}]},
        {"maximum": 5, "anyOf": [{"type": "integer"}, {"type": "number"}]},
        [
            ("", "maximum", "wider", "maximum 4 -> 5", 4, 5),
            ("", "maximum", "wider", "maximum 4 -> 5", 4, 5),
        ],
    ),
    "number to integer": (
        {"type": "number"},
        {"type": "integer"},
        [("", "type", "narrower", "type number -> integer", "number", "integer")],
    ),
    "integer to number": (
        {"type": "integer"},
        {"type": "number"},
        [("", "type", "wider", "type integer -> number", "integer", "number")],
    ),
    "typed enum": (
        {"type": "integer", "enum": [1]},
        {"type": "number", "enum": [1]},
        [],
    ),
    "typed enum more": (
        {"type": "integer", "enum": [1]},
        {"type": "number", "enum": [1, 1.5]},
        [("", "enum", "wider", "1.5 is allowed too", [1], [1, 1.5])],
    ),
    "enum other type": (
        {"type": "integer", "enum": [1]},
        {"type": "string", "enum": ["1"]},
        [("", "type", "different", "type integer -> string", "integer", "string")],
    ),
    "only null": (
        {"type": "null"},
        {"type": ["null", "string"]},
        [("", "type", "wider", "string is allowed too", None, "string")],
    ),
    "null listed": (
        {"enum": ["a", None]},
        {"enum": ["a"]},
        [("", "null", "narrower", "null is no longer allowed", None, None)],
    ),
    "const null": (
        {"const": None},
        {"const": "a"},
        [
            ("", "null", "narrower", "null is no longer allowed", None, None),
            ("", "type", "wider", '"a" is allowed too', None, '"a"'),
        ],
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_pair(row: str) -> None:
    old, new, expected = ROWS[row]
    found = [
        (each.field, each.kind, each.effect, each.what, each.before, each.after)
        for each in differences(old, new)
    ]
    assert found == expected
