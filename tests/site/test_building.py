"""Building: from any store, into any folder, or not at all."""

import json
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runcomfy_codegen.app import site as site_builder
from runcomfy_codegen.cli import main

pytest.importorskip("zensical")

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "\"'\\ \"\"\" ''' {{ 7*7 }} {% raw %} <script>alert(1)</script> | `x` ```\n---\n\r\t"
    "\x00\x07\u202e\u2028 ${HOME} $(id) #x [a](javascript:b) ![i](http://e) :smile: "
    '--8<-- "x"\n\n# head\n- li\n!!! note\n=== "tab"\n</code></pre></title> é 漢 😀 *b* '
    "_i_ ~~s~~ &lt; http://www.evil.example @x {: onclick=x } ++k++ ==m== [TOC]"
)
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, arguments)


def store(entry: dict[str, Any]) -> None:
    file = Path("schemas", f"{entry['model_id']}.json")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(entry))


def paint(model_id: str = "acme/paint/fast", **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"prompt": {"type": "string"}}}
    return {"model_id": model_id, "input_schema": schema, **more}


class Shape(HTMLParser):
    """What a page is made of, apart from its text."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.parts: set[tuple[str, ...]] = set()
        self.links: set[str] = set()
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.add((tag,))
        for name, value in attrs:
            self.parts.add((tag, name))
            if name in ("href", "src"):
                self.links.add(value or "")


def test_hostile_text_stays_text(run: Run, site: Path) -> None:
    names = [f"{HOSTILE}{number}" for number in range(2)]
    schema = {
        "type": "object",
        "title": HOSTILE,
        "required": [names[0], "image"],
        "properties": {
            names[0]: {"type": "string", "description": HOSTILE, "default": HOSTILE},
            names[1]: {"type": "string", "enum": [HOSTILE, "a"], "default": HOSTILE},
            "image": {"type": "string", "format": "image_uri", "title": HOSTILE},
            "loras": {
                "type": "array",
                "items": {
                    "type": "object",
                    "title": HOSTILE,
                    "properties": {"path": {"type": "string", "description": HOSTILE}},
                },
            },
        },
    }
    texts = ("display_name", "description", "kind", "price_unit", "pricing_note")
    store(
        {
            "model_id": "evil/a.b c-D/4K",
            "input_schema": schema,
            "categories": [HOSTILE],
            "base_price_usd": 1,
            **dict.fromkeys(texts, HOSTILE),
        }
    )
    store(paint("evil/a.b c-D/5K", description=HOSTILE))
    assert run("generate").exit_code == 0
    result = run("docs", "build")
    assert result.exit_code == 0, result.output
    known: set[tuple[str, ...]] = set()
    for page in site.rglob("*.html"):
        known |= Shape(page).parts
    for page in Path("site").rglob("*.html"):
        shape = Shape(page)
        assert shape.parts <= known, page
        assert not [link for link in shape.links if "javascript:" in link]
        assert not [link for link in shape.links if "evil.example" in link]
    for file in Path("site").rglob("*.json"):
        json.loads(file.read_bytes())


def test_a_family_is_linked(run: Run) -> None:
    for name in ("fast", "slow"):
        store(paint(f"acme/paint/{name}", description=f"Paints, {name}."))
    store(paint("acme/other"))
    assert run("generate").exit_code == 0
    assert run("docs", "build").exit_code == 0
    page = Path("site/models/acme/paint_fast.md").read_text("utf-8")
    assert "- [acme/paint/slow](paint_slow.md): Paints, slow." in page
    assert "acme/other" not in page


def test_a_retired_model_keeps_its_page(run: Run) -> None:
    store(paint())
    Path("schemas/retired.toml").write_text('"acme/paint/old" = "acme/paint/fast"\n')
    assert run("generate").exit_code == 0
    assert run("docs", "build").exit_code == 0
    page = Path("site/models/acme/paint_old.html").read_text("utf-8")
    assert "was retired" in page
    assert 'paint_fast.html">acme/paint/fast</a>' in page


def test_a_site_without_models(run: Run) -> None:
    Path("schemas").mkdir()
    assert run("generate").exit_code == 0
    result = run("docs", "build")
    assert result.exit_code == 0, result.output


CHANGELOG = """# Changelog

## Unreleased

### Breaking

- `acme/paint`, input `steps`: maximum 50 → 30

## 0.2.0 - 2026-11-28

### Added

- `acme/paint/fast`: new model
- `acme/gone`: new model

## 0.1.0 - 2026-10-01

The first version, with 1 model.
"""


def test_changes_are_told_with_their_dates_and_on_each_models_page(run: Run) -> None:
    for model_id in ("acme/paint", "acme/paint/fast", "acme/paint/still"):
        store(paint(model_id))
    assert run("generate").exit_code == 0
    Path("generated/CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    assert run("docs", "build").exit_code == 0

    def told(page: str) -> str:
        text = Path("site/models/acme", page).read_text("utf-8")
        return text.partition("## Changes")[2].partition("## More")[0]

    changed = "- **Unreleased**, Breaking: input `steps`: maximum 50 → 30"
    assert changed in told("paint.md")
    assert "- **0.2.0** (2026-11-28), Added: new model" in told("paint_fast.md")
    assert "None, up to 0.2.0 (2026-11-28)." in told("paint_still.md")
    whole = Path("site/changelog.html").read_text("utf-8")
    assert "0.2.0 - 2026-11-28" in whole
    assert 'href="models/acme/paint_fast.html"' in whole
    assert "acme/gone" in whole
    assert "acme/gone.html" not in whole


def test_a_broken_link_fails_the_build(run: Run) -> None:
    store(paint())
    assert run("generate").exit_code == 0
    with Path("generated/docs/index.md").open("a") as page:
        page.write("[gone](gone.md) [none](models.md#none)\n")
    result = run("docs", "build")
    assert result.exit_code == 1
    assert "page does not exist" in result.output
    assert "anchor does not exist" in result.output
    assert not Path("site").exists()


def test_a_folder_of_somebody_else_is_left_alone(run: Run) -> None:
    store(paint())
    assert run("generate").exit_code == 0
    Path("site").mkdir()
    Path("site/mine.txt").write_text("mine")
    result = run("docs", "build")
    assert result.exit_code == 1
    assert "not a site of ours" in result.output
    assert Path("site/mine.txt").read_text() == "mine"
    assert run("docs", "build", "--site", "generated/site").exit_code == 1


def test_a_site_is_replaced_as_a_whole(run: Run) -> None:
    store(paint())
    assert run("generate").exit_code == 0
    assert run("docs", "build").exit_code == 0
    Path("site/old.html").touch()
    assert run("docs", "build").exit_code == 0
    assert not Path("site/old.html").exists()
    assert sorted(path.name for path in Path().iterdir()) == [
        "generated",
        "schemas",
        "site",
    ]


def test_llms_txt_is_plain(run: Run) -> None:
    store(paint(description="Paints for $5 - {fast}: *now* & <b>then</b>"))
    assert run("generate").exit_code == 0
    assert run("docs", "build").exit_code == 0
    text = Path("site/llms.txt").read_text("utf-8")
    assert r"): Paints for $5 - {fast}: \*now\* \& \<b\>then\</b\>" in text
    assert "&#" not in text


def test_where_the_site_will_be_is_told(run: Run) -> None:
    store(paint())
    assert run("generate").exit_code == 0
    assert run("docs", "build", "--url", "https://docs.example/x/").exit_code == 0
    page = Path("site/models.html").read_text("utf-8")
    assert 'rel="canonical" href="https://docs.example/x/models.html"' in page
    assert "models.html" in Path("site/sitemap.xml").read_text("utf-8")


def test_what_is_missing_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "run `runcomfy-codegen generate`" in run("docs", "build").output
    shutil.copytree(ROOT / "generated/docs", "generated/docs")
    shutil.copy(ROOT / "generated/mkdocs.yml", "generated")
    monkeypatch.setattr(site_builder, "find_spec", lambda name: None)
    result = run("docs", "build")
    assert result.exit_code == 1
    assert "pip install 'runcomfy-codegen[docs]'" in result.output


@pytest.mark.parametrize(
    "path", ["docs/leak.md", "docs/models/leak", "theme/leak", "CHANGELOG.md"]
)
def test_nothing_from_outside_is_published(run: Run, tmp_path: Path, path: str) -> None:
    store(paint())
    run("generate")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key.md").write_text("the secret")
    link = Path("generated", path)
    link.unlink(missing_ok=True)
    link.symlink_to(secret if path.endswith("leak") else secret / "key.md")
    done = run("docs", "build")
    assert done.exit_code == 1
    assert f"{link}: is a symbolic link" in done.output
    assert not Path("site").exists()
