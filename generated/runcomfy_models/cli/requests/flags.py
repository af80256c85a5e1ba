"""Which flags a model has: one for each field of its input, made from its schema. Pure.

A flag is the wire name with `_` written `-`; the wire name itself works too. What is
inside is behind a dot: `--image-size.width`, `--loras.0.path`. `--input.NAME` is the
field NAME whatever it is called, also where the command has an option of that name.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ..._core.fields.dialect import DEEPEST, Path, Reader, Schema

ALWAYS = "input."


class Flag(NamedTuple):
    """One flag, and the field that it sets."""

    name: str
    """Without the dashes in front."""
    path: Path
    schema: Schema
    required: bool
    negated: bool = False
    """It is `--no-…`: false, or null where that is what is allowed."""

    @property
    def spelled(self) -> str:
        """How it is written."""
        return f"--{self.name}"


def flag_name(path: Path) -> str:
    """Return how a field is written as a flag, without the dashes in front."""
    return ".".join(str(part).replace("_", "-") for part in path)


def flag_of(path: Path, own: frozenset[str] = frozenset()) -> str:
    """Return a field's flag, with the dashes, where some names are the command's own."""
    name = flag_name(path)
    return f"--{ALWAYS}{name}" if f"--{name}" in own else f"--{name}"


def find_flag(reader: Reader, name: str, own: frozenset[str]) -> Flag | None:
    """Return the flag of a name, None where there is no such field."""
    if f"--{name}" in own:
        return None
    found = _find(reader, reader.root, name, ())
    if found is None and name.startswith(ALWAYS):
        found = _find(reader, reader.root, name.removeprefix(ALWAYS), ())
    if found is not None:
        return _flag(reader, name, found)
    return _negated(reader, name)


def _negated(reader: Reader, name: str) -> Flag | None:
    """Return the flag of `no-…`, where a field may be false or null; else None."""
    if not name.startswith(("no-", "no_")):
        return None
    positive = find_flag(reader, name[3:], frozenset())
    if positive is None:
        return None
    if not reader.kinds(positive.schema) & {"boolean", "null"}:
        return None
    return _flag(reader, name, positive.path, negated=True)


def every_flag(reader: Reader, own: frozenset[str] = frozenset()) -> Iterator[Flag]:
    """Yield a model's flags, those of what is inside a field behind it."""
    yield from _below(reader, reader.root, (), own, 0)


def _below(
    reader: Reader, schema: Schema, path: Path, own: frozenset[str], depth: int
) -> Iterator[Flag]:
    """Yield the flags of what is at a path, and of what is inside it."""
    required: Collection[str] = () if depth else reader.required(schema)
    for name, each in reader.properties(schema).items():
        inner: Path = (*path, name)
        spelled = flag_of(inner, own).removeprefix("--")
        yield Flag(spelled, inner, each, name in required)
        if depth == DEEPEST:
            continue
        items = reader.items(each)
        if items is None:
            yield from _below(reader, each, inner, own, depth + 1)
        else:
            yield from _below(reader, items, (*inner, 0), own, depth + 1)


def _flag(reader: Reader, name: str, path: Path, negated: bool = False) -> Flag:
    is_required = len(path) == 1 and path[0] in reader.required(reader.root)
    return Flag(name, path, reader.at(path), is_required, negated)


def _find(reader: Reader, schema: Schema, name: str, path: Path) -> Path | None:
    """Return the path that a name stands for, below what is at `path`.

    A wire name may hold dots itself, so the longest that fits is tried first.
    """
    properties = reader.properties(schema)
    spelled = {wire.replace("_", "-"): wire for wire in reversed(properties)}
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        head, rest = ".".join(parts[:count]), ".".join(parts[count:])
        wire = head if head in properties else spelled.get(head)
        if wire is not None:
            found = _go_on(reader, properties[wire], rest, (*path, wire))
            if found is not None:
                return found
    items = reader.items(schema)
    first, _, rest = name.partition(".")
    if items is not None and first.isdecimal() and first.isascii():
        return _go_on(reader, items, rest, (*path, int(first)))
    additional = reader.additional(schema) if path else None
    if additional is not None and first:
        return _go_on(reader, additional, rest, (*path, first))
    return None


def _go_on(reader: Reader, schema: Schema, rest: str, path: Path) -> Path | None:
    return _find(reader, schema, rest, path) if rest else path
