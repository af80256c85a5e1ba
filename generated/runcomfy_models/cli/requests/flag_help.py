"""One flag of a model as its help shows it: how it is spelled, and what it takes."""

from __future__ import annotations

from collections.abc import Iterator

from ..._core.fields.dialect import Reader, Schema, numbers
from ..._core.fields.values import shown
from ..output import clean
from .flags import Flag

LONGEST = 200
"""Characters of a field's description."""
LONGEST_DEFAULT = 40
WORDS = {
    "array": "JSON",
    "boolean": "BOOLEAN",
    "integer": "INTEGER",
    "number": "NUMBER",
    "object": "JSON",
    "string": "TEXT",
}
"""What stands for a value of each kind."""


def describe_flag(reader: Reader, flag: Flag) -> tuple[str, str]:
    """Return the two columns of a flag: its spelling, and what it is for."""
    parts = [_description(flag), *_limits(reader, flag)]
    return _spelled(reader, flag), " ".join(filter(None, parts)) or "-"


def _spelled(reader: Reader, flag: Flag) -> str:
    """Return a flag with what stands for its value."""
    star = "* " if flag.required else "  "
    name = clean(flag.spelled)
    if _is_switch(reader, flag.schema):
        return f"{star}{name} / --no-{name[2:]}"
    return f"{star}{name} {_metavar(reader, flag)}"


def _is_switch(reader: Reader, schema: Schema) -> bool:
    """Tell whether a flag needs no value, as `--x` and `--no-x` do."""
    kinds = reader.kinds(schema)
    if not kinds or reader.choices(schema):
        return False
    return kinds <= {"boolean", "null"}


def _metavar(reader: Reader, flag: Flag) -> str:
    """Return what stands for a flag's value, in one word."""
    schema, name = flag.schema, str(flag.path[-1])
    items = reader.items(schema)
    one = schema if items is None else items
    medium = reader.medium(one, name)
    if medium:
        return medium.upper()
    if reader.is_choice(schema):
        return "CHOICE"
    kinds = sorted(reader.kinds(one) - {"null"})
    words = dict.fromkeys(WORDS.get(kind, "JSON") for kind in kinds)
    return "|".join(words) or "JSON"


def _description(flag: Flag) -> str:
    """Return what a field is for, cut to a length; its title where that says more."""
    text = clean(flag.schema.get("description") or "")
    if not text:
        title = clean(flag.schema.get("title") or "")
        name = str(flag.path[-1]).replace("_", " ")
        text = "" if title.lower() == name.lower() else title
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rpartition(" ")[0] + " ..."


def _limits(reader: Reader, flag: Flag) -> Iterator[str]:
    """Yield what limits a flag's value, and its default, each in brackets."""
    schema = flag.schema
    items = reader.items(schema)
    if schema.get("deprecated") is True:
        yield "[deprecated]"
    choices = reader.choices(schema if items is None else items)
    if choices:
        yield f"[{' | '.join(map(_choice, choices))}]"
    for branch in reader.branches(schema):
        yield _bounds(branch)
    if items is not None:
        yield _count(schema)
    if not flag.required:
        yield _default(schema)


def _choice(value: object) -> str:
    return clean(value if isinstance(value, str) else shown(value))


def _bounds(schema: Schema) -> str:
    """Return the bounds of a number; empty where it has none."""
    low = next(numbers(schema, "minimum", "exclusiveMinimum"), "")
    high = next(numbers(schema, "maximum", "exclusiveMaximum"), "")
    bounds = f"{low}..{high}"
    return "" if bounds == ".." else f"[{bounds}]"


def _count(schema: Schema) -> str:
    """Return how a list is given, and how long it may be."""
    most = next(numbers(schema, "maxItems"), None)
    limit = "" if most is None else f", at most {most}"
    return f"[repeat for each{limit}]"


def _default(schema: Schema) -> str:
    """Return what the service takes where nothing is given; empty where that is unknown."""
    default = schema.get("default")
    if default in (None, ""):
        return ""
    if isinstance(default, str):
        return f"[default: {clean(default)[:LONGEST_DEFAULT]}]"
    return f"[default: {clean(shown(default, LONGEST_DEFAULT))}]"
