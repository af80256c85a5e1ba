"""What machines read: plain Markdown, schemas with names, an OpenAPI without leftovers."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runcomfy_codegen.app.site.crawlers import dates
from runcomfy_codegen.app.site.plain import plain_page
from runcomfy_codegen.cli import main

LISTED = r"- \[(\\.|[^\]\\])+\]\([^()\s]+\): \S.*$"
RULE = {"validation_rule": "file_size_mb<", "validation_value": 10}
SCHEMA = {
    "type": "object",
    "required": ["image_url"],
    "properties": {
        "image_url": {"type": "string", "format": "image_uri", "validations": [RULE]},
        "anything": {"type": "array"},
        "validations": {"type": "string", "description": "a field of this name"},
    },
}


@pytest.fixture(scope="module")
def docs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("machines")
    for name, more in (("fast", {}), ("slow", {"deprecated": "It is slow."})):
        file = folder / f"schemas/acme/paint/{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        entry = {"model_id": f"acme/paint/{name}", "input_schema": SCHEMA, **more}
        file.write_text(json.dumps(entry))
    given = ["--schemas", str(folder / "schemas"), "--out", str(folder / "out")]
    done = CliRunner().invoke(main, ["generate", *given])
    assert done.exit_code == 0, done.output
    return folder / "out/docs"


def test_every_component_of_openapi_is_used(docs: Path) -> None:
    text = (docs / "openapi.json").read_text("utf-8")
    for kind, names in json.loads(text)["components"].items():
        if kind != "securitySchemes":
            assert [n for n in names if f'"#/components/{kind}/{n}"' not in text] == []


def test_openapi_says_what_is_no_keyword_by_an_x(docs: Path) -> None:
    document = json.loads((docs / "openapi.json").read_bytes())
    made: dict[str, Any] = document["components"]["schemas"]["acme__paint_fast__Input"]
    fields = made["properties"]
    assert fields["image_url"]["x-validations"] == [RULE]
    assert fields["anything"]["items"] == {}
    assert fields["validations"]["type"] == "string"


def test_each_schema_has_a_name_of_its_own(docs: Path) -> None:
    files = sorted(docs.glob("schemas/*/*put.json"))
    names = [json.loads(file.read_bytes())["$id"] for file in files]
    assert len(files) == 4
    assert len(set(names)) == 4
    assert "urn:runcomfy:acme/paint/fast:input" in names


def test_llms_txt_is_in_its_format(docs: Path) -> None:
    """A title, a quote, then sections of nothing but links, each with what it is."""
    text = (docs / "llms.txt").read_text("utf-8")
    title, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    assert re.match(r"# [^\n]+\n\n> [^\n]+\n\n", title)
    assert len(re.findall(r"^#", title, re.MULTILINE)) == 1
    assert [section.partition("\n")[0] for section in sections] == ["Guides", "acme"]
    for section in sections:
        links = [line for line in section.split("\n")[1:] if line]
        odd = [line for line in links if not re.match(LISTED, line)]
        assert (odd, bool(links)) == ([], True)
    assert "acme/paint/slow](models/acme/paint_slow.md): Deprecated. " in text


def test_a_page_is_plain() -> None:
    page = """---
title: "A"
---

[Models](../../models.md) > x
{ .rc-trail }

# A { #a }

=== "Python"

    ```python
    x = "&#123; === { #kept }"
    ```

=== "Python, async"

    ```python
    gone = 1
    ```

=== "curl"

    ```bash
    curl x
    ```

## Try values { #try data-search-exclude="" }

<div class="rc-form" data-schema="x">
<p>The form</p>
</div>

It sends nothing.

## Parameters { #parameters }

- <a id="input-x"></a>**`x`** [Size](#size): &#123;"a": 1&#125; &#60;b&#62; <code>a&#96;b</code>
&#49;. no list
"""
    assert plain_page(page) == """# A

Python:

```python
x = "&#123; === { #kept }"
```

curl:

```bash
curl x
```

## Parameters

- **`x`** Size: {"a": 1} \\<b\\> ``a`b``
&#49;. no list
"""


def test_a_page_has_a_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "page.md").write_text("x")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", dates(tmp_path)["page.md"])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert dates(tmp_path) == {"page.md": "1970-01-02"}
