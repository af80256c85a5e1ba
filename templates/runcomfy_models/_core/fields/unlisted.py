"""Checking the body of a model that the package does not have. Pure.

As far as the published schema says it plainly: fields, types, choices and limits. The
service says the rest.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from .dialect import Path, Reader, Schema, is_kind, numbers


def check_body(
    reader: Reader, body: Mapping[str, Any], schema: Schema | None = None
) -> Iterator[tuple[Path, str]]:
    """Yield where a body breaks the schema of a model that has no `Input` here.

    The kind of the fault is `missing`, `unknown` or `refused`. What the service checks
    beyond that, it says itself.
    """
    yield from _check(reader, reader.root if schema is None else schema, dict(body), ())


def _check(
    reader: Reader, schema: Schema, value: Any, path: Path
) -> Iterator[tuple[Path, str]]:
    if isinstance(value, dict):
        properties = reader.properties(schema)
        for name in sorted(reader.required(schema) & properties.keys() - value.keys()):
            yield (*path, name), "missing"
        for name, inner in value.items():
            if name in properties:
                yield from _check(reader, properties[name], inner, (*path, name))
            elif properties and (not path or reader.additional(schema) is None):
                yield (*path, name), "unknown"
    elif isinstance(value, list) and reader.items(schema) is not None:
        for index, inner in enumerate(value):
            yield from _check(reader, reader.items(schema) or {}, inner, (*path, index))
    if path and not any(_fits(reader, each, value) for each in reader.branches(schema)):
        yield path, "refused"


def _fits(reader: Reader, branch: Schema, value: Any) -> bool:
    """Tell whether a value is within one alternative's type, choices and limits."""
    if not is_kind(value, reader.kinds(branch)):
        return False
    choices = reader.choices(branch)
    if choices and value not in choices:
        return False
    size = value if isinstance(value, int | float) else None
    names = ("minimum", "maximum")
    if isinstance(value, str):
        size, names = len(value), ("minLength", "maxLength")
    elif isinstance(value, list):
        size, names = len(value), ("minItems", "maxItems")
    if size is None or isinstance(value, bool):
        return True
    low, high = (next(numbers(branch, name), None) for name in names)
    return (low is None or size >= low) and (high is None or size <= high)
