"""A page says of each field what it takes, in words: its type, and its limits."""

import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main

TEXT = {"type": "string"}
SIZES = {"validation_rule": "width_pixels>", "validation_value": 64}
FIELDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "text": (TEXT, "string", ""),
    "short": ({**TEXT, "maxLength": 1}, "string", "up to 1 character"),
    "long": ({**TEXT, "minLength": 2}, "string", "at least 2 characters"),
    "exact": ({**TEXT, "minLength": 2, "maxLength": 2}, "string", "2 characters"),
    "between": (
        {**TEXT, "minLength": 0, "maxLength": 9},
        "string",
        "0 to 9 characters",
    ),
    "hex": ({**TEXT, "pattern": "^#"}, "string", "matches `^#`"),
    "low": ({"type": "integer", "minimum": 0}, "integer", "at least 0"),
    "above": ({"type": "number", "exclusiveMinimum": 0}, "number", "above 0"),
    "below": ({"type": "number", "exclusiveMaximum": 5}, "number", "below 5"),
    "steps": ({"type": "integer", "multipleOf": 8}, "integer", "a multiple of 8"),
    "anything": ({"type": "array"}, "list", ""),
    "texts": (
        {"type": "array", "items": {**TEXT, "maxLength": 5}, "minItems": 1},
        "list of strings",
        "at least 1 item; each up to 5 characters",
    ),
    "once": (
        {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        "list of integers",
        "no item twice",
    ),
    "numbers": (
        {"type": "object", "additionalProperties": {"type": "number"}},
        "object of numbers",
        "",
    ),
    "either": (
        {"anyOf": [{"type": "integer", "maximum": 3}, TEXT]},
        "integer or string",
        "up to 3",
    ),
    "mixed": (
        {"enum": [True, 1, "a", 0.5]},
        "boolean or number or string",
        "",
    ),
    "image_url": (
        {**TEXT, "format": "uri", "validations": [SIZES]},
        "image URL or [file](#files)",
        "over `64` pixels wide",
    ),
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("documented")
    properties = {name: schema for name, (schema, _, _) in FIELDS.items()}
    entry = {
        "model_id": "acme/brush",
        "input_schema": {"type": "object", "properties": properties},
    }
    file = folder / "schemas" / "acme" / "brush.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(entry), "utf-8")
    out = folder / "out"
    folders = ["--schemas", str(folder / "schemas"), "--out", str(out)]
    done = CliRunner().invoke(main, ["generate", *folders], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return (out / "docs" / "models" / "acme" / "brush.md").read_text("utf-8")


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_is_told_in_words(page: str, name: str) -> None:
    _, kind, limits = FIELDS[name]
    told = re.search(
        rf"^- <a id=\"input-{name}\"></a>\*\*`{name}`\*\* (.*)$", page, re.M
    )
    assert told
    said = told[1].partition(" One of ")[0].split(" · ")
    assert said == [kind, *([limits] if limits else [])]


def test_of_each_medium_it_is_told_what_is_checked(page: str) -> None:
    assert (
        "- [`image_url`](#input-image_url): image URL, or file of yours checked to be "
        "an image; over `64` pixels wide\n"
    ) in page
