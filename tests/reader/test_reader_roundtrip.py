"""Any entry that is printed in any rendering of a page reads back as it was."""

import html
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runcomfy_codegen.reader import read_source

PROSE = ("", "Set the YOUR_API_TOKEN.", "2. Autenticazione {qui}", "输入结构", "x_y: {")

texts = st.text(
    st.characters(exclude_categories=["Cs"]), max_size=12
) | st.sampled_from(
    [
        "'FLEX'",
        '{"output": {',
        "</pre>",
        "&quot;",
        "a  b",
        "https://h/v1/models/a/b",
        "}{",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
schemas = st.builds(
    lambda more, properties: {**more, "type": "object", "properties": properties},
    st.dictionaries(st.sampled_from(["title", "required", "x-é"]), values),
    st.dictionaries(texts, st.dictionaries(texts, values, max_size=3), max_size=4),
)
segments = st.text("abzAZ019.-_é ", min_size=1, max_size=8).filter(
    lambda text: text == text.strip() and text.strip(".")
)
entries = st.builds(
    lambda path, example, schema, output: {
        "model_id": "/".join(path).rstrip(".") + "x",
        "example": example,
        "input_schema": schema,
        "output_schema": {"output": output},
    },
    st.lists(segments, min_size=2, max_size=5),
    st.dictionaries(texts, values, max_size=4),
    schemas,
    schemas,
)


def curl(entry: dict[str, Any], body: str) -> str:
    path = entry["model_id"].replace(" ", "%20")
    url = f"https://model-api.example.net/v1/models/{path}"
    return f"curl --request POST \\\n  --url {url} \\\n  --data '{body}'"


def flat(value: Any) -> str:
    lines = json.dumps(value, indent=1, ensure_ascii=False).split("\n")
    return "\n".join(line.strip(" ") for line in lines)


def indented(value: Any) -> str:
    return json.dumps(value, indent=2).replace("\n", "\n    ")


def run_together(entry: dict[str, Any], prose: str) -> str:
    body = curl(entry, flat(entry["example"]))
    schemas = flat(entry["input_schema"]) + flat(entry["output_schema"])
    return f"{body}{prose}\n{body}{prose}\n{schemas}{prose}"


def headed(entry: dict[str, Any], prose: str) -> str:
    body = curl(entry, flat(entry["example"]))
    return (
        f"{prose}\n{body}2. {prose}\n{body}{prose}\n5. Schema\n{prose}\n"
        f"{flat(entry['input_schema'])}{prose}\n{flat(entry['output_schema'])}{prose}"
    )


def chrome(entry: dict[str, Any], prose: str) -> str:
    parts = [
        f"logo\n  • Models\n\n{prose}",
        curl(entry, indented(entry["example"])),
        indented(entry["input_schema"]),
        indented(entry["output_schema"]),
        "Follow us",
    ]
    return f"\r\n\r\n{prose}\r\n\r\n".join(parts)


def markup(entry: dict[str, Any], prose: str) -> str:
    def pre(text: str) -> str:
        lines = (f"<span>{html.escape(line)}</span>" for line in text.split("\n"))
        return f"<pre>{'<br>'.join(lines)}</pre><p>{html.escape(prose)}</p>"

    body = pre(curl(entry, json.dumps(entry["example"], indent=2)))
    schemas = pre(json.dumps(entry["input_schema"], indent=2))
    output = f"<code>{html.escape(json.dumps(entry['output_schema']))}</code>"
    return f"<!doctype html><html><body>{body}{schemas}{output}</body></html>"


@pytest.mark.parametrize("render", [run_together, headed, chrome, markup])
def test_reads_back(render: Callable[[dict[str, Any], str], str]) -> None:
    @settings(max_examples=60, deadline=None, database=None)
    @given(entries, st.sampled_from(PROSE))
    def check(entry: dict[str, Any], prose: str) -> None:
        read = read_source(render(entry, prose), "page")
        assert read.errors == ()
        assert json.dumps(read.entries) == json.dumps([entry])

    check()


@settings(max_examples=60, deadline=None, database=None)
@given(st.lists(entries, min_size=1, max_size=3), st.booleans())
def test_json_reads_back(published: list[dict[str, Any]], wrapped: bool) -> None:
    document = {"models": published} if wrapped else published
    read = read_source(json.dumps(document), "models.json")
    assert (read.entries, read.errors) == (published, ())


@settings(max_examples=200, deadline=None, database=None)
@given(st.text() | st.text('{}[]":,<>/&ab0 \n-!', max_size=60), st.integers(0, 3))
def test_any_text_gives_a_model_or_errors(text: str, cut: int) -> None:
    around = ["{}", "<html>{}", "[{}", "http://h/v1/models/a/b\n--data '{}\n{}"]
    read = read_source(around[cut].replace("{}", text), "page")
    assert bool(read.entries) != bool(read.errors)
    assert all(error.origin.startswith("page") and error.fix for error in read.errors)
