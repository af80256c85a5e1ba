"""What stands before the first curl command: a title and description, or nothing sure."""

import pytest

from runcomfy_codegen.reader import read_source

ID = "examplelabs/lighthouse-2/edit"
INTRO = f"How to call {ID}; its inputs are listed below."
TITLE, TEXT = "Lighthouse 2: Paint over", "Paints over pictures, up to 3 of them."
LONG = "Paints over pictures and keeps what it finds, " * 3 + "with no full stop"
NAV = ["logo", "RunComfy API", "• Models", "We use cookies to improve this site."]
START = ["Table of contents", "1. Get started", INTRO]

HEADERS: dict[str, tuple[list[str], str | None, str | None]] = {
    "title and text": ([TITLE, TEXT, *START], TITLE, TEXT),
    "no contents": ([TITLE, TEXT, "1. Get started", INTRO], TITLE, TEXT),
    "no headings": ([TITLE, TEXT, INTRO], TITLE, TEXT),
    "headings without numbers": (
        [TITLE, TEXT, "Contents", "Get started", INTRO],
        TITLE,
        TEXT,
    ),
    "title with no word of the id": (["Faro", TEXT, *START], "Faro", TEXT),
    "long text": ([TITLE, LONG, *START], TITLE, LONG),
    "title alone": ([TITLE, *START], TITLE, None),
    "text with versions": (
        [TITLE, "Paints as version 1. 5, 2.5 and 3.0 do.", *START],
        TITLE,
        "Paints as version 1. 5, 2.5 and 3.0 do.",
    ),
    "text on the site's interface": (
        [TITLE, "Paints by the RunComfy API of today.", *START],
        TITLE,
        "Paints by the RunComfy API of today.",
    ),
    "markdown": ([f"# {TITLE}", f"`{ID}`", TEXT, "## 1. Get started"], TITLE, TEXT),
    "navigation": ([*NAV, TITLE, TEXT, *START], TITLE, TEXT),
    "navigation, nothing else": ([*NAV, INTRO], None, None),
    "navigation, no title": ([*NAV, TEXT, *START], None, None),
    "navigation before the id": ([*NAV, "Usage", ID, TEXT, *START], None, TEXT),
    "bullet before the id": ([*NAV, "• Lighthouse 1", ID, TEXT, *START], None, TEXT),
    "sentence before the id": (
        ["logo", "Here you edit what you like.", ID, TEXT, *START],
        None,
        TEXT,
    ),
    "bullet alone": (["• Lighthouse 1", ID, TEXT, *START], None, TEXT),
    "title before the id": ([*NAV, TITLE, ID, TEXT, *START], TITLE, TEXT),
    "any title alone before the id": (["Faro", ID, TEXT, *START], "Faro", TEXT),
    "id, short text": (
        [ID, "Paint over a few pictures", "Contents", "1. Get started"],
        None,
        "Paint over a few pictures",
    ),
    "id, buttons, text": ([ID, "Copy", "Wait...", TEXT, *START], None, TEXT),
    "id alone": ([ID, *START], None, None),
    "id, contents run together": (
        [ID, TEXT, "Contents1. Get started2. Keys3. Calls", INTRO],
        None,
        TEXT,
    ),
    "no intro to tell the text from": ([TITLE, TEXT], None, None),
    "intro without the id": ([TITLE, TEXT, "Usa l'API di RunComfy."], TITLE, TEXT),
    "unrendered title": (["modelApiDoc_editTitle", TEXT, *START], None, None),
    "unrendered long line": (
        [TITLE, "modelApiDoc_a and so on and on. " * 4, *START],
        None,
        None,
    ),
    "unrendered, other separators": (
        ["model.editTitle", ID, "modelPage:description", *START],
        None,
        None,
    ),
    "unrendered headings": (
        [TITLE, TEXT, "modelApiDoc_toc", "modelApiDoc_start: modelApiDoc_body."],
        TITLE,
        TEXT,
    ),
    "unrendered title alone": (["modelApiDoc_edit", *START], None, None),
}


@pytest.mark.parametrize("name", HEADERS)
def test_header(name: str) -> None:
    lines, title, description = HEADERS[name]
    page = "\n".join(lines) + (
        f"\ncurl --url https://model-api.runcomfy.net/v1/models/{ID} \\\n"
        '{"type": "Object", "properties": {}}'
    )
    read = read_source(page, "page.txt")
    assert read.errors == ()
    (entry,) = read.entries
    found = entry.get("display_name"), entry.get("description")
    assert found == (title, description)
