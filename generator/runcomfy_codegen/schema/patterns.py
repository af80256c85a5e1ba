"""Match regular expressions in a time that one waits.

A stored model must not be able to keep the generator busy: a pattern is matched by
backtracking if that is surely quick, else in linear time, and what only backtracking could
match is matched by nobody.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

from pydantic_core import SchemaError, SchemaValidator, core_schema

MOST_CHOICES = 3
"""With more that backtracking could revise, a long text could keep it busy."""
MOST_STEPS = 10**7
"""How often backtracking may try; a fraction of a second."""

_parser: Any = import_module("re._parser")


@lru_cache(maxsize=512)
def _linear(pattern: str) -> SchemaValidator | None:
    """Return a matcher that needs no backtracking, if the pattern can have one."""
    text = core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")
    try:
        return SchemaValidator(text)
    except SchemaError:
        return None


def matches(pattern: str, text: str) -> bool | None:
    """Return whether a pattern is found in a text; None where nobody can say quickly."""
    choices, matcher = _choices_of(pattern), _linear(pattern)
    is_quick = choices is not None and (len(text) + 1) ** (choices + 1) <= MOST_STEPS
    if matcher and (is_explosive(pattern) or not is_quick):
        return matcher.isinstance_python(text)
    # The same engine as in an Input: they differ in what `\B` means.
    return _compiled(pattern).search(text) is not None if is_quick else None


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings(action="ignore"):  # `check_limits` refuses these
        return re.compile(pattern)


def is_explosive(pattern: str) -> bool:
    """Return whether some text could keep backtracking busy for longer than one waits."""
    choices = _choices_of(pattern)
    return choices is None or choices > MOST_CHOICES


def is_linear(pattern: str) -> bool:
    """Return whether a pattern can be matched without backtracking."""
    return _linear(pattern) is not None


@lru_cache(maxsize=512)
def parsed(pattern: str) -> Any:
    """Return what Python reads a pattern as. Raises as `re.compile` does."""
    with warnings.catch_warnings(action="ignore"):  # `check_limits` refuses these
        return _parser.parse(pattern)


@lru_cache(maxsize=512)
def _choices_of(pattern: str) -> int | None:
    """Return how many choices backtracking could revise; None if one holds another."""
    try:
        return _choices(parsed(pattern))
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _choices(parsed: Iterable[Any]) -> int:
    total = 0
    for op, value in parsed:
        inner = sum(map(_choices, _inside(value)))
        if str(op).endswith("_REPEAT"):
            least, most, _ = value
            if inner and int(most) > 1:
                raise ValueError("a choice in a repetition")
            total += inner + (least != most)
        else:
            total += inner + (str(op) in ("BRANCH", "GROUPREF_EXISTS"))
    return total


def _inside(value: Any) -> Iterator[Any]:
    """Yield the patterns that one part of a parsed pattern holds."""
    if isinstance(value, _parser.SubPattern):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _inside(part)
