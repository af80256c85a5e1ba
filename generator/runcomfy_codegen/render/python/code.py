"""Python expressions before they are laid out.

A leaf is `Code`: a name, which brings the import that it needs, or a literal, which
`literal` alone makes of a value from a schema. A text that nobody escaped is a `str`, and
so a type error wherever code belongs; and no import is listed by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from runcomfy_codegen.escape import python_string
from runcomfy_codegen.ir import Json

CLOSING = {"(": ")", "[": "]", "{": "}"}


class Code(NamedTuple):
    """A name or a literal, as it is written."""

    text: str
    module: str = ""
    """The module that the name is imported from; empty for what needs no import."""


class Bracket(NamedTuple):
    """Elements in brackets, behind a name or nothing: `Literal[…]`, `Field(…)`, `{…}`."""

    name: Code
    opening: Literal["(", "[", "{"]
    elements: "tuple[Node, ...]"

    @property
    def head(self) -> str:
        """What stands before the elements."""
        return self.name.text + self.opening

    @property
    def tail(self) -> str:
        """What stands behind them."""
        return CLOSING[self.opening]


class Pair(NamedTuple):
    """A keyword or key before a value: `ge=1`, `"a": 1`."""

    key: Code
    value: "Node"


class Union(NamedTuple):
    """Types joined by `|`. At least two."""

    members: "tuple[Node, ...]"


Node: TypeAlias = Code | Bracket | Pair | Union

NOTHING = Code("")
MODELS = ".._models"
"""What each generated module has its base classes and checks from."""
NONE, TEXT = Code("None"), Code("str")
ANY, ANNOTATED, LITERAL = (
    Code(name, "typing") for name in ("Any", "Annotated", "Literal")
)
FIELD = Code("Field", "pydantic")

SOURCES = "..media"
"""What each generated module has the types of media from."""


def listed(*elements: Node) -> Bracket:
    """Return a list of elements."""
    return Bracket(NOTHING, "[", elements)


def mapping(pairs: Iterable[tuple[str, Node]]) -> Bracket:
    """Return a dict with keys of text."""
    items = tuple(Pair(Code(f"{python_string(key)}: "), node) for key, node in pairs)
    return Bracket(NOTHING, "{", items)


def parentheses(*elements: Node) -> Bracket:
    """Return a tuple of at least two elements."""
    return Bracket(NOTHING, "(", elements)


def call(name: Code, *elements: Node) -> Bracket:
    """Return a call of a function or class."""
    return Bracket(name, "(", elements)


def subscript(name: Code, *elements: Node) -> Bracket:
    """Return a generic type of others: `list[str]`."""
    return Bracket(name, "[", elements)


def keyword(name: str, value: Node) -> Pair:
    """Return a keyword argument, whose name is one of ours."""
    return Pair(Code(f"{name}="), value)


def union(members: Sequence[Node]) -> Node:
    """Return a type that is any of its members, each once."""
    flat: dict[Node, None] = {}
    for member in members:
        flat |= dict.fromkeys(
            member.members if isinstance(member, Union) else (member,)
        )
    unique = tuple(flat)
    if not unique:
        return ANY
    return unique[0] if len(unique) == 1 else Union(unique)


def annotated(node: Node, constraints: Sequence[Node]) -> Node:
    """Return a type with its constraints: keywords of `Field`, and checks of our own."""
    if not constraints:
        return node
    keywords = [c for c in constraints if isinstance(c, Pair)]
    checks = [c for c in constraints if not isinstance(c, Pair)]
    field = [call(FIELD, *keywords)] if keywords else []
    return subscript(ANNOTATED, node, *field, *checks)


def literal(value: Json) -> Node:
    """Return the Python literal of a JSON value."""
    if isinstance(value, str):
        return Code(python_string(value))
    if isinstance(value, list):
        return listed(*map(literal, value))
    if isinstance(value, dict):
        return mapping((key, literal(inner)) for key, inner in value.items())
    # black writes an exponent without its plus sign.
    return Code(repr(value).replace("e+", "e"))


def names_in(node: Node) -> Iterator[Code]:
    """Yield every name in an expression that has to be imported."""
    match node:
        case Code():
            if node.module:
                yield node
        case Bracket():
            yield from names_in(node.name)
            for element in node.elements:
                yield from names_in(element)
        case Pair():
            yield from names_in(node.value)
        case Union():
            for member in node.members:
                yield from names_in(member)
