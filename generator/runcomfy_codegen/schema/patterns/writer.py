"""Write a regular expression in the part of ECMA 262 that every engine reads alike."""

from collections.abc import Iterator

from runcomfy_codegen.schema.patterns.syntax import (
    Alternatives,
    Assertion,
    Group,
    Look,
    Node,
    Property,
    Repeat,
    Set,
    UnsupportedPatternError,
)

SYNTAX = frozenset("^$\\.*+?()[]{}|")
"""What means something outside of a set."""
IN_SETS = frozenset("\\[]")
DOUBLED = "&~"
"""What means something in a set of some engines where it stands twice."""
CONTROLS = {"\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
ANYTHING, NOTHING = r"[\u0000-\u{10ffff}]", r"[^\u0000-\u{10ffff}]"


def write(alternatives: Alternatives) -> str:
    """Return a pattern as text. Raises UnsupportedPatternError for what needs backtracking."""
    return "|".join("".join(map(_node, branch)) for branch in alternatives.branches)


def _node(node: Node) -> str:
    match node:
        case Set():
            return _set(node)
        case Assertion():
            return node.text
        case Repeat():
            return _node(node.part) + node.text
        case Group():
            return f"{node.opening}{write(node.alternatives)})"
        case Look():
            raise UnsupportedPatternError(f"{node.text:.40} needs backtracking")


def _set(node: Set) -> str:
    """Return one character, one property, or a set in brackets."""
    if not node.members:
        return ANYTHING if node.negated else NOTHING
    only = node.members[0] if len(node.members) == 1 else None
    if isinstance(only, Property) and not node.negated:
        return _property(only)
    if only and not isinstance(only, Property) and not node.negated:
        first, last = only
        if first == last:
            return _character(chr(first), SYNTAX)
    body = ""
    members = list(dict.fromkeys(node.members))
    for index, member in enumerate(members):
        at_an_end = index in (0, len(members) - 1)
        body += "".join(_member(member, body, at_an_end))
    return f"[{'^' if node.negated else ''}{body}]"


def _member(
    member: tuple[int, int] | Property, before: str, at_an_end: bool
) -> Iterator[str]:
    """Yield a character, a range or a property as it is written in brackets."""
    if isinstance(member, Property):
        yield _property(member)
        return
    first, last = map(chr, member)
    is_range = first != last
    yield _in_set(first, before, at_an_end and not is_range)
    if is_range:
        yield "" if ord(last) == ord(first) + 1 else "-"
        yield _in_set(last, first, is_plain_dash=False)


def _in_set(character: str, before: str, is_plain_dash: bool) -> str:
    """Return a character of a set; `before` is what the brackets hold so far."""
    if character == "-":
        return "-" if is_plain_dash else "\\-"
    if character == "^" and not before:
        return "\\^"
    if character in DOUBLED and before.endswith(character):
        return _numbered(character)
    return _character(character, IN_SETS)


def _character(character: str, escaped: frozenset[str]) -> str:
    if character in escaped:
        return f"\\{character}"
    if character in CONTROLS:
        return CONTROLS[character]
    return character if character.isprintable() else _numbered(character)


def _numbered(character: str) -> str:
    """Return a character by its number; Python reads four digits alone."""
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\u{{{code:x}}}"


def _property(member: Property) -> str:
    return f"\\{'P' if member.negated else 'p'}{{{member.name}}}"
