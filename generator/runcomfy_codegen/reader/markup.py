"""Turns a saved HTML page into the text that its reader sees.

A tokenizer of our own: `html.parser` takes quadratic time over broken tags in Python
versions that are supported here. Each step goes forward only; where a browser would
drop the rest of a broken file, so does this. Nothing is executed or fetched.
"""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from runcomfy_codegen.reader.source import SourceText

_DOCUMENT = re.compile(r"\s*<(?:!doctype\s|\?xml\s|(?:html|head|body)[\s>])", re.I)
# A page's text may begin with a title that holds tags: only blocks tell a fragment.
_FRAGMENT = re.compile(r"\s*<(?:!--|(?:article|div|main|pre|section)[\s>])", re.I)
_CLOSING = re.compile(r"</(?:pre|code|body|html)\s*>", re.I)

# A quote counts only after "=": elsewhere it is part of a (broken) name.
_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-z][^\s/>]*+)"
    r"""(?P<attributes>(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""",
    re.I,
)
_OTHER = re.compile(r"<[!?/][^>]*+>")
_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])([^\s=>"'/]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++))"""
)

_UNSEEN_TEXT = frozenset({"script", "style", "noscript", "iframe", "title"})
_UNSEEN = frozenset({"template", "svg", "math"})
_LINE_NUMBER = re.compile(r"line-?number|lineno|line-num\b|gutter", re.I)
_VERBATIM = frozenset({"pre", "code", "textarea"})
_BLOCK = re.compile(
    "address|article|aside|blockquote|body|br|button|d[dlt]|details|dialog|div|"
    "fieldset|fig(?:caption|ure)|footer|form|h[1-6r]|head|header|html|label|li|main|"
    "nav|ol|option|p|pre|section|summary|t(?:able|body|d|extarea|foot|h|head|r)|ul"
)
_VOID = re.compile("area|base|br|col|embed|hr|img|input|link|meta|source|wbr")


@dataclass
class _Page:
    """What was seen so far."""

    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    length: int = 0
    verbatim: int = 0
    hidden_in: str = ""
    hidden_depth: int = 0
    canonical: str | None = None
    og_url: str | None = None

    def add(self, text: str, origin: int) -> None:
        if text and not self.hidden_in:
            self.pieces.append(text)
            self.starts.append(self.length)
            self.origins.append(origin)
            self.length += len(text)


def is_html(text: str) -> bool:
    """Tell a saved HTML page from a page's text, which may hold some tags too."""
    if _DOCUMENT.match(text):
        return True
    return bool(_FRAGMENT.match(text) and _CLOSING.search(text))


def read_html(source: SourceText) -> tuple[SourceText, str | None]:
    """Extract a page's visible text, and the address that it names as its own."""
    page = _Page()
    raw, position = source.raw, 0
    while position < len(raw):
        start = raw.find("<", position)
        start = len(raw) if start < 0 else start
        _add_text(page, raw[position:start], position)
        position = _markup(page, raw, start)
    text = "".join(page.pieces)
    seen = SourceText(text, source.origin, raw, tuple(page.starts), tuple(page.origins))
    return seen, page.canonical or page.og_url


def _add_text(page: _Page, escaped: str, origin: int) -> None:
    if not page.verbatim:
        escaped = escaped.replace("\n", " ")
    page.add(unescape(escaped), origin)


def _markup(page: _Page, raw: str, start: int) -> int:
    """Take in the markup at an offset. Returns where it ends."""
    if raw.startswith("<!--", start):
        return _after(raw, raw.find("-->", start + 4), 3)
    if tag := _TAG.match(raw, start):
        name = tag["name"].lower()
        if tag["close"]:
            _close(page, name, start)
            return tag.end()
        # "/" closes an element in SVG alone: `<style/>` there, but not `<script/>` here.
        closed = page.hidden_in and tag["attributes"].endswith("/")
        _open(page, name, tag["attributes"], start)
        return tag.end() if closed else _after_unseen(raw, name, tag.end())
    if other := _OTHER.match(raw, start):
        return other.end()
    if re.match("<[a-z!?/]", raw[start : start + 2], re.I):
        return len(raw)
    page.add(raw[start : start + 1], start)
    return start + 1


def _after(raw: str, found: int, length: int) -> int:
    return len(raw) if found < 0 else found + length


def _after_unseen(raw: str, name: str, end: int) -> int:
    """Skip the contents of an element that holds no markup and is not shown."""
    if name not in _UNSEEN_TEXT:
        return end
    closing = re.compile(rf"</{name}[\s/>]", re.I).search(raw, end)
    return closing.start() if closing else len(raw)


def _open(page: _Page, name: str, attributes: str, start: int) -> None:
    if page.hidden_in in ("svg", "math") and _BLOCK.fullmatch(name):
        page.hidden_in = ""
    if page.hidden_in:
        page.hidden_depth += name == page.hidden_in
        return
    values = _attributes(attributes) if "=" in attributes else {}
    if name in ("link", "meta"):
        _take_address(page, name, values)
    if _BLOCK.fullmatch(name):
        page.add("\n", start)
    if attributes.endswith("/") or _VOID.fullmatch(name):
        return
    if name in _UNSEEN or _LINE_NUMBER.search(values.get("class", "")):
        page.hidden_in, page.hidden_depth = name, 1
    elif name in _VERBATIM:
        page.verbatim += 1


def _close(page: _Page, name: str, start: int) -> None:
    if page.hidden_in:
        page.hidden_depth -= name == page.hidden_in
        if not page.hidden_depth:
            page.hidden_in = ""
        return
    if name in _VERBATIM:
        page.verbatim = max(page.verbatim - 1, 0)
    if _BLOCK.fullmatch(name):
        page.add("\n", start)


def _attributes(text: str) -> dict[str, str]:
    found = ((m[1].lower(), m[2] or m[3] or m[4]) for m in _ATTRIBUTE.finditer(text))
    return {name: unescape(value or "") for name, value in found}


def _take_address(page: _Page, name: str, values: dict[str, str]) -> None:
    if name == "link" and "canonical" in values.get("rel", "").lower().split():
        page.canonical = page.canonical or _address(values.get("href", ""))
    if name == "meta" and values.get("property", "").lower() == "og:url":
        page.og_url = page.og_url or _address(values.get("content", ""))


def _address(value: str) -> str | None:
    """Accept a complete http(s) address, and nothing else."""
    value = value.strip()
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    plain = value.isprintable() and " " not in value
    complete = parts.scheme in ("http", "https") and parts.netloc
    return value if plain and complete else None
