"""Tell search engines where the pages are, and when each was last changed."""

import os
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urljoin
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)


def write_for_crawlers(site: Path, docs: Path, pages: Iterable[str], url: str) -> None:
    """Write robots.txt, and the sitemap where it is known what to put into it.

    `docs` is the folder of the pages' sources, whose dates are theirs.
    """
    for name in ("sitemap.xml", "sitemap.xml.gz"):
        (site / name).unlink(missing_ok=True)
    robots = "User-agent: *\nAllow: /\n"
    if url:
        robots += f"\nSitemap: {urljoin(url, 'sitemap.xml')}\n"
        changed = dates(docs)
        rows = [_row(url, page, changed.get(page, "")) for page in pages]
        _save(site / "sitemap.xml", HEAD + "".join(rows) + "</urlset>\n")
    _save(site / "robots.txt", robots)


def dates(docs: Path) -> dict[str, str]:
    """Return the day on which each file of a folder was last changed.

    By its last commit; where there is none, by the file's own time, which
    SOURCE_DATE_EPOCH caps so that a build can be repeated.
    """
    found = _file_dates(docs)
    return found | _commit_dates(docs)


def _row(url: str, page: str, day: str) -> str:
    place = urljoin(url, quote(f"{page.removesuffix('.md')}.html"))
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{escape(place)}</loc>{changed}</url>\n"


def _file_dates(docs: Path) -> dict[str, str]:
    latest = float(os.environ.get("SOURCE_DATE_EPOCH") or "inf")
    found = {}
    for file in docs.rglob("*"):
        seconds = min(file.stat().st_mtime, latest)
        day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
        found[file.relative_to(docs).as_posix()] = day
    return found


def _commit_dates(docs: Path) -> dict[str, str]:
    """Return the day of each file's last commit, of those that are as committed."""
    listed = _git(
        docs, "log", "--format=%x00%cs", "--name-only", "--relative", "--", "."
    )
    changed = set(_git(docs, "ls-files", "--modified", "-z").split("\0"))
    found: dict[str, str] = {}
    for commit in listed.split("\0")[1:]:
        day, *names = filter(None, commit.split("\n"))
        for name in names:
            if name not in changed:
                found.setdefault(name, day)
    return found


def _git(folder: Path, *command: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotePath=off", *command],
            cwd=folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
    except FileNotFoundError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _save(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
