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
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from runcomfy_codegen.errors import StoreError
from runcomfy_codegen.render.escape import markdown

CONFIG = "mkdocs.yml"
MARK = ".runcomfy-site"
"""The file by which a folder is known to be a site of ours, to be replaced."""
MOST_SIBLINGS = 24
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WARNING = re.compile(r"^(?:Warning|Error): (.*)\n\W*\[ (.*?) \]", re.MULTILINE)
ATTRIBUTES = re.compile(r"^(#+ .*?) +\{ #[^}]+ \}$", re.MULTILINE)
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n+", re.DOTALL)


def build_site(out: Path, site: Path, url: str = "") -> int:
    """Build the site of a generated tree into a folder; return the number of pages.

    `url` is where it will be, if that is known: for canonical links and the sitemap.

    The folder is replaced as a whole, once all went well. Raises StoreError where the
    tree is not there, the folder is not ours, or Zensical finds something wrong.
    """
    _check(out, site)
    out, site = out.resolve(), site.absolute()
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=site.parent) as scratch:
        work = Path(scratch)
        pages = _gather(out, work)
        _place(work, url)
        _run_zensical(work)
        _finish(work / "docs", work / "site", pages)
        if not url:
            _drop_placed(work / "site")
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
            "it is there already, and is no site of ours",
            "name another folder with --site, or remove it",
        )
    if find_spec("zensical") is None:
        raise StoreError(
            "zensical",
            "it is not installed, and renders the pages",
            "run `pip install 'runcomfy-codegen[docs]'`",
        )


def _gather(out: Path, work: Path) -> list[str]:
    """Copy the docs, add what spans pages, and return the path of every page."""
    docs = work / "docs"
    shutil.copytree(out / "docs", docs)
    shutil.copy(out / CONFIG, work / CONFIG)
    _add_changelog(out, docs)
    _add_siblings(docs)
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    texts = (f"<!-- {page} -->\n\n{_plain(docs / page)}" for page in pages)
    _save(docs / "llms-full.txt", "\n".join(texts))
    for path in [docs / "models.json", *docs.glob("schemas/*/*.input.json")]:
        _save_as_script(path)
    return pages


def _add_changelog(out: Path, docs: Path) -> None:
    """Put the package's changelog, if it has one, in the place of the page."""
    changelog = out / "CHANGELOG.md"
    if changelog.is_file():
        page = docs / "changelog.md"
        match = FRONT_MATTER.match(page.read_text("utf-8")) if page.exists() else None
        _save(page, (match[0] if match else "") + changelog.read_text("utf-8"))


def _add_siblings(docs: Path) -> None:
    """End each model's page with links to the other models of its family."""
    families: dict[str, list[dict[str, Any]]] = {}
    for entry in _read_index(docs):
        family = "/".join(entry["model_id"].split("/")[:2])
        families.setdefault(family, []).append(entry)
    for entries in families.values():
        for entry in entries:
            others = [other for other in entries if other is not entry]
            page = docs / "models" / entry["vendor"] / f"{entry['module']}.md"
            if others and page.is_file():
                _save(page, page.read_text("utf-8") + _sibling_list(entry, others))


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


def _drop_placed(site: Path) -> None:
    """Remove what would be wrong in every folder but the top one of a host."""
    for name in ("404.html", "sitemap.xml", "sitemap.xml.gz"):
        (site / name).unlink(missing_ok=True)


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
        rendered = (site / page).with_suffix(".html")
        text = rendered.read_text("utf-8")
        name = Path(page).name
        link = f'<link rel="alternate" type="text/markdown" href="{name}">'
        text = text.replace("</head>", f"{link}</head>", 1)
        shown = f'<p><a href="{name}">This page as Markdown</a></p>'
        _save(rendered, text.replace("</article>", f"{shown}</article>", 1))
    _slim_search(site)
    _save(site / MARK, "Made by `runcomfy-codegen docs build`, which may replace it.\n")
    _save(site / ".nojekyll", "")


def _slim_search(site: Path) -> None:
    """Search a model's page as one: by its words, and by the names of its parameters.

    Every page loads the index, to which each parameter of each model would add.
    """
    index = site / "search.json"
    if not index.is_file():
        return
    whole = json.loads(index.read_bytes())
    kept: dict[str, dict[str, Any]] = {}
    for item in whole["items"]:
        page, _, anchor = item["location"].partition("#")
        if not (anchor and page.startswith("models/") and page in kept):
            kept[item["location"]] = item
        elif anchor.startswith("input-"):
            kept[page]["text"] += f" {item['title']}"
    text = json.dumps({**whole, "items": [*kept.values()]}, ensure_ascii=False)
    _save(index, text)
    _save(site / "search.js", f"var __index={text}")


def _plain(page: Path) -> str:
    """Return a page as Markdown that every reader knows: no front matter, no anchors."""
    text = FRONT_MATTER.sub("", page.read_text("utf-8"))
    return ATTRIBUTES.sub(r"\1", text)


def _save(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
