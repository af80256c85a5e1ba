"""Write a page as Markdown that every reader knows: for machines, and for `llms-full.txt`.

The pages are written for Zensical: with tabs, attributes, a form, and texts of schemas
escaped by character references. Here each of these becomes plain Markdown, which still
shows a schema's text as text; of several ways to make a call, one in Python and one by
curl stay. Code is left as it is.
"""

import re
from html import unescape

FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n+", re.DOTALL)
FENCE = re.compile(r"^ *(`{3,})[^`\n]*$")
TAB = re.compile(r'^=== "(.*)"$')
KEPT_TABS = ("Python", "curl")
TRAIL = re.compile(r"^\[Models\]\(.*\n\{ \.rc-trail \}\n+", re.MULTILINE)
FORM = re.compile(r"^## Try values .*?(?=^## )", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^<(div|nav)\b.*?^</\1>\n+", re.MULTILINE | re.DOTALL)
EMPTY_BLOCK = re.compile(r"^<div [^>]*></div>\n+", re.MULTILINE)
ANCHOR = re.compile(r'<a id="[^"]*"></a>')
ATTRIBUTES = re.compile(r"^(#+ .*?) +\{ [#.][^}]+ \}$", re.MULTILINE)
INNER_LINK = re.compile(r"(?<!\\)\[([^\]\n]*[^\]\\\n])\]\(#[^)\s]*\)")
DEEP_LINK = re.compile(r"(\]\([^)#\s]+)#[^)\s]*\)")
"""Links to anchors, of which plain Markdown has none of ours."""
CODE = re.compile(r"<code>(.*?)</code>")
REFERENCE = re.compile(r"&#(\d+);")
HARMLESS = frozenset("{}$@^=:?")
"""What means nothing to Markdown but where a line begins."""


def plain_page(text: str) -> str:
    """Return a page as plain Markdown."""
    text = FRONT_MATTER.sub("", text)
    for left_out in (TRAIL, FORM, BLOCK, EMPTY_BLOCK):
        text = left_out.sub("", text)
    lines: list[str] = []
    fence = ""
    for line in _without_tabs(text.split("\n")):
        found = FENCE.match(line)
        if found and not fence:
            fence = found[1]
        elif found and found[1] == fence and line.strip() == fence:
            fence = ""
        lines.append(line if fence or found else _plain_line(line))
    return "\n".join(lines)


def _without_tabs(lines: list[str]) -> list[str]:
    """Return lines with the tabs that stay under a label of their own."""
    kept: list[str] = []
    tab = ""
    for line in lines:
        opened = TAB.match(line)
        if opened:
            tab = opened[1]
            if tab in KEPT_TABS:
                kept.append(f"{tab}:")
        elif tab and (not line or line.startswith("    ")):
            if tab in KEPT_TABS:
                kept.append(line[4:])
        else:
            tab = ""
            kept.append(line)
    return kept


def _plain_line(line: str) -> str:
    line = ATTRIBUTES.sub(r"\1", ANCHOR.sub("", line))
    line = DEEP_LINK.sub(r"\1)", INNER_LINK.sub(r"\1", line))
    line = CODE.sub(lambda found: _code(unescape(found[1])), line)
    return REFERENCE.sub(_character, line)


def _code(text: str) -> str:
    """Return code between as many backticks as it takes."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _character(reference: re.Match[str]) -> str:
    """Return a character as itself where it is harmless, else behind a backslash."""
    character = chr(int(reference[1]))
    begins = not reference.string[: reference.start()].strip(" -")
    if character.isdigit():
        return reference[0] if begins and _is_a_list(reference) else character
    if character in HARMLESS and not begins:
        return character
    return f"\\{character}"


def _is_a_list(reference: re.Match[str]) -> bool:
    """Return whether a number at the beginning of a line would open a list."""
    return re.match(r"\d*[.)]", reference.string[reference.end() :]) is not None
