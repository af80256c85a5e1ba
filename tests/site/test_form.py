"""The form on a model's page, in a browser: it fits its example, and its call runs."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest

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


def opened(page: Path, profile: Path) -> str:
    """Return a page as a browser has it after a while, from the disk."""
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={profile}"]
    # A link that shares values starts the form at once; what it shares is no object.
    done = subprocess.run(
        [*command, f"{page.as_uri()}#try=W10"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


@pytest.mark.skipif(BROWSER is None, reason="needs chromium")
def test_the_form_writes_a_call_that_runs(
    site: Path, tmp_path: Path, environment: Mapping[str, str]
) -> None:
    page = next(iter(sorted(site.glob("models/*/*.html"))))
    html = opened(page, tmp_path / "profile")
    assert "These values fit the schema." in html
    found = re.search(r'<code[^>]*aria-label="The call"[^>]*>(.*?)</code>', html, re.S)
    assert found
    script = tmp_path / "call.py"
    script.write_text(unescape(found[1]))
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
