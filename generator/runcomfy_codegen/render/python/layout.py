"""Lay Python expressions out as black would, so that black never has to run.

An expression is one line where it fits, else one element a line, each with a
trailing comma. The tests let black judge.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from runcomfy_codegen.ir import Json
from runcomfy_codegen.render.escape import python_string

WIDTH = 88


class Bracket(NamedTuple):
    """`head` and `tail` around elements: `Literal[…]`, `Field(…)`, `{…}`."""

    head: str
    elements: "tuple[Node, ...]"
    tail: str


class Pair(NamedTuple):
    """A keyword or key before a value: `ge=1`, `"a": 1`."""

    key: str
    value: "Node"


class Union(NamedTuple):
    """Types joined by `|`. At least two."""

    members: "tuple[Node, ...]"


Node: TypeAlias = str | Bracket | Pair | Union

IDEOGRAPHS = re.compile("[\u4e00-\u9fff]")
"""Take two columns each."""
BELOW_IS_NARROW = "\u0300"
"""From here on some characters take two columns, or none."""


def flat(node: Node) -> str:
    """Return an expression on one line."""
    if isinstance(node, str):
        return node
    if isinstance(node, Pair):
        return node.key + flat(node.value)
    if isinstance(node, Bracket):
        return node.head + ", ".join([flat(e) for e in node.elements]) + node.tail
    return " | ".join([flat(member) for member in node.members])


def width(line: str) -> int:
    """Return how many columns black counts: a Chinese character takes two."""
    if line.isascii():
        return len(line)
    narrow = IDEOGRAPHS.sub("", line)
    if max(narrow, default="") < BELOW_IS_NARROW:
        return 2 * len(line) - len(narrow)
    from black.strings import str_width  # black is slow to import

    return str_width(line)


def _flat_within(node: Node, room: int) -> str | None:
    """Return an expression on one line if that is no longer than the room there is."""
    if isinstance(node, str):
        return node if width(node) <= room else None
    if isinstance(node, Pair):
        value = _flat_within(node.value, room - width(node.key))
        return None if value is None else node.key + value
    if isinstance(node, Bracket):
        head, elements, tail, joint = node.head, node.elements, node.tail, ", "
    else:
        head, elements, tail, joint = "", node.members, "", " | "
    room -= len(head) + len(tail) + len(joint) * max(0, len(elements) - 1)
    lines = []
    for element in elements:
        line = _flat_within(element, room)
        if line is None:
            return None
        room -= width(line)
        lines.append(line)
    return head + joint.join(lines) + tail if room >= 0 else None


def lay_out(node: Node, indent: int, before: int, after: int = 0) -> str:
    """Return an expression on as many lines as it needs.

    `indent` is that of the line it starts on, `before` the column it starts in, and
    `after` the number of characters that follow it on its last line.
    """
    line = _flat_within(node, WIDTH - before - after)
    if line is not None:
        return line
    match node:
        case Bracket() if node.elements:
            return _explode(node, indent)
        case Pair():
            start = before + width(node.key)
            return node.key + lay_out(node.value, indent, start, after)
        case Union():
            return _stack(node, indent, after)
    return flat(node)


def annotated_type(node: Node, indent: int, before: int, after: int) -> str:
    """Return a type after `name: `; one that is too long for its line gets parentheses."""
    is_long = _flat_within(node, WIDTH - before - after) is None
    if not (is_long and isinstance(node, Union)):
        return lay_out(node, indent, before, after)
    margin = "\n" + " " * indent
    return f"({margin}    {lay_out(node, indent + 4, indent + 4)}{margin})"


def assigned(text: str, indent: int, before: int) -> str:
    """Return a string after `name = `; it gets parentheses where it fits only so."""
    inner = indent + 4
    if before + width(text) <= WIDTH or inner + width(text) > WIDTH:
        return text
    return f"(\n{' ' * inner}{text}\n{' ' * indent})"


def imported(start: str, *names: str, indent: int = 0) -> str:
    """Return an import of some names; a line that is too long gets parentheses."""
    line = f"{start} {', '.join(names)}"
    if indent + len(line) <= WIDTH:
        return line
    return f"{start} {_explode(Bracket('(', names, ')'), indent)}"


def class_line(name: str, base: str) -> str:
    """Return the line that begins a class; a base that does not fit gets its own."""
    line = f"class {name}({base}):"
    return line if len(line) <= WIDTH else f"class {name}(\n    {base}\n):"


def _explode(node: Bracket, indent: int) -> str:
    inner = indent + 4
    margin = "\n" + " " * inner
    lines = [lay_out(element, inner, inner, 1) for element in node.elements]
    # A comma behind a lone element in [] would make it a tuple, which is another type.
    is_lone_type = len(lines) == 1 and node.tail == "]" and node.head != "["
    comma = "" if is_lone_type else ","
    body = f",{margin}".join(lines)
    return f"{node.head}{margin}{body}{comma}\n{' ' * indent}{node.tail}"


def _stack(node: Union, indent: int, after: int) -> str:
    margin = f"\n{' ' * indent}| "
    first, *others, last = node.members
    lines = [lay_out(first, indent, indent)]
    lines += [lay_out(member, indent, indent + 2) for member in others]
    return margin.join([*lines, lay_out(last, indent, indent + 2, after)])


def names_in(node: Node) -> Iterator[str]:
    """Yield what an expression mentions: names, and literals in their quotes."""
    match node:
        case Bracket():
            yield node.head.rstrip("([{")
            for element in node.elements:
                yield from names_in(element)
        case Pair():
            yield from names_in(node.value)
        case Union():
            for member in node.members:
                yield from names_in(member)
        case _:
            yield node


def literal(value: Json) -> Node:
    """Return the Python literal of a JSON value."""
    if isinstance(value, str):
        return python_string(value)
    if isinstance(value, list):
        return Bracket("[", tuple(map(literal, value)), "]")
    if isinstance(value, dict):
        pairs = (Pair(f"{python_string(k)}: ", literal(v)) for k, v in value.items())
        return Bracket("{", tuple(pairs), "}")
    # black writes an exponent without its plus sign.
    return repr(value).replace("e+", "e")
