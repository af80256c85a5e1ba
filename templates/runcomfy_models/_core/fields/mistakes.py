"""What is wrong with what was typed: each mistake on a line, all of them at once.

A line says where, what was found, what is allowed, and what was likely meant.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..._nearest import nearest
from .dialect import Path, Reader, Schema, numbers
from .unlisted import check_body
from .values import ANY, NAMES, shown

Spell = Callable[[Path], str]
"""How a field is named where the mistake was made: as a flag, or as JSON."""

MOST_CHOICES = 12


def did_you_mean(word: str, known: Iterable[str], count: int = 1) -> str:
    """Return a question behind a mistake; empty where nothing is near."""
    close = nearest(word, known, count)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def takes(reader: Reader, schema: Schema) -> str:
    """Return in words what a field takes, with its limits."""
    choices = reader.choices(schema)
    said = []
    if choices:
        names = [value if isinstance(value, str) else shown(value) for value in choices]
        rest = len(names) - MOST_CHOICES
        more = [f"{rest} more"] if rest > 0 else []
        said.append(f"one of {', '.join([*names[:MOST_CHOICES], *more])}")
    for branch in reader.branches(schema):
        if "enum" not in branch and "const" not in branch:
            said += _branch_words(reader, branch)
    return " or ".join(dict.fromkeys(said)) or ANY


def _branch_words(reader: Reader, branch: Schema) -> Iterator[str]:
    """Yield what one alternative takes."""
    for kind in sorted(reader.kinds(branch)):
        word = NAMES.get(kind, kind)
        if kind in ("integer", "number"):
            word += _range(branch)
        elif kind == "string":
            medium = reader.medium(branch)
            word = f"a URL or a file, {medium}" if medium else word
            word += _count(branch, "minLength", "maxLength", "characters")
        elif kind == "array":
            word += _count(branch, "minItems", "maxItems", "items")
        yield word


def _range(schema: Schema) -> str:
    low = next(numbers(schema, "minimum", "exclusiveMinimum"), None)
    high = next(numbers(schema, "maximum", "exclusiveMaximum"), None)
    above = "more than " if "minimum" not in schema else ""
    below = "less than " if "maximum" not in schema else ""
    if low is None and high is None:
        return ""
    if high is None:
        return f", {above or 'at least '}{low}"
    if low is None:
        return f", {below or 'at most '}{high}"
    return f" from {above}{low} to {below}{high}"


def _count(schema: Schema, least_name: str, most_name: str, what: str) -> str:
    least = next(numbers(schema, least_name), 0)
    most = next(numbers(schema, most_name), None)
    if most is None:
        return f", {least} {what} or more" if least else ""
    return f", {least} to {most} {what}"


def of_validation(
    error: Any, reader: Reader, spell: Spell, skipped: set[Path]
) -> list[str]:
    """Return the mistakes that an `Input` found, but for those at some paths."""
    found: dict[Path, dict[str, Any]] = {}
    for each in error.errors(include_url=False):
        found.setdefault(path_of(reader, each["loc"]), each)
    lines = []
    for path, each in found.items():
        is_outer = any(other[: len(path)] == path for other in found if other != path)
        if path not in skipped and not (is_outer and path):
            lines.append(_line(reader, path, each, spell))
    return lines


def path_of(reader: Reader, location: Iterable[str | int]) -> Path:
    """Return a location without what pydantic puts in between: the branches' names."""
    path: Path = ()
    for part in location:
        schema = reader.at(path)
        if isinstance(part, int):
            is_part = reader.items(schema) is not None
        else:
            is_part = part in reader.properties(schema)
            is_part = is_part or (not path) or reader.additional(schema) is not None
        if is_part:
            path = (*path, part)
    return path


def _line(reader: Reader, path: Path, each: dict[str, Any], spell: Spell) -> str:
    """Return one mistake that pydantic found, in our words."""
    kind, value = each["type"], each.get("input")
    if not path:
        return f"the input: {each['msg']}"
    if kind == "missing":
        return missing(reader, path, spell)
    if kind == "extra_forbidden":
        siblings = reader.properties(reader.at(path[:-1]))
        return unknown_field(path, siblings, spell)
    return refused(reader, path, value, spell, each["msg"])


def refused(
    reader: Reader, path: Path, value: object, spell: Spell, why: str = ""
) -> str:
    """Return the line for a value that a field does not take."""
    schema = reader.at(path)
    guess = ""
    if isinstance(value, str):
        choices = [
            choice for choice in reader.choices(schema) if isinstance(choice, str)
        ]
        guess = did_you_mean(value, choices)
    expected = f"it takes {takes(reader, schema)}"
    if why and not _is_covered(schema, why):
        expected = f"{why[0].lower()}{why[1:]}; {expected}"
    return f"{spell(path)} {shown(value)}: {expected}{guess}"


def missing(reader: Reader, path: Path, spell: Spell) -> str:
    """Return the line for a required field that is not there."""
    return f"{spell(path)} is required: {takes(reader, reader.at(path))}"


def unknown_field(path: Path, siblings: Iterable[str], spell: Spell) -> str:
    """Return the line for a field that the input does not have."""
    close = nearest(str(path[-1]), siblings, 1)
    guess = f"; did you mean {spell((*path[:-1], close[0]))}?" if close else ""
    return f"{spell(path)}: there is no such field{guess}"


def _is_covered(schema: Schema, why: str) -> bool:
    """Tell whether what is allowed, in our words, says all that pydantic says."""
    odd = ("pattern", "multipleOf", "uniqueItems", "minProperties", "maxProperties")
    return not any(keyword in schema for keyword in odd) and "several types" not in why


def of_unlisted(
    reader: Reader, body: dict[str, Any], spell: Spell, skipped: set[Path]
) -> list[str]:
    """Return the mistakes in the body of a model that has no `Input` here."""
    lines = []
    for path, fault in check_body(reader, body):
        if path in skipped:
            continue
        if fault == "missing":
            lines.append(missing(reader, path, spell))
        elif fault == "unknown":
            siblings = reader.properties(reader.at(path[:-1]))
            lines.append(unknown_field(path, siblings, spell))
        else:
            lines.append(refused(reader, path, _value_at(body, path), spell))
    return lines


def _value_at(value: Any, path: Path) -> Any:
    for part in path:
        value = value[part]
    return value
