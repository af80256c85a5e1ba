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
_BEGINNING = re.compile("<[a-z!?/]", re.I)
"""How markup begins that goes on to the end of the text."""
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
        start = _found_or_end(raw, raw.find("<", position))
        _add_text(page, raw[position:start], position)
        position = _markup(page, raw, start)
    text = "".join(page.pieces)
    starts, origins = tuple(page.starts), tuple(page.origins)
    seen = SourceText(text, source.origin, raw, starts, origins)
    return seen, page.canonical or page.og_url


def _found_or_end(raw: str, found: int) -> int:
    return len(raw) if found < 0 else found


def _add_text(page: _Page, escaped: str, origin: int) -> None:
    if not page.verbatim:
        escaped = escaped.replace("\n", " ")
    page.add(unescape(escaped), origin)


def _markup(page: _Page, raw: str, start: int) -> int:
    """Take in the markup at an offset. Returns where it ends."""
    if raw.startswith("<!--", start):
        end = raw.find("-->", start + 4)
        return len(raw) if end < 0 else end + 3
    if tag := _TAG.match(raw, start):
        return _tag(page, raw, tag)
    if other := _OTHER.match(raw, start):
        return other.end()
    if _BEGINNING.match(raw, start):
        return len(raw)
    page.add(raw[start : start + 1], start)
    return start + 1


def _tag(page: _Page, raw: str, tag: re.Match[str]) -> int:
    """Take in a tag. Returns where it ends, or what it hides."""
    name, attributes = tag["name"].lower(), tag["attributes"]
    if tag["close"]:
        _close(page, name, tag.start())
        return tag.end()
    # "/" closes an element in SVG alone: `<style/>` there, but not `<script/>` here.
    is_closed = page.hidden_in and attributes.endswith("/")
    _open(page, name, attributes, tag.start())
    return tag.end() if is_closed else _after_unseen(raw, name, tag.end())


def _after_unseen(raw: str, name: str, end: int) -> int:
    """Skip the contents of an element that holds no markup and is not shown."""
    if name not in _UNSEEN_TEXT:
        return end
    closing = re.compile(rf"</{name}[\s/>]", re.I).search(raw, end)
    return closing.start() if closing else len(raw)


def _open(page: _Page, name: str, attributes: str, start: int) -> None:
    """Take in the tag that opens an element, or is one."""
    is_block = _BLOCK.fullmatch(name) is not None
    if is_block and page.hidden_in in ("svg", "math"):
        page.hidden_in = ""  # neither can hold one: it was not closed
    if page.hidden_in:
        page.hidden_depth += name == page.hidden_in
        return
    values = _attributes(attributes)
    _take_address(page, name, values)
    if is_block:
        page.add("\n", start)
    is_empty = attributes.endswith("/") or _VOID.fullmatch(name)
    if not is_empty:
        _enter(page, name, values)


def _enter(page: _Page, name: str, values: dict[str, str]) -> None:
    """Enter an element that has contents, which may be hidden, or kept to the letter."""
    is_line_number = _LINE_NUMBER.search(values.get("class", ""))
    if is_line_number or name in _UNSEEN:
        page.hidden_in, page.hidden_depth = name, 1
    elif name in _VERBATIM:
        page.verbatim += 1


def _close(page: _Page, name: str, start: int) -> None:
    """Take in the tag that closes an element."""
    if page.hidden_in:
        _close_hidden(page, name)
        return
    if name in _VERBATIM:
        page.verbatim = max(page.verbatim - 1, 0)
    if _BLOCK.fullmatch(name):
        page.add("\n", start)


def _close_hidden(page: _Page, name: str) -> None:
    page.hidden_depth -= name == page.hidden_in
    if not page.hidden_depth:
        page.hidden_in = ""


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag, unescaped."""
    found = {}
    for attribute in _ATTRIBUTE.finditer(text) if "=" in text else ():
        value = attribute[2] or attribute[3] or attribute[4] or ""
        found[attribute[1].lower()] = unescape(value)
    return found


def _take_address(page: _Page, name: str, values: dict[str, str]) -> None:
    if name == "link" and "canonical" in values.get("rel", "").lower().split():
        page.canonical = page.canonical or _address(values.get("href", ""))
    if name == "meta" and values.get("property", "").lower() == "og:url":
        page.og_url = page.og_url or _address(values.get("content", ""))


def _address(value: str) -> str | None:
    """Accept a complete http(s) address, and nothing else."""
    address = value.strip()
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https")
    is_plain = address.isprintable() and " " not in address
    return address if is_web and parts.netloc and is_plain else None
