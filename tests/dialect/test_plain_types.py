"""What is typed without the parser is typed as the parser would."""

from typing import Any

import pytest

from runcomfy_codegen.render.python.documents import Document
from runcomfy_codegen.render.python.field_types import _parse, _Reading
from runcomfy_codegen.render.python.plain_types import plain_type

PLAIN: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": ["string", "null"]},
    {"enum": ["b", "a", "None", "é\"'\\"], "type": "string"},
    {"enum": [8, 1, 0], "type": "integer"},
    {"enum": [0.5], "type": "number"},
    {"type": "array", "items": {"type": "number"}},
    {"type": "array", "items": {"type": "array", "items": {"type": "string"}}},
    {"type": "string", "format": "uri", "x-media": "image"},
    {
        "type": "array",
        "items": {"type": "string", "format": "uri", "x-media": "video"},
        "x-media": "video",
    },
    {"$ref": "#/$defs/ImageSize"},
]
NOT_PLAIN: list[dict[str, Any]] = [
    {},
    {"type": "array"},
    {"type": "object"},
    {"enum": [1, True], "type": "integer"},
    {"enum": ["a", 1]},
    {"enum": ["a", "a"], "type": "string"},
    {"type": "array", "items": {"enum": ["a"], "type": "string"}},
    {"type": "array", "items": {"type": "string", "minLength": 2}},
    {"anyOf": [{"type": "string"}, {"type": "integer"}]},
]


def test_the_parser_agrees() -> None:
    documents = [Document(schema, is_open=False) for schema in PLAIN]
    parsed: dict[str, Any] = {}
    _parse({each.key: each for each in documents}, parsed)
    for document in documents:
        plain = plain_type(document.field)
        assert plain is not None, document.field
        reading = _Reading(document.inner, is_open=False)
        assert reading.node(plain) == reading.node(parsed[document.key])


@pytest.mark.parametrize("schema", NOT_PLAIN, ids=str)
def test_what_needs_the_parser(schema: dict[str, Any]) -> None:
    assert plain_type(Document(schema, is_open=False).field) is None
