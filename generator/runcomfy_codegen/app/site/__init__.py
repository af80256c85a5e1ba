"""Build the documentation site: static files, for people and for machines.

Zensical renders the pages. What it leaves to us is done around it, in a folder of our
own: what one page knows of the others before, plain copies for machines after.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from runcomfy_codegen.app.site.changes import (
    ModelChange,
    changes_part,
    read_changes,
    with_links,
)
from runcomfy_codegen.app.site.crawlers import write_for_crawlers
from runcomfy_codegen.app.site.not_found import PAGE
from runcomfy_codegen.app.site.plain import FRONT_MATTER, plain_page
from runcomfy_codegen.app.site.search_index import slim_search
from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.escape import markdown
from runcomfy_codegen.output.tree import tree_files

CONFIG, CHANGELOG = "mkdocs.yml", "CHANGELOG.md"
MARK = ".runcomfy-site"
"""The file by which a folder is known to be a site of ours, to be replaced."""
MOST_SIBLINGS = 24
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"^(?:Warning|Error): (.*)\n\W*\[ (.*?) \]", re.MULTILINE)
LINK = re.compile(r"\]\((?![a-z]+:|#|/)([^)]+)\)")


def build_site(out: Path, site: Path, url: str = "") -> int:
    """Build the site of a generated tree into a folder; return the number of pages.

    `url` is where it will be, if that is known: for canonical links and the sitemap.

    The folder is replaced as a whole, once all went well. Raises StoreError where the
    tree is not there, the folder is not ours, the URL is none, or Zensical finds
    something wrong.
    """
    url = _checked_url(url)
    _check(out, site)
    out, site = out.resolve(), site.absolute()
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=site.parent) as scratch:
        work = Path(scratch)
        pages = _gather(out, work, url)
        _place(work, url)
        _run_zensical(work)
        _finish(work / "docs", work / "site", pages)
        write_for_crawlers(work / "site", out / "docs", pages, url)
        if not url:
            _save(work / "site/404.html", PAGE)
        if site.exists():
            site.rename(work / "old")
        (work / "site").rename(site)
    return len(pages)


def _check(out: Path, site: Path) -> None:
    if not (out / CONFIG).is_file() or not (out / "docs").is_dir():
        raise StoreError(
            str(out), "it holds no generated docs", "run `runcomfy-codegen generate`"
        )
    if site.resolve().is_relative_to(out.resolve()):
        raise StoreError(
            str(site), "it is inside of the generated tree", "name another with --site"
        )
    is_ours = (site / MARK).is_file() or not site.exists()
    if not is_ours and (not site.is_dir() or any(site.iterdir())):
        raise StoreError(
            str(site),
            "it is there already, and is not a site of ours",
            "name another folder with --site, or remove it",
        )
    if find_spec("zensical") is None:
        raise StoreError(
            "zensical",
            "it is not installed, and renders the pages",
            "run `pip install 'runcomfy-codegen[docs]'`",
        )


def _checked_url(url: str) -> str:
    """Return where the site will be as a folder's address. Raises StoreError."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_bare = not (parts.query or parts.fragment or parts.username)
        parts.port  # noqa: B018  # it raises when it is read
    except ValueError:
        is_web = is_bare = False
    if not (is_web and is_bare) or re.search(r"[\s<>\"\\^`{|}]", url):
        raise StoreError(
            url,
            "it is not the address of a site",
            "give one such as https://host/docs/",
        )
    return url if url.endswith("/") else f"{url}/"


def _gather(out: Path, work: Path, url: str) -> list[str]:
    """Copy the docs, add what spans pages, and return the path of every page."""
    docs = work / "docs"
    _copy(out, work)
    _add_changelog(work, docs)
    _add_siblings(docs)
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    texts = (f"<!-- {page} -->\n\n{_plain(docs / page)}" for page in pages)
    _save(docs / "llms-full.txt", "\n".join(texts))
    _write_plain(docs / "llms.txt", url)
    for path in [docs / "models.json", *docs.glob("schemas/*/*.input.json")]:
        _save_as_script(path)
    return pages


def _copy(out: Path, work: Path) -> None:
    """Copy what a site is made of. Raises StoreError for a link: it may lead anywhere."""
    for path, file in tree_files(out):
        if path in (CONFIG, CHANGELOG) or path.startswith(("docs/", "theme/")):
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, work / path)


def _add_changelog(work: Path, docs: Path) -> None:
    """Put the package's changelog in the place of the page, and a model's on its page."""
    changelog = work / CHANGELOG
    if not changelog.is_file():
        return
    text, index = changelog.read_text("utf-8"), _read_index(docs)
    by_model: dict[str, list[ModelChange]] = {}
    for change in read_changes(text):
        by_model.setdefault(change.model_id, []).append(change)
    pages = {entry["model_id"]: _page_of(entry) for entry in index}
    for model_id, path in pages.items():
        if (docs / path).is_file():
            found = by_model.get(model_id, [])
            _append(docs / path, changes_part(found, text, "../../changelog.md"))
    page = docs / "changelog.md"
    match = FRONT_MATTER.match(page.read_text("utf-8")) if page.exists() else None
    _save(page, (match[0] if match else "") + with_links(text, pages))


def _add_siblings(docs: Path) -> None:
    """End each model's page with links to the other models of its family."""
    families: dict[str, list[dict[str, Any]]] = {}
    for entry in _read_index(docs):
        family = "/".join(entry["model_id"].split("/")[:2])
        families.setdefault(family, []).append(entry)
    for entries in families.values():
        for entry in entries:
            others = [other for other in entries if other is not entry]
            page = docs / _page_of(entry)
            if others and page.is_file():
                _append(page, _sibling_list(entry, others))


def _page_of(entry: Mapping[str, Any]) -> str:
    """Return where the page of a model is, below the docs."""
    return f"models/{entry['vendor']}/{entry['module']}.md"


def _append(page: Path, part: str) -> None:
    _save(page, page.read_text("utf-8") + part)


def _sibling_list(entry: dict[str, Any], others: list[dict[str, Any]]) -> str:
    lines = ["", "## More of this family { #family }", ""]
    for other in others[:MOST_SIBLINGS]:
        folder = "" if other["vendor"] == entry["vendor"] else f"../{other['vendor']}/"
        link = f"[{markdown(other['model_id'])}]({folder}{other['module']}.md)"
        said = markdown(other["description"])
        lines.append(f"- {link}: {said}" if said else f"- {link}")
    return "\n".join([*lines, ""])


def _read_index(docs: Path) -> list[dict[str, Any]]:
    index = docs / "models.json"
    entries: list[dict[str, Any]] = (
        json.loads(index.read_bytes()) if index.exists() else []
    )
    return entries


def _save_as_script(path: Path) -> None:
    """Put a script beside a JSON file: a page opened from a disk can fetch no other."""
    text = path.read_text("utf-8").strip()
    _save(path.with_name(path.name + ".js"), f"runcomfyDocs.receive({text});\n")


def _place(work: Path, url: str) -> None:
    """Tell Zensical where the site will be."""
    if url:
        config = work / CONFIG
        _save(config, f"{config.read_text('utf-8')}\nsite_url: {json.dumps(url)}\n")


def _write_plain(page: Path, url: str) -> None:
    """Make a page at the top plain, and its links absolute where its address is known."""
    if page.is_file():
        text = _plain(page)
        if url:
            text = LINK.sub(lambda link: f"]({urljoin(url, link[1])})", text)
        _save(page, text)


def _run_zensical(work: Path) -> None:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(
        [*command, "--config-file", str(work / CONFIG)],
        cwd=work,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = ANSI.sub("", done.stdout + done.stderr).replace(f"{work}/", "")
        found = [f"{place}: {what}" for what, place in WARNING.findall(said)]
        what = "; ".join(found) or said.strip()
        raise StoreError("docs", f"Zensical says: {what}", "correct what it names")


def _finish(docs: Path, site: Path, pages: list[str]) -> None:
    """Put the plain page beside each rendered one, and mark the folder as ours."""
    for page in pages:
        _save(site / page, _plain(docs / page))
    slim_search(site, _read_index(docs))
    _save(site / MARK, "Made by `runcomfy-codegen docs build`, which may replace it.\n")
    _save(site / ".nojekyll", "")


def _plain(page: Path) -> str:
    return plain_page(page.read_text("utf-8"))


def _save(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
