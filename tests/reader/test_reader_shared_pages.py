"""The published pages, where they lie beside the checkout: each differs in rendering."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from runcomfy_codegen.reader import read_bytes, read_source

SHARED = Path(__file__).parents[3] / "shared"

pytestmark = pytest.mark.skipif(
    not (SHARED / "pages").is_dir(), reason="no published pages beside the checkout"
)


class Page(NamedTuple):
    model_id: str
    display_name: str | None
    description: str | None
    images: str
    properties: int


PAGES = [
    Page(
        "blackforestlabs/flux-1-kontext/pro/edit",
        None,
        "Perform precise, fast local edits with strong prompt control, aspect ratio "
        "options, seed reproducibility, and consistent, high-fidelity outputs.",
        "image_url",
        4,
    ),
    Page(
        "blackforestlabs/flux-2/dev/edit",
        "Flux 2 Dev Free: High-Precision Image-to-Image Generation",
        "Transform existing images with high fidelity using the 32B parameter Flux 2 "
        "Dev model. Upload up to 3 reference images for precise editing, restyling, "
        "and detail refinement.",
        "image_urls",
        9,
    ),
    Page("blackforestlabs/flux-2/flash/edit", None, None, "image_urls", 6),
    Page(
        "blackforestlabs/flux-2/flex/edit",
        "Flux 2 Flex: Precision Image-to-Image Generation & Control",
        "Edit and restyle images with precision using Hex codes and multi-reference "
        "blending. Upload up to 10 source images to guide style transfer, color "
        "swapping, and composition refinement.",
        "image_urls",
        8,
    ),
    Page("blackforestlabs/flux-2/pro/edit", None, None, "image_urls", 5),
]


def page_text(page: Page) -> str:
    path = SHARED / "pages" / f"{page.model_id.replace('/', '__')}.txt"
    return read_bytes(path.read_bytes(), path.name)


def json_at(text: str, pattern: str) -> Any:
    found = re.search(pattern, text)
    assert found
    return json.JSONDecoder().raw_decode(text, found.end() - 1)[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.model_id)
def test_page(page: Page) -> None:
    text = page_text(page)
    read = read_source(text, "page.txt")
    (entry,) = read.entries
    assert read.errors == ()
    assert entry["model_id"] == page.model_id
    assert entry.get("display_name") == page.display_name
    assert entry.get("description") == page.description
    schema = entry["input_schema"]
    assert schema["required"] == ["prompt", page.images]
    assert len(schema["properties"]) == page.properties
    assert list(entry["example"]) == ["prompt", page.images]
    assert entry["example"]["prompt"] == schema["properties"]["prompt"]["default"]
    published = {
        "example": json_at(text, "--data '{"),
        "input_schema": json_at(text, r'(?<=\n)\{(?=\s+"type": "object",\s+"title")'),
        "output_schema": json_at(text, r'\{(?=\s+"output")'),
    }
    for key, value in published.items():
        assert json.dumps(entry[key]) == json.dumps(value), key


def test_all_pages_in_one_file_are_refused() -> None:
    text = "\n".join(map(page_text, PAGES))
    read = read_source(text, "pages.txt")
    assert read.entries == []
    (error,) = read.errors
    assert all(page.model_id in str(error) for page in PAGES[:2])


def test_catalogue_reads_as_published() -> None:
    path = SHARED / "catalogue" / "models.json"
    read = read_source(read_bytes(path.read_bytes(), path.name), path.name)
    assert read.errors == ()
    assert read.entries == json.loads(path.read_text("utf-8"))["models"]
