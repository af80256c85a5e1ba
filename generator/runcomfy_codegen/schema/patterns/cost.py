"""Tell which patterns could keep an engine busy that backtracks, as a browser's does."""

from runcomfy_codegen.schema.patterns.parser import parse
from runcomfy_codegen.schema.patterns.syntax import (
    Alternatives,
    Group,
    Node,
    PatternError,
    Repeat,
)

MOST_CHOICES = 3
"""With more that backtracking could revise, a long text could keep it busy."""


def is_explosive(pattern: str) -> bool:
    """Return whether some text could keep backtracking busy for longer than one waits."""
    try:
        return _choices(parse(pattern)) > MOST_CHOICES
    except PatternError:
        return True


def _choices(alternatives: Alternatives) -> int:
    """Return how many choices could be revised; more than are allowed if one holds another."""
    found = len(alternatives.branches) > 1
    return found + sum(_of_node(n) for branch in alternatives.branches for n in branch)


def _of_node(node: Node) -> int:
    """Return how many choices a part of a sequence has that could be revised."""
    match node:
        case Group(alternatives):
            return _choices(alternatives)
        case Repeat():
            return _of_repeat(node)
        case _:
            return 0


def _of_repeat(node: Repeat) -> int:
    """Return the choices of a repeated part, and how often it is repeated."""
    inner = _of_node(node.part)
    is_repeated = node.most not in (0, 1)
    if inner and is_repeated:
        return MOST_CHOICES + 1
    return inner + (node.least != node.most)
