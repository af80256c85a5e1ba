"""Finds JSON objects in any text, and what strict JSON forbids in them.

The work is bounded by the length of the text: a good object is decoded once, a broken
one ends where it breaks, and after MAX_BROKEN of them, or one that is nested too
deeply, the search ends.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf
from typing import Any

from runcomfy_codegen.schema.pointer import pointer_to
from runcomfy_codegen.schema.strict_json import MAX_DEPTH, MAX_DIGITS

MAX_BROKEN = 100

_CANDIDATE = re.compile(r'\{[ \t\n]*+["}]')
_TOKEN = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[{}\[\],]|-?Infinity|NaN|-?\d[-+.eE\d]*+', re.DOTALL
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


@dataclass(frozen=True)
class Found:
    """A JSON object in a text, from `start` up to `end`."""

    start: int
    end: int
    value: dict[str, Any]


@dataclass(frozen=True)
class Broken:
    """What began like a JSON object at `start`, and is none from `at` on."""

    start: int
    at: int
    what: str
    too_deep: bool = False


@dataclass(frozen=True)
class Fault:
    """What JSON forbids, or no file can hold: where it stands, and within what."""

    at: int
    path: tuple[str | int, ...]
    what: str


@dataclass
class _Level:
    """An array or object that a walk is in: its keys so far, and the step into it."""

    keys: set[str] | None
    step: str | int = 0
    awaits_key: bool = field(init=False)

    def __post_init__(self) -> None:
        self.awaits_key = self.keys is not None


def decode(text: str, start: int) -> tuple[Any, int] | Broken:
    """Decode the JSON value at an offset: the value and its end, or what broke it."""
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        return Broken(start, max(error.pos, start + 1), error.msg)
    except RecursionError:
        return Broken(start, start + 1, _TOO_DEEP, too_deep=True)


def objects(text: str) -> Iterator[Found | Broken]:
    """Find the outermost JSON objects of a text, in order, and what looks like one."""
    broken = position = 0
    while broken <= MAX_BROKEN:
        candidate = _CANDIDATE.search(text, position)
        if candidate is None:
            return
        start = candidate.start()
        result = decode(text, start)
        if isinstance(result, Broken):
            yield result
            broken += 1
            position = len(text) if result.too_deep else result.at
        else:
            value, position = result
            yield Found(start, position, value)


def faults(text: str, start: int, end: int) -> Iterator[Fault]:
    """Find what a lenient decoder lets pass, in well-formed JSON from start to end.

    Duplicate keys, NaN and infinities, numbers too long or too large, halves of
    surrogate pairs, and nesting deeper than MAX_DEPTH.
    """
    levels: list[_Level] = []
    for token in _TOKEN.finditer(text, start, end):
        what = _enter(levels, token[0])
        if what:
            path = tuple(level.step for level in levels if not level.awaits_key)
            yield Fault(token.start(), path, what)


def pointer(path: tuple[str | int, ...]) -> str:
    """Write a path as a JSON pointer in a URI fragment's form, fit to be printed."""
    text = f"#{pointer_to(path)}"
    return "".join(ch if ch.isprintable() else f"\\u{ord(ch):04x}" for ch in text)


def _enter(levels: list[_Level], token: str) -> str | None:
    """Move the walk over one token. Returns what is wrong with it, if anything."""
    match token[0]:
        case "{" | "[":
            levels.append(_Level(set() if token == "{" else None))
            return _TOO_DEEP if len(levels) == MAX_DEPTH + 1 else None
        case "}" | "]":
            levels.pop()
            return None
        case ",":
            _next(levels[-1])
            return None
        case '"':
            return _string(levels, token)
        case _:
            return _number(token)


def _next(level: _Level) -> None:
    level.awaits_key = level.keys is not None
    if isinstance(level.step, int):
        level.step += 1


def _string(levels: list[_Level], token: str) -> str | None:
    """Move the walk over a text, which may be a key."""
    text: str = json.loads(token)
    stands_twice = _is_key_again(levels, text)
    is_escaped = "\\" in token
    if is_escaped and _SURROGATE.search(text):
        return "half of a surrogate pair, which is not a character"
    if stands_twice:
        return f"the key {token[:80]} stands twice in one object"
    return None


def _is_key_again(levels: list[_Level], text: str) -> bool:
    """Take note of a text that is a key. Returns whether its object has had it before."""
    if not levels or not levels[-1].awaits_key:
        return False
    level = levels[-1]
    assert level.keys is not None
    known = text in level.keys
    level.keys.add(text)
    level.step, level.awaits_key = text, False
    return known


def _number(token: str) -> str | None:
    if token.endswith(("y", "N")):
        return f"{token} is not a JSON number"
    if len(token) > MAX_DIGITS or isinf(float(token)):
        return "a number that is too long or too large"
    return None


def _integer(digits: str) -> int:
    return int(digits) if len(digits) <= MAX_DIGITS else 0


_DECODER = json.JSONDecoder(parse_int=_integer)
