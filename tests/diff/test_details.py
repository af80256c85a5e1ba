"""All that a change tells: where, what kind, in which words, what was and what is."""

from typing import Any

import pytest

from tests.support.folders import compared, entry, folder

S, N = {"type": "string"}, {"type": "integer"}
LETTERS = list("cdefghijk")


def array(**more: Any) -> dict[str, Any]:
    return {"type": "array", "items": S, **more}


def fields(required: str, *names: str, **kinds: Any) -> dict[str, Any]:
    properties = {**dict.fromkeys(names, N), **kinds}
    return {"type": "object", "required": [required], "properties": properties}


ROWS: list[tuple[Any, Any, list[tuple[Any, ...]]]] = [
    (
        array(),
        array(minItems=2),
        [("a", "minItems", "breaking", "minItems none -> 2", None, 2)],
    ),
    (
        array(minItems=2),
        array(uniqueItems=True),
        [
            ("a", "uniqueItems", "breaking", "uniqueItems false -> true", False, True),
            ("a", "minItems", "additive", "minItems 2 -> none", 2, None),
        ],
    ),
    (
        {"type": "number", "minimum": 0},
        {"type": "number", "exclusiveMinimum": 0},
        [
            (
                *("a", "minimum", "breaking", "minimum 0 -> 0 (exclusive)"),
                *(0, {"exclusive": 0}),
            )
        ],
    ),
    (
        {**S, "description": "x", "default": "p"},
        {**S, "description": "y", "default": "q"},
        [
            ("a", "description", "harmless", "description changed", "x", "y"),
            ("a", "examples", "harmless", "examples changed", ["p"], ["q"]),
        ],
    ),
    (
        {**N, "default": 3},
        N,
        [("a", "default", "harmless", "default 3 -> none", 3, None)],
    ),
    (
        {**S, "format": "image_uri"},
        {**S, "format": "video_uri"},
        [
            (
                *("a", "x-media", "breaking", "medium image -> video"),
                *("image", "video"),
            )
        ],
    ),
    (
        {"enum": ["a", "b"]},
        {"enum": LETTERS},
        [
            (
                *("a", "enum", "breaking", '"a", "b" is no longer allowed'),
                *(["a", "b"], LETTERS),
            ),
            (
                *("a", "enum", "additive"),
                '"c", "d", "e", "f", "g", "h", … (9 values) is allowed too',
                *(["a", "b"], LETTERS),
            ),
        ],
    ),
    ({"enum": ["a"]}, S, [("a", "enum", "additive", 'not only "a"', ["a"], None)]),
    (S, {"enum": ["a"]}, [("a", "enum", "breaking", 'only "a"', None, ["a"])]),
    (S, N, [("a", "type", "breaking", "type string -> integer", "string", "integer")]),
    (
        {"anyOf": [S, array()]},
        {"anyOf": [N, S]},
        [("a", "type", "breaking", "type array -> integer", "array", "integer")],
    ),
    (
        {"anyOf": [S, array(), {"type": "boolean"}]},
        {"anyOf": [N, S]},
        [
            ("a", "type", "breaking", "array is no longer allowed", "array", None),
            ("a", "type", "breaking", "boolean is no longer allowed", "boolean", None),
            ("a", "type", "additive", "integer is allowed too", None, "integer"),
        ],
    ),
    (
        fields("w", "w", "h"),
        fields("h", "w", "h"),
        [
            ("a.h", "required", "breaking", "now required", None, None),
            ("a.w", "required", "additive", "now optional", None, None),
        ],
    ),
    (
        {"anyOf": [fields("x", "x", "y"), fields("p", "p")]},
        {"anyOf": [fields("x", "x", y=S), fields("p", "p", "q")]},
        [
            (
                *("a.y", "type", "breaking", "type integer -> string"),
                *("integer", "string"),
            ),
            ("a.q", "field-added", "additive", "new, optional", None, N),
        ],
    ),
    (
        {"type": "array", "items": array(maxItems=3)},
        {"type": "array", "items": array(maxItems=2)},
        [("a[]", "maxItems", "breaking", "maxItems 3 -> 2", 3, 2)],
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), ROWS)
def test_what_is_told(old: Any, new: Any, told: list[tuple[Any, ...]]) -> None:
    was, now = (
        folder(entry(input_schema={"type": "object", "properties": {"a": schema}}))
        for schema in (old, new)
    )
    assert [
        (c.field, c.kind, c.verdict, c.what, c.before, c.after)
        for c in compared(was, now).changes
    ] == told
    assert {(c.model_id, c.side) for c in compared(was, now).changes} == {
        ("acme/paint", "input")
    }
