"""What a page may look like at the edges of each rule, and what is then read."""

import json
from typing import Any

import pytest

from runcomfy_codegen.reader import json_text, read_source

ID = "examplelabs/lighthouse-2/edit"
URL = f"https://model-api.example.net/v1/models/{ID}"
CURL = f"curl --url {URL} \\\n--data '{{}}'\n"
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}


def one(page: str) -> dict[str, Any]:
    read = read_source(page, "page.txt")
    assert read.errors == ()
    (entry,) = read.entries
    return entry


def test_a_schema_that_names_its_properties_alone() -> None:
    schema = {"properties": {"a": {"type": "string"}}}
    assert one(CURL + json.dumps(schema))["input_schema"] == schema


@pytest.mark.parametrize(
    "output",
    [
        {"properties": {"image": {"type": "string"}}, "required": ["image"]},
        {"type": ["object", "null"], "title": "Output"},
        {"type": "string"},
        {"image": {"type": "string"}},
    ],
)
def test_an_output_in_its_wrapper(output: dict[str, Any]) -> None:
    page = CURL + json.dumps(SCHEMA) + json.dumps({"output": output})
    assert one(page)["output_schema"] == {"output": output}


@pytest.mark.parametrize(
    "result",
    [
        {"output": "https://example.com/a.png"},
        {"output": {"image": "https://example.com/a.png"}},
        {"output": {"image": {}}, "status": "succeeded"},
    ],
)
def test_a_sample_result_is_no_schema(result: dict[str, Any]) -> None:
    page = CURL + json.dumps(SCHEMA) + json.dumps(result)
    assert "output_schema" not in one(page)


def test_a_submit_url_right_behind_an_object() -> None:
    page = f"Send {{}}{URL}\n{json.dumps(SCHEMA)}"
    assert one(page)["model_id"] == ID


@pytest.mark.parametrize("count", [json_text.MAX_BROKEN, json_text.MAX_BROKEN + 1])
def test_so_many_broken_samples_are_read_past(count: int) -> None:
    page = 'such as {"width": …} ' * count + CURL + json.dumps(SCHEMA)
    read = read_source(page, "page.txt")
    assert len(read.entries) == (count == json_text.MAX_BROKEN)
    places = [str(error).partition(":")[0] for error in read.errors]
    assert places == ["page.txt"] * (count > json_text.MAX_BROKEN)


@pytest.mark.parametrize("digits", [json_text.MAX_DIGITS, json_text.MAX_DIGITS + 1])
def test_a_number_may_have_so_many_digits(digits: int) -> None:
    number = "9" * digits
    page = f'{CURL}{{"type": "object", "properties": {{"a": {{"maximum": {number}}}}}}}'
    read = read_source(page, "page.txt")
    if digits == json_text.MAX_DIGITS:
        limit = read.entries[0]["input_schema"]["properties"]["a"]["maximum"]
        assert limit == int(number)
    else:
        assert "too long or too large, at #/properties/a/maximum" in str(read.errors[0])


def test_the_first_two_numbers_do_not_make_a_table_of_contents() -> None:
    title, text = "Lighthouse 2", "Paints over 3. It keeps 2. Then it draws 1. Slowly."
    page = f"{title}\n{text}\nContents\n1. Start\n{CURL}{json.dumps(SCHEMA)}"
    assert one(page)["description"] == text


@pytest.mark.parametrize("maker", ["RunComfy", "API"])
def test_one_word_of_the_interface_leads_to_no_curl(maker: str) -> None:
    title, text = "Lighthouse 2", f"Paints what {maker} users like to see over it."
    page = f"{title}\n{text}\n1. Start\n{CURL}{json.dumps(SCHEMA)}"
    assert one(page)["description"] == text


def test_lines_are_kept_in_code_whatever_it_marks() -> None:
    page = (
        "<html><body><pre><code><i>$</i> <b>curl</b> <i>--url</i> "
        "https://model-api.example.net/v1/models/examplelabs/Light House 2 \\\n"
        f"--data '{{}}'</code></pre><pre>{json.dumps(SCHEMA)}</pre></body></html>"
    )
    assert one(page)["model_id"] == "examplelabs/Light House 2"


def test_lines_in_prose_are_joined_behind_code() -> None:
    page = (
        "<html><body><pre>Lighthouse 2</pre>Paints over\nall of the pictures."
        f"<p>1. Start</p><pre>{CURL}</pre><pre>{json.dumps(SCHEMA)}</pre></body></html>"
    )
    entry = one(page)
    assert entry["description"] == "Paints over all of the pictures."


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ('<meta property="og:url"><link rel="canonical">', None),
        ('<meta property="og:url" content="/relative">', None),
        (
            '<meta property="OG:URL" content="https://a.example/og">',
            "https://a.example/og",
        ),
        (
            '<meta property="og:url" content="https://a.example/og">'
            '<link rel="next Canonical" href="https://a.example/page">',
            "https://a.example/page",
        ),
        ('<meta property="og:url" content="https://[">', None),
    ],
)
def test_the_address_that_a_page_names(head: str, address: str | None) -> None:
    page = f"<html><head>{head}</head><pre>{CURL}</pre>{json.dumps(SCHEMA)}</html>"
    assert one(page).get("source_url") == address
