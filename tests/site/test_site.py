"""The built site: its links, what it loads, and its files for machines."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parents[2]
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src")}


class Page(HTMLParser):
    """The tags, links and anchors of a page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[tuple[str, str, str]] = []
        self.anchors: list[str] = []
        self.feed(file.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add((tag, name))
            if name in ("href", "src", "action", "data-schema", "data-index"):
                self.links.append((tag, name, value or ""))
            if name == "id":
                self.anchors.append(value or "")


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[str, Page]:
    # The page for what is not there stands by itself: see test_not_found.py.
    files = sorted(set(site.rglob("*.html")) - {site / "404.html"})
    return {file.relative_to(site).as_posix(): Page(file) for file in files}


def test_every_link_and_anchor_leads_somewhere(
    site: Path, pages: dict[str, Page]
) -> None:
    broken = []
    for name, page in pages.items():
        for tag, _, link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            target, anchor = urldefrag(urljoin(f"/{name}", link))
            path = unquote(target).lstrip("/")
            anchors = pages[path].anchors if path in pages else [anchor]
            if not (site / path).is_file() or (anchor and anchor not in anchors):
                broken.append(f"{name}: <{tag}> {link}")
    assert not broken


def test_no_anchor_stands_twice(pages: dict[str, Page]) -> None:
    doubled = {
        name: anchor
        for name, page in pages.items()
        for anchor in page.anchors
        if page.anchors.count(anchor) > 1
    }
    assert not doubled


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for tag, attribute, link in page.links:
            if (tag, attribute) in LOADED:
                assert not re.match(r"([a-z]+:)?//", link), name
            assert not link.startswith("/"), f"{name}: {link} fits one folder alone"
    for style in site.rglob("*.css"):
        assert "url(http" not in style.read_text("utf-8")


def test_a_page_does_not_carry_the_list_of_models(pages: dict[str, Page]) -> None:
    models = [name for name in pages if name.startswith("models/")]
    links = {link for _, _, link in pages["guides/jobs.html"].links}
    assert models
    assert not [link for link in links if "models/" in link]


def test_each_page_is_there_as_markdown(site: Path, pages: dict[str, Page]) -> None:
    whole = (site / "llms-full.txt").read_text("utf-8")
    for name in pages:
        plain = (site / name).with_suffix(".md")
        text = plain.read_text("utf-8")
        assert ("link", "href", plain.name) in pages[name].links
        assert not text.startswith("---")
        assert "{ #" not in text
        assert text in whole


def test_llms_txt_names_every_page(site: Path, pages: dict[str, Page]) -> None:
    links = re.findall(r"\]\(([^)]+)\)", (site / "llms.txt").read_text("utf-8"))
    assert [link for link in links if not (site / link).is_file()] == []
    named = {link.removesuffix(".md") for link in links}
    wanted = {n.removesuffix(".html") for n in pages if n.startswith("models/")}
    assert wanted <= named


def test_the_index_names_files_that_are_there(site: Path) -> None:
    entries = json.loads((site / "models.json").read_bytes())
    files = ("page", "markdown", "input_schema", "output_schema", "stored")
    stored = [json.loads(f.read_bytes()) for f in (ROOT / "schemas").rglob("*.json")]
    ids = sorted(entry["model_id"] for entry in stored if "model_id" in entry)
    assert [entry["model_id"] for entry in entries] == ids
    for entry in entries:
        assert [key for key in files if not (site / entry[key]).is_file()] == []
        assert "text" in entry["takes"]


def test_a_schema_file_stands_by_itself(site: Path) -> None:
    for file in site.glob("schemas/*/*.input.json"):
        schema = json.loads(file.read_bytes())
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(schema["examples"][0])
        script = file.with_name(f"{file.name}.js").read_text("utf-8")
        assert json.loads(script[script.index("(") + 1 : script.rindex(")")]) == schema
    for file in site.glob("schemas/*/*.output.json"):
        Draft202012Validator.check_schema(json.loads(file.read_bytes()))


def test_a_stored_schema_is_shown_as_it_was_published(site: Path) -> None:
    for entry in json.loads((site / "models.json").read_bytes()):
        stored = ROOT / "schemas" / f"{entry['model_id']}.json"
        assert (site / entry["stored"]).read_bytes() == stored.read_bytes()


def test_openapi_is_valid(site: Path) -> None:
    validator = pytest.importorskip("openapi_spec_validator")
    document = json.loads((site / "openapi.json").read_bytes())
    validator.validate(document)
    schemas = document["components"]["schemas"]
    operations = [
        operation
        for path in document["paths"].values()
        for operation in path.values()
        if operation["operationId"].startswith("submit__")
    ]
    assert len(operations) == len(json.loads((site / "models.json").read_bytes()))
    for operation in operations:
        content = operation["requestBody"]["content"]["application/json"]
        schema = schemas[content["schema"]["$ref"].rpartition("/")[2]]
        Draft202012Validator(schema).validate(content["examples"]["sample"]["value"])
