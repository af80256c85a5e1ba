"""Lay Python expressions out as black would, so that black never has to run.

An expression is one line where it fits, else one element a line, each with a
trailing comma. The tests let black judge.
"""

import re

from runcomfy_codegen.render.python.code import (
    NOTHING,
    Bracket,
    Code,
    Node,
    Pair,
    Union,
)

WIDTH = 88
IDEOGRAPHS = re.compile("[\u4e00-\u9fff]")
"""Take two columns each."""
BELOW_IS_NARROW = "\u0300"
"""From here on some characters take two columns, or none."""


def flat(node: Node) -> str:
    """Return an expression on one line."""
    match node:
        case Code():
            return node.text
        case Pair():
            return node.key.text + flat(node.value)
        case Bracket():
            return node.head + ", ".join([flat(e) for e in node.elements]) + node.tail
        case Union():
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
    match node:
        case Code():
            return node.text if width(node.text) <= room else None
        case Pair():
            value = _flat_within(node.value, room - width(node.key.text))
            return None if value is None else node.key.text + value
        case Bracket():
            inner = _joined(node.elements, ", ", room - len(node.head) - 1)
            return None if inner is None else node.head + inner + node.tail
        case Union():
            return _joined(node.members, " | ", room)


def _joined(nodes: tuple[Node, ...], joint: str, room: int) -> str | None:
    """Return expressions on one line, joined, if there is room for them."""
    room -= len(joint) * max(0, len(nodes) - 1)
    lines = []
    for node in nodes:
        line = _flat_within(node, room)
        if line is None:
            return None
        room -= width(line)
        lines.append(line)
    return joint.join(lines) if room >= 0 else None


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
            start = before + width(node.key.text)
            return node.key.text + lay_out(node.value, indent, start, after)
        case Union():
            return _stack(node, indent, after)
    return flat(node)


def joined_dict(lines: list[str], before: int) -> str:
    """Return a dict at the left margin of items that are laid out as they are inside one."""
    room = WIDTH - before - len("{}") - len(", ") * max(0, len(lines) - 1)
    if not any("\n" in line for line in lines) and sum(map(width, lines)) <= room:
        return f"{{{', '.join(lines)}}}"
    body = ",\n    ".join(lines)
    return f"{{\n    {body},\n}}"


def called(name: Code, *arguments: Node) -> str:
    """Return a call that stands on a line of its own, behind an `@`."""
    line = flat(Bracket(name, "(", arguments))
    if width(line) < WIDTH:
        return line
    inner = ", ".join(map(flat, arguments))
    if 4 + width(inner) <= WIDTH:
        return f"{name.text}(\n    {inner}\n)"
    return _explode(Bracket(name, "(", arguments), 0)


def annotated_type(node: Node, indent: int, before: int, after: int) -> str:
    """Return a type after `name: `; one that is too long for its line gets parentheses."""
    is_long = _flat_within(node, WIDTH - before - after) is None
    if not (is_long and isinstance(node, Union)):
        return lay_out(node, indent, before, after)
    margin = "\n" + " " * indent
    return f"({margin}    {lay_out(node, indent + 4, indent + 4)}{margin})"


def assigned(node: Code, indent: int, before: int) -> str:
    """Return a literal after `name = `; it gets parentheses where it fits only so."""
    inner, text = indent + 4, node.text
    if before + width(text) <= WIDTH or inner + width(text) > WIDTH:
        return text
    return f"(\n{' ' * inner}{text}\n{' ' * indent})"


def imported(start: str, *names: str, indent: int = 0) -> str:
    """Return an import of some names; a line that is too long gets parentheses."""
    line = f"{start} {', '.join(names)}"
    if indent + len(line) <= WIDTH:
        return line
    return f"{start} {_explode(Bracket(NOTHING, '(', tuple(map(Code, names))), indent)}"


def class_line(name: str, base: str) -> str:
    """Return the line that begins a class; a base that does not fit gets its own."""
    line = f"class {name}({base}):"
    return line if len(line) <= WIDTH else f"class {name}(\n    {base}\n):"


def _explode(node: Bracket, indent: int) -> str:
    """Return an expression in brackets with one element a line."""
    inner = indent + 4
    margin = "\n" + " " * inner
    lines = [lay_out(element, inner, inner, 1) for element in node.elements]
    # A comma behind a lone element in [] would make it a tuple, which is another type.
    is_lone_type = len(lines) == 1 and node.opening == "[" and node.name != NOTHING
    comma = "" if is_lone_type else ","
    body = f",{margin}".join(lines)
    return f"{node.head}{margin}{body}{comma}\n{' ' * indent}{node.tail}"


def _stack(node: Union, indent: int, after: int) -> str:
    """Return the members of a union below each other."""
    margin = f"\n{' ' * indent}| "
    first, *middle, last = node.members
    lines = [lay_out(first, indent, indent)]
    lines += [lay_out(member, indent, indent + 2) for member in middle]
    return margin.join([*lines, lay_out(last, indent, indent + 2, after)])
