"""Declarations are laid out as black would, whatever they hold."""

import json
from itertools import product
from pathlib import Path

import black
import black.strings
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from runcomfy_codegen.cli import main
from runcomfy_codegen.render.python.code import (
    ANNOTATED,
    FIELD,
    LITERAL,
    NONE,
    TEXT,
    Code,
    Node,
    Union,
    call,
    keyword,
    literal,
    subscript,
)
from runcomfy_codegen.render.python.declarations import declared
from runcomfy_codegen.render.python.layout import width
from runcomfy_codegen.render.python.limits import (
    NULLABLE,
    ONE_BRANCH,
    UNIQUE_ITEMS,
)
from tests.support.checkout import TEMPLATES

MODE = black.Mode(target_versions={black.TargetVersion.PY311})


def _words(letter: str, most: int) -> st.SearchStrategy[Node]:
    return st.integers(1, most).map(lambda length: literal(letter * length))


def _list(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return inner.map(lambda node: subscript(Code("list"), node))


CHOICES = st.lists(_words("v", 14), min_size=1, max_size=9, unique=True).map(
    lambda values: subscript(LITERAL, *values)
)
LIMITS = st.tuples(st.integers(1, 10**12), _words("p", 70)).map(
    lambda two: call(
        FIELD, keyword("max_length", literal(two[0])), keyword("pattern", two[1])
    )
)
LIMITED = LIMITS.map(lambda field: subscript(ANNOTATED, TEXT, field))
NAMES = st.sampled_from(
    ["str", "int", "bool", "ImageSize", "VeryLongClassNameForAnObjectInAnInput"]
).map(Code)
SIMPLE = NAMES | CHOICES | LIMITED
MEMBERS = SIMPLE | st.one_of(
    _list(SIMPLE),
    SIMPLE.map(lambda node: subscript(Code("dict"), TEXT, node)),
)


@st.composite
def _types(draw: st.DrawFn) -> Node:
    members = draw(st.lists(MEMBERS, min_size=1, max_size=3, unique=True))
    members += draw(st.sampled_from([[], [NONE]]))
    node: Node = Union(tuple(members)) if len(members) > 1 else members[0]
    aliases = _words("a", 40).map(lambda alias: keyword("alias", alias))
    limits: list[Node] = draw(st.lists(aliases, max_size=1))
    bounds = [keyword("ge", literal(1))], [keyword("le", literal(20))]
    limits += draw(st.sampled_from([[], *bounds]))
    checks = draw(st.sampled_from([[], [UNIQUE_ITEMS], [ONE_BRANCH, NULLABLE]]))
    field = [call(FIELD, *limits)] if limits else []
    if field or checks:
        return subscript(ANNOTATED, node, *field, *checks)
    return node


DEFAULTS: st.SearchStrategy[Node | None] = st.sampled_from(
    [None, NONE, Code("True"), Code("2.5")]
)
DEFAULTS |= _words("d", 90)
DEFAULTS |= st.lists(st.integers(1, 50).map("x".__mul__), max_size=3).map(literal)


@settings(max_examples=150)
@given(name=st.integers(1, 40).map("n".__mul__), node=_types(), default=DEFAULTS)
def test_a_declaration_is_as_black_leaves_it(
    name: str, node: Node, default: Node | None
) -> None:
    source = f"class A:\n    {name}: {declared(name, node, default)}\n"
    assert black.format_str(source, mode=MODE) == source


def test_each_character_is_as_wide_as_for_black() -> None:
    for code in range(0x80, 0x10000):
        text = f"é{chr(code)}漢"
        if not 0xD800 <= code < 0xE000:
            assert width(text) == black.strings.str_width(text), hex(code)


STRING = {"type": "string"}
SHAPES = (
    STRING,
    {"type": "object", "properties": {"x": STRING}},
    {"type": "array", "items": {"type": "object", "properties": {"x": STRING}}},
    {"type": "number", "minimum": 0.5, "maximum": 7, "multipleOf": 0.5, "default": 1},
)


LENGTHS = (20, 33, 34, 36, 60, 62, 68, 72, 73, 75, 82, 120)


def test_names_of_any_length_are_laid_out(tmp_path: Path) -> None:
    for length, (vendor, shape) in product(LENGTHS, zip("abcd", SHAPES, strict=True)):
        entry = {
            "model_id": f"{vendor * (length // 3)}/{'m' * length}",
            "input_schema": {"type": "object", "properties": {"f" * length: shape}},
            "output_schema": {"type": "object", "properties": {"o" * length: shape}},
        }
        file = tmp_path / "schemas" / f"{entry['model_id']}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(entry), "utf-8")
    out = tmp_path / "out"
    folders = ["--schemas", str(tmp_path / "schemas"), "--out", str(out)]
    done = CliRunner().invoke(main, ["generate", *folders], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    paths = [
        path
        for path in out.rglob("*.py")
        if not (TEMPLATES / path.relative_to(out)).exists()
    ]
    assert len(paths) > 2 * len(LENGTHS) * len(SHAPES)
    for path in paths:
        text = path.read_text("utf-8")
        assert black.format_str(text, mode=MODE) == text, path.name
