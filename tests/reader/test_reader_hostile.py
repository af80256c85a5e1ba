"""Texts made to hurt: the work that they cause is bounded, and the error is clear."""

import json
import re
from typing import Any

import pytest

from runcomfy_codegen.errors import SourceError
from runcomfy_codegen.reader import json_text, markup, read_bytes, read_source
from runcomfy_codegen.reader.source import SourceText

CURL = "curl --url https://model-api.runcomfy.net/v1/models/examplelabs/a \\\n--data '{}'\n"
SCHEMA = '{"type": "object", "properties": {"a": {"type": "string"}}}'


class CountingDecoder(json.JSONDecoder):
    """Counts attempts, and the characters that each of them read."""

    attempts = 0
    read = 0

    def raw_decode(self, s: str, idx: int = 0) -> tuple[Any, int]:
        self.attempts += 1
        try:
            value, end = super().raw_decode(s, idx)
        except json.JSONDecodeError as error:
            self.read += error.pos - idx
            raise
        self.read += end - idx
        return value, end


@pytest.mark.parametrize(
    "unit",
    ["{", '{"', '{"a', '{"a": ', '{"a": 1 ', '{"a": [', '{"a": "{', '{"a":{"b"', "{}"],
)
def test_work_is_bounded_by_the_length(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = CountingDecoder(parse_int=lambda digits: 0)
    monkeypatch.setattr(json_text, "_DECODER", decoder)
    text = unit * 100_000
    pieces = list(json_text.objects(text))
    broken = [piece for piece in pieces if isinstance(piece, json_text.Broken)]
    assert len(broken) <= json_text.MAX_BROKEN + 1
    assert decoder.attempts == len(pieces)
    assert decoder.read <= 2 * len(text)


def test_ten_megabytes_around_a_model_change_nothing() -> None:
    noise = "{ prose } [and] \"quotes\" 'too', https://a.example/ {{x}}\n" * 100_000
    read = read_source(noise + CURL + noise + SCHEMA + noise, "page.txt")
    assert read.errors == ()
    assert read.entries[0]["input_schema"] == json.loads(SCHEMA)


def test_too_many_broken_objects_are_no_page() -> None:
    noise = 'such as {"width": …} ' * 1000
    (error,) = read_source(noise + CURL + SCHEMA, "page.txt").errors
    assert "more than 100 broken JSON objects" in error.what


@pytest.mark.parametrize(
    "unit",
    [
        *("<a ", '<a b="', "<a b='", '<a b=">"', "<a bbbbbbbbbbbbbbbbbbbbbbbbb =", "<"),
        *("<!--", "<!", "</x", "<?", "<![CDATA[", "&", "&#"),
        *("<pre>", "<svg>", "<script>", "<title>"),
    ],
)
def test_broken_markup_is_read_forward_only(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    step = markup._markup

    def counted(page: Any, raw: str, start: int) -> int:
        end = step(page, raw, start)
        assert end > start or start == len(raw)
        steps.append(start)
        return end

    monkeypatch.setattr(markup, "_markup", counted)
    text = "<html>" + unit * 20_000
    seen, _ = markup.read_html(SourceText.of(text, "page.html"))
    assert len(seen.text) <= 2 * len(text)
    assert len(steps) <= text.count("<") + 1


@pytest.mark.parametrize(
    "line",
    ["1." * 5000, "a_" * 50_000 + "!", "aB" * 50_000, "1.2." * 5000, "." * 50_000],
)
def test_long_prose_is_no_trap(line: str) -> None:
    page = f"{line}\nexamplelabs/a\n{line}\n1. Start\n{CURL}{SCHEMA}"
    assert read_source(page, "page.txt").entries[0]["model_id"] == "examplelabs/a"


def nested(depth: int) -> str:
    return '{"type": "object", "a": ' * depth + "1" + "}" * depth


@pytest.mark.parametrize("depth", [json_text.MAX_DEPTH + 1, 900, 100_000])
def test_absurd_nesting_is_refused(depth: int) -> None:
    # Twice, since two schemas are compared, which recurses too.
    pages = {
        "page.txt": CURL + nested(depth) + nested(depth),
        "entry.json": f'{{"model_id": "a/b", "input_schema": {nested(depth)}}}',
    }
    for origin, text in pages.items():
        read = read_source(text, origin)
        assert read.entries == []
        assert "nested deeper than 100 levels" in str(read.errors[0])


def test_absurd_nesting_of_anything_is_refused() -> None:
    (error,) = read_source(CURL + '{"a": ' * 100_000 + SCHEMA, "page.txt").errors
    assert error.what.startswith("broken JSON in the JSON object: nested deeper")


def test_deepest_nesting_is_read() -> None:
    text = CURL + nested(json_text.MAX_DEPTH)
    assert read_source(text, "page.txt").errors == ()


def test_lone_surrogate_is_located() -> None:
    (error,) = read_source(f"Title\n\ud800 {CURL}{SCHEMA}", "page.txt").errors
    assert error.origin == "page.txt:2:1"
    assert "surrogate" in error.what


def test_nul_in_json_is_located() -> None:
    (error,) = read_source(CURL + SCHEMA.replace("string", "a\0"), "page.txt").errors
    assert (error.origin, "control character" in error.what) == ("page.txt:3:51", True)


def test_errors_can_be_printed() -> None:
    malformed = (
        '{"model_id": "\\n\\u001b/a"}',
        '{"model_id": "a/b", "input_schema": {"\\n": NaN}}',
    )
    for text in malformed:
        (error,) = read_source(text, "entry.json").errors
        assert str(error).isprintable()


def test_byte_order_mark_is_no_text() -> None:
    assert read_bytes(b"\xef\xbb\xbfa", "page.txt") == "a"
    read = read_source('\ufeff{"model_id": "a/b", "input_schema": {}}', "entry.json")
    assert read.errors == ()


@pytest.mark.parametrize("data", [b"\xff\xfea\0", b"abc\n\xe9", b"\xed\xa0\x80"])
def test_other_encodings_are_refused(data: bytes) -> None:
    with pytest.raises(SourceError, match=r"UTF-8; save it as UTF-8$|not UTF-8: "):
        read_bytes(data, "page.txt")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "/models/a",
        "http://[",
        "https://",
        "https://a b/",
        "ftp://a/",
    ],
)
def test_only_web_addresses_are_kept(address: str) -> None:
    page = f'<html><link rel=canonical href="{address}"><pre>{CURL}{SCHEMA}</pre>'
    assert "source_url" not in read_source(page, "page.html").entries[0]


def test_source_url_of_the_caller_goes_first_but_an_entrys_own_before_it() -> None:
    given = "https://www.example.com/given"
    page = f'<html><link rel=canonical href="https://a.example/"><pre>{CURL}{SCHEMA}'
    (entry,) = read_source(page, "page.html", given).entries
    assert entry["source_url"] == given
    own = {"model_id": "a/b", "input_schema": {}, "source_url": "https://a.example/"}
    assert read_source(json.dumps(own), "entry.json", given).entries == [own]
    bare = {"model_id": "a/b", "input_schema": {}}
    (entry,) = read_source(json.dumps(bare), "entry.json", given).entries
    assert list(entry) == ["model_id", "source_url", "input_schema"]
    assert read_source(json.dumps([bare]), "list.json", given).entries == [bare]


def test_html_errors_are_located_in_the_file() -> None:
    page = f"<html><!-- \n -->\n<pre>{CURL}\n&#123;&quot;type&quot;: &quot;object&quot;; 1}}"
    (error,) = read_source(page, "page.html").errors
    line, column = map(int, re.findall(r"\d+", error.origin))
    assert page.split("\n")[line - 1][column - 1 :] == "; 1}"
