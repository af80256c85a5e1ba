"""The form on a model's page, in a browser: it fits its example, and its call runs."""

import base64
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runcomfy_codegen.cli import main
from tests.support.browser import Browser
from tests.support.command import png

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
ASSETS = Path(__file__).parents[2] / "templates/docs/assets"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=4000",
    "--dump-dom",
]


def opened(page: Path, profile: Path, shared: str = "e30") -> str:
    """Return a page as a browser has it after a while, from the disk.

    A link that shares values, here none, starts the form at once.
    """
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={profile}"]
    done = subprocess.run(
        [*command, f"{page.as_uri()}#try={shared}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def schema_of(page: Path) -> Path:
    """Return the schema file of a model's page."""
    site = page.parents[2]
    return site / "schemas" / page.parent.name / f"{page.stem}.input.json"


def link_to(values: Any) -> str:
    """Return what follows `#try=` in a link to some values."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def remark_in(html: str) -> str:
    """Return what the form says of a link's values."""
    found = re.search(r'<p class="rc-remark"[^>]*>(.*?)</p>', html, re.S)
    return unescape(found[1]) if found else ""


def call_in(html: str) -> str:
    """Return the call that the form writes."""
    found = re.search(r'<code[^>]*aria-label="The call"[^>]*>(.*?)</code>', html, re.S)
    return unescape(found[1]) if found else ""


def faults_in(html: str) -> list[str]:
    """Return the faults that the form shows, each at its control."""
    shown = re.findall(r'<p class="rc-fault" id="[^"]*">(.*?)</p>', html, re.S)
    return [unescape(fault) for fault in shown]


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_the_form_writes_a_call_that_runs(
    site: Path, tmp_path: Path, environment: Mapping[str, str]
) -> None:
    page = next(iter(sorted(site.glob("models/*/*.html"))))
    example = json.loads(schema_of(page).read_bytes())["examples"][0]
    html = opened(page, tmp_path / "profile", link_to(example))
    assert "These values fit the schema." in html
    assert "left out" not in remark_in(html)
    script = tmp_path / "call.py"
    script.write_text(call_in(html))
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


PROPERTIES: dict[str, Any] = {
    "text": {"type": "string", "maxLength": 5},
    "image_url": {
        "type": "string",
        "format": "image_uri",
        "validations": [{"validation_rule": "width_pixels>", "validation_value": 9}],
    },
    "day": {"type": "string", "format": "date"},
    "above": {"type": "number", "exclusiveMinimum": 1},
    "note": {"type": ["string", "null"]},
    "tall": {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"const": "tall"}, "height": {"type": "integer"}},
    },
    "size": {
        "anyOf": [
            {"type": "string", "enum": ["small", "large"]},
            {
                "type": "object",
                "title": "Exact",
                "required": ["width"],
                "properties": {"width": {"type": "integer", "minimum": 64}},
            },
        ]
    },
}


@pytest.fixture(scope="module")
def brush(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a model with a field of each kind."""
    pytest.importorskip("zensical")
    folder = tmp_path_factory.mktemp("brush")
    schema = {"type": "object", "properties": PROPERTIES}
    file = folder / "schemas/acme/brush.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"model_id": "acme/brush", "input_schema": schema}))
    out, site = folder / "out", folder / "site"
    given = ["generate", "--schemas", str(folder / "schemas"), "--out", str(out)]
    for command in (given, ["docs", "build", "--out", str(out), "--site", str(site)]):
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
    return site / "models/acme/brush.html"


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"text": "", "image_url": "https://x.y/ü.png", "day": "today"}, []),
        ({"text": "123456"}, ["should have at most 5 characters"]),
        ({"above": 1}, ["should be above 1"]),
        ({"note": None, "size": "small"}, []),
        ({"size": {"width": 8}}, ["should be at least 64"]),
        ({"tall": {"kind": "tall", "height": 2}}, []),
    ],
)
def test_a_fault_is_told_where_it_is(
    brush: Path, tmp_path: Path, values: Any, faults: list[str]
) -> None:
    html = opened(brush, tmp_path, link_to(values))
    assert faults_in(html) == faults
    said = "1 value does not fit." if faults else "These values fit the schema."
    assert said in html
    assert remark_in(html) == ""


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_the_call_is_made_of_the_packages_classes(brush: Path, tmp_path: Path) -> None:
    values = {"note": None, "size": {"width": 64}, "tall": {"kind": "tall"}}
    call = call_in(opened(brush, tmp_path, link_to(values)))
    assert "note=None," in call
    assert "size=brush.Size(\n                width=64,\n            )," in call
    compile(call, "call.py", "exec")


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
@pytest.mark.parametrize(
    ("shared", "said"),
    [
        (link_to({"gone": 1, "text": 5, "above": 2}), "gone: 1; text: 5"),
        (link_to({"size": {"width": "64"}}), 'size: {"width":"64"}'),
        (link_to([]), "holds no values"),
        ("!!!", "is damaged"),
        ("a" * 100_001, "too long"),
    ],
)
def test_what_a_link_holds_beside_is_named(
    brush: Path, tmp_path: Path, shared: str, said: str
) -> None:
    assert said in remark_in(opened(brush, tmp_path, shared))


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser that stays, for what a person does in a page."""
    if BROWSER is None:
        pytest.skip("needs chromium")
    running = Browser(BROWSER, tmp_path_factory.mktemp("profile"))
    yield running
    running.close()


FORM = "document.querySelector('.rc-form')"
PICKER = ".rc-form input[type=file]"
FIELD = f"document.querySelector('{PICKER}').closest('.rc-field')"
FAULT = f"{FIELD}.querySelector('.rc-fault').textContent"
ADDRESS = f"{FIELD}.querySelector('input[type=text]')"


def test_a_file_is_chosen_by_what_it_holds(
    brush: Path, browser: Browser, tmp_path: Path
) -> None:
    browser.open(brush, "#try=e30")
    browser.until(f"document.querySelector('{PICKER}')")
    for name, content, said in (
        ("small.png", png(4, 4), "width pixels is 4, and has to be > 9"),
        ("named.png", b"a text", "the file holds no image"),
        ("empty.png", b"", "the file is empty"),
    ):
        (tmp_path / name).write_bytes(content)
        browser.choose(PICKER, tmp_path / name)
        assert browser.until(FAULT) == said
        browser.run(f"{FIELD}.querySelectorAll('.rc-actions button')[1].click()")
        assert browser.run(f"{FAULT} + {ADDRESS}.value") == ""
    picture = tmp_path / "picture.txt"
    picture.write_bytes(png())
    browser.choose(PICKER, picture)
    browser.until(f"{ADDRESS}.value.startsWith('picture.txt (1 KB)')")
    assert browser.run(FAULT) == ""
    call = browser.run("document.querySelector('.rc-call code').textContent")
    assert "Path('picture.txt')" in call.replace('"', "'")


def test_what_cannot_be_read_gives_way_to_an_address(
    brush: Path, browser: Browser, tmp_path: Path
) -> None:
    browser.open(brush, "#try=e30")
    browser.until(f"document.querySelector('{PICKER}')")
    browser.choose(PICKER, tmp_path)  # a folder: it can be chosen, but not read
    assert "cannot be read" in browser.until(FAULT)
    browser.run(
        f"{ADDRESS}.value = 'https://x.y/a.png';"
        f"{ADDRESS}.dispatchEvent(new Event('input'))"
    )
    assert browser.run(FAULT) == ""


def test_the_form_waits_for_a_reader_and_keeps_the_place(
    brush: Path, browser: Browser
) -> None:
    browser.open(brush)
    scripts = (
        "[...document.scripts].filter(({ src }) => src.endsWith('form.js')).length"
    )
    place = "document.querySelector('#parameters').getBoundingClientRect().top"
    assert browser.run(f"{FORM}.getBoundingClientRect().top > innerHeight")
    assert browser.run(scripts) == 0
    into_view = "scrollIntoView({ behavior: 'instant' })"
    browser.run(f"document.querySelector('#parameters').{into_view}")
    before = browser.run(place)
    browser.until("document.querySelector('.rc-call code')?.textContent")
    assert browser.run(scripts) == 1
    assert browser.run(f"{FORM}.offsetHeight") > 700
    assert abs(browser.run(place) - before) <= 1


def test_a_link_that_comes_later_starts_the_form(brush: Path, browser: Browser) -> None:
    browser.open(brush)
    shared = link_to({"text": "later"})
    browser.run(f"location.hash = 'try={shared}'")
    call = browser.until("document.querySelector('.rc-call code')?.textContent")
    assert "later" in call


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_the_list_can_be_filtered(site: Path, tmp_path: Path) -> None:
    html = opened(site / "models.html", tmp_path / "profile")
    count = len(json.loads((site / "models.json").read_bytes()))
    assert f"{count} of {count} models" in html


def test_what_others_wrote_is_named_with_its_licence() -> None:
    licences = (ASSETS / "LICENSES.txt").read_text("utf-8")
    sources = ASSETS.parents[2] / "generator/form/package.json"
    versions = json.loads(sources.read_bytes())["devDependencies"]
    for file, package in (
        ("form.js", "@cfworker/json-schema"),
        ("iframe-worker.js", "iframe-worker"),
    ):
        named = f"{package} {versions[package]}, MIT"
        assert f"{file}: {named}" in licences
        assert named in (ASSETS / file).read_text("utf-8")[:200]
    assert licences.count("Permission is hereby granted") == 2
