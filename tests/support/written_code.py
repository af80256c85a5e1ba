"""What the templates write, and nothing else may be in a module or on a page."""

import ast
import html.parser
import json
import re

import black
import yaml
from markdown_it import MarkdownIt

from tests.support.stored_models import MARK

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
MODE = black.Mode(target_versions={black.TargetVersion.PY311})
NODES = (
    ast.Module, ast.ImportFrom, ast.alias, ast.ClassDef, ast.AnnAssign, ast.Assign,
    ast.Expr, ast.Pass, ast.Name, ast.Subscript, ast.Tuple, ast.List, ast.Dict,
    ast.Constant, ast.Call, ast.keyword, ast.BinOp, ast.BitOr, ast.UnaryOp, ast.USub,
    ast.Load, ast.Store,
)  # fmt: skip
"""What a module of classes is written with: nothing that runs, but the calls below."""
CALLS = {"Field", "count_fields", "multiple_of", "one_of", "url_text"}
TAGS = {
    "a", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
"""What the templates write in a page, as rendered."""


class Tags(html.parser.HTMLParser):
    """Refuses every tag and address that the templates do not write."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert MARK not in name
            assert MARK not in f"{value}" or re.fullmatch(
                r"#?[\w-]+", f"{value}"
            ), value

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def judge_page(text: str) -> str:
    """Return the body of a model's page, and check that all in it and its head is text."""
    head, page = text.removeprefix("---\n").split("\n---\n", 1)
    front = yaml.safe_load(head)
    about = next(line for line in head.split("\n") if line.startswith("about: "))
    assert front.pop("about") == json.loads(about.removeprefix("about: "))
    assert all(isinstance(value, str) for value in front.values()), front
    assert page.count("\n# ") == 1
    Tags().feed(MARKDOWN.render(page))
    return page
