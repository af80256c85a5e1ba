"""From what was typed behind a model's name to its request body.

The words are told apart first: the command's own options, the model's flags, and what
is neither. A word behind a flag is its value, whatever it looks like, but for the name
of a flag: that one's value was forgotten. Mistakes are collected, never raised.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from ..._core.fields.dialect import Path, Reader, Schema
from ..._core.fields.mistakes import did_you_mean
from ..._core.fields.values import MISSING, read_json, read_value, shown
from ..mistakes import MistakesError
from .flags import Flag, every_flag, find_flag, flag_of

NO_SUCH_FILE = 66


@dataclass(frozen=True, slots=True)
class Assignment:
    """One flag that was given, with the text behind it; None for `--x` and `--no-x`."""

    flag: Flag
    text: str | None


@dataclass(slots=True)
class Words:
    """What was typed, told apart."""

    own: list[str] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)
    wants_help: bool = False


def tell_apart(reader: Reader, words: Sequence[str], own: Mapping[str, bool]) -> Words:
    """Tell the command's own options from the model's flags.

    `own` says of each option whether it takes a value.
    """
    names, told, rest = frozenset(own), Words(), list(words)
    while rest:
        word = rest.pop(0)
        name, equals, _ = word.partition("=")
        if word in ("--help", "-h"):
            told.wants_help = True
        elif name in own:
            told.own.append(word)
            if own[name] and not equals and rest:
                told.own.append(rest.pop(0))
        elif word.startswith("--") and len(word) > 2:
            _read_flag(reader, word, rest, names, told)
        else:
            told.mistakes.append(_stray(word, told))
    return told


def _read_flag(
    reader: Reader, word: str, rest: list[str], own: frozenset[str], told: Words
) -> None:
    """Read one flag of the model's, with its value from the words behind it."""
    flag, text = _known(reader, word, own)
    if flag is None:
        name = word.partition("=")[0]
        names = [*(each.spelled for each in every_flag(reader, own)), *own]
        guess = did_you_mean(name, names)
        told.mistakes.append(f"{name}: there is no such flag{guess or '; see --help'}")
        if text is None and rest and not rest[0].startswith("--"):
            rest.pop(0)
        return
    if flag.negated and text is not None:
        told.mistakes.append(f"{flag.spelled}: takes no value")
        return
    needs_value = not flag.negated and not _stands_alone(reader, flag, rest)
    if text is None and needs_value:
        if not rest or _is_flag(reader, rest[0], own):
            told.mistakes.append(_missing_value(flag, rest))
            return
        text = rest.pop(0)
    told.assignments.append(Assignment(flag, text))


def _missing_value(flag: Flag, rest: list[str]) -> str:
    """Return the line for a flag with another, or nothing, behind it."""
    behind = f" ({flag.spelled}={rest[0]} if that is it)" if rest else ""
    return f"{flag.spelled}: its value is missing{behind}"


def _known(
    reader: Reader, word: str, own: frozenset[str]
) -> tuple[Flag | None, str | None]:
    """Return the flag of a word, and what is behind its `=`; a name may hold one too."""
    flag = find_flag(reader, word[2:], own)
    if flag is not None:
        return flag, None
    position = word.find("=")
    while position > 0:
        flag = find_flag(reader, word[2:position], own)
        if flag is not None:
            return flag, word[position + 1 :]
        position = word.find("=", position + 1)
    return None, word.partition("=")[2] if "=" in word else None


def _stands_alone(reader: Reader, flag: Flag, rest: list[str]) -> bool:
    """Tell whether a flag is a switch here: `--x`, with no true or false behind it."""
    kinds = reader.kinds(flag.schema)
    if "boolean" not in kinds or reader.choices(flag.schema):
        return False
    if kinds <= {"boolean", "null"}:
        return not rest or rest[0] not in ("true", "false", "null")
    return not rest or rest[0].startswith("--")


def _is_flag(reader: Reader, word: str, own: frozenset[str]) -> bool:
    if word in own or word in ("--help", "-h"):
        return True
    return word.startswith("--") and find_flag(reader, word[2:], own) is not None


def _stray(word: str, told: Words) -> str:
    """Return the line for a word that belongs to no flag."""
    if not told.assignments:
        return f"{shown(word)} is behind no flag; see --help"
    last = told.assignments[-1].flag.spelled
    return (
        f"{shown(word)} is behind no flag; quote a text with spaces, and give {last} "
        "again before each item of a list"
    )


class Body:
    """A request body that flags are set in, over what `--input` gave."""

    def __init__(self, reader: Reader, beneath: Mapping[str, Any]) -> None:
        self.fields: dict[str, Any] = dict(beneath)
        self.mistakes: list[str] = []
        self.missing_files = 0
        """How many of the mistakes are files that are not there."""
        self.refused: set[Path] = set()
        """Where a mistake was found already."""
        self._reader = reader
        self._given: dict[Path, Any] = {}

    def assign(self, assignments: Iterable[Assignment]) -> None:
        """Set what the flags say: a field's whole first, then what is inside it."""
        for each in sorted(assignments, key=_depth):
            path = each.flag.path
            try:
                self._set(each.flag, self._value(each))
            except FileNotFoundError as error:
                self._refuse(path, f"{each.flag.spelled}: {error}")
                self.missing_files += 1
            except ValueError as error:
                self._refuse(path, f"{each.flag.spelled} {error}")

    def put(self, flag: Flag, value: Any) -> None:
        """Set a field to a value that is JSON already."""
        try:
            self._set(flag, value)
        except ValueError as error:
            self._refuse(flag.path, f"{flag.spelled} {error}")

    def _refuse(self, path: Path, line: str) -> None:
        self.mistakes.append(line)
        self.refused.update(path[:count] for count in range(1, len(path) + 1))

    def _value(self, each: Assignment) -> Any:
        """Return what a flag stands for, for a list all the items of one flag."""
        schema, text = each.flag.schema, each.text
        if text is None:
            is_switch = "boolean" in self._reader.kinds(schema)
            return not each.flag.negated if is_switch else None
        _refuse_broken_text(text)
        items = self._reader.items(schema)
        if items is not None:
            return self._listed(each.flag, schema, items, text)
        return self._single(schema, text, str(each.flag.path[-1]))

    def _listed(self, flag: Flag, schema: Schema, items: Schema, text: str) -> Any:
        """Return a list from its JSON, or of the one item that a text stands for."""
        value = read_json(text)
        if isinstance(value, list):
            are_lists = all(isinstance(item, list) for item in value)
            holds_lists = "array" in self._reader.kinds(items)
            return [value] if holds_lists and not are_lists else value
        others = self._reader.kinds(schema) - {"array"}
        is_first = flag.path not in self._given
        if others and is_first:
            single = read_value(self._reader, schema, text)
            if "string" in others or not isinstance(single, str):
                return single
        return [self._single(items, text, str(flag.path[-1]))]

    def _single(self, schema: Schema, text: str, name: str) -> Any:
        """Return the value of a text that is not a list; `@file` holds a long one."""
        kinds = self._reader.kinds(schema)
        is_text = not kinds or "string" in kinds
        if text.startswith("@@") and is_text:
            text = text[1:]
        elif text.startswith("@") and self._reader.medium(schema, name):
            return text[1:]
        elif text.startswith("@"):
            text = read_text(text[1:])
        try:
            return read_value(self._reader, schema, text)
        except ValueError as error:
            raise ValueError(f"{shown(text)} {error}") from None

    def _set(self, flag: Flag, value: Any) -> None:
        """Set a field, or add to a list that an earlier flag began."""
        path = flag.path
        if path in self._given:
            earlier = self._given[path]
            if not (isinstance(earlier, list) and isinstance(value, list)):
                raise ValueError(f"is given twice: {shown(earlier)} and {shown(value)}")
            earlier.extend(value)
            return
        self._given[path] = value
        holder: Any = self.fields
        for depth, part in enumerate(path[:-1]):
            fresh: Any = [] if isinstance(path[depth + 1], int) else {}
            holder = self._enter(holder, part, fresh, path[: depth + 1])
        last = path[-1]
        if isinstance(last, int) and last >= len(holder):
            _require_next(holder, last, path)
            holder.append(value)
        else:
            holder[last] = value

    def _enter(self, holder: Any, part: str | int, fresh: Any, path: Path) -> Any:
        """Return what is inside a field, made where it is not there, as a copy."""
        if isinstance(part, int) and part >= len(holder):
            _require_next(holder, part, path)
            holder.append(fresh)
            return fresh
        inner = holder[part] if isinstance(part, int) else holder.get(part)
        if not isinstance(inner, type(fresh)):
            if path in self._given:
                whole = shown(inner)
                raise ValueError(f"is a part of {flag_of(path)}, which is {whole}")
            inner = fresh
        holder[part] = inner if path in self._given else inner.copy()
        return holder[part]


def _depth(each: Assignment) -> tuple[int, list[int]]:
    path = each.flag.path
    return len(path), [part if isinstance(part, int) else -1 for part in path]


def _require_next(items: list[Any], index: int, path: Path) -> None:
    if index > len(items):
        before = flag_of((*path[:-1], len(items)))
        raise ValueError(f"leaves a gap: give {before} too")


def _refuse_broken_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds bytes that are not text in this locale") from None


def read_text(name: str) -> str:
    """Return the text of a file, without its last line break; `-` is the input."""
    try:
        if name == "-":
            text = sys.stdin.buffer.read().decode()
        else:
            text = FilePath(name).read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{shown(name)} is not text in UTF-8 ({error.reason})"
        ) from None
    except ValueError:  # a null byte in the name
        raise FileNotFoundError(f"there is no file {shown(name)}") from None
    except OSError as error:
        raise FileNotFoundError(
            f"{shown(name)} cannot be read ({error.strerror}); a text that begins with @ "
            "is written @@"
        ) from None
    return text.removesuffix("\n").removesuffix("\r")


def read_inputs(name: str) -> list[dict[str, Any]]:
    """Return the request bodies that a file, or `-`, holds.

    One JSON object, a list of them, or one on each line.
    """
    try:
        text = read_text(name)
    except FileNotFoundError as error:
        raise MistakesError(
            [f"--input: {str(error).partition(';')[0]}"], NO_SUCH_FILE
        ) from None
    except ValueError as error:
        raise MistakesError([f"--input: {error}"]) from None
    text = text.removeprefix("\ufeff")
    value = read_json(text)
    if value is MISSING:
        value = _lines(text)
    if value is MISSING:
        raise MistakesError([f"--input: {shown(name)} is not JSON{_why_not(text)}"])
    bodies = value if isinstance(value, list) else [value]
    if not bodies:
        raise MistakesError([f"--input: {shown(name)} is an empty list"])
    if not all(isinstance(body, dict) for body in bodies):
        raise MistakesError(
            [f"--input: {shown(name)} is not a JSON object, nor a list of them"]
        )
    return bodies


def _lines(text: str) -> Any:
    """Return the values of JSON lines; MISSING where a line is not JSON."""
    values = [read_json(line) for line in text.split("\n") if line.strip()]
    return values if len(values) > 1 and MISSING not in values else MISSING


def _why_not(text: str) -> str:
    """Return why a text is not JSON, as what is said behind that."""
    import json

    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f": {error.msg} in line {error.lineno}, column {error.colno}"
    except RecursionError:
        return ": it is too deep"
    return ": it holds NaN or Infinity"
