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
CONTROLS = {"\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
ANYTHING, NOTHING = r"[\u0000-\u{10ffff}]", r"[^\u0000-\u{10ffff}]"


def write(alternatives: Alternatives) -> str:
    """Return a pattern as text. Raises UnsupportedPatternError for what needs backtracking."""
    return "|".join("".join(map(_node, branch)) for branch in alternatives.branches)


def _node(node: Node) -> str:
    """Return one part of a sequence as text."""
    match node:
        case Set():
            return _set(node)
        case Assertion(text):
            return text
        case Repeat(part, text=quantifier):
            return _node(part) + quantifier
        case Group(alternatives, opening):
            return f"{opening}{write(alternatives)})"
        case Look(text):
            raise UnsupportedPatternError(f"{text:.40} needs backtracking")


def _set(node: Set) -> str:
    """Return one character, one property, or a set in brackets."""
    match node:
        case Set(()):
            return ANYTHING if node.negated else NOTHING
        case Set((Property() as only,), False):
            return _property(only)
        case Set(((int(first), last),), False) if first == last:
            return _character(chr(first), SYNTAX)
        case _:
            return _in_brackets(node)


def _in_brackets(node: Set) -> str:
    """Return a set in brackets, with each of its members once."""
    members = list(dict.fromkeys(node.members))
    ends = (0, len(members) - 1)
    opening = "[^" if node.negated else "["
    body = ""
    for index, member in enumerate(members):
        at_an_end = index in ends
        body += "".join(_member(member, body, at_an_end))
    return f"{opening}{body}]"


def _member(
    member: tuple[int, int] | Property, before: str, at_an_end: bool
) -> Iterator[str]:
    """Yield a character, a range or a property as it is written in brackets."""
    if isinstance(member, Property):
        yield _property(member)
        return
    first, last = map(chr, member)
    if first == last:
        yield _in_set(first, before, is_plain_dash=at_an_end)
        return
    yield _in_set(first, before, is_plain_dash=False)
    is_of_two = ord(last) == ord(first) + 1
    yield "" if is_of_two else "-"
    yield _in_set(last, first, is_plain_dash=False)


def _in_set(character: str, before: str, is_plain_dash: bool) -> str:
    """Return a character of a set; `before` is what the brackets hold so far."""
    match character:
        case "-":
            return "-" if is_plain_dash else "\\-"
        case "^" if not before:
            return "\\^"
        case "&" | "~" if before.endswith(character):
            return _numbered(character)  # twice, it means something to some engines
        case _:
            return _character(character, IN_SETS)


def _character(character: str, escaped: frozenset[str]) -> str:
    """Return a character, behind a backslash if it is one of those to be escaped."""
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
