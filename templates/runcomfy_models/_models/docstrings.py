"""The docstrings of a class's fields, read from its source when they are asked for.

pydantic can read them when a class is made, which takes most of the time of importing a
model; only a JSON schema needs them.
"""

import ast
import inspect
from functools import cache
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema


def with_docstrings(
    cls: type[BaseModel], schema: CoreSchema, handler: GetJsonSchemaHandler
) -> dict[str, Any]:
    """Return the JSON schema of a class, with its fields described.

    What an object is dumped to has the shape of what it is made of.
    """
    made: Any = {k: v for k, v in schema.items() if k != "serialization"}
    json_schema = handler(made)
    properties = handler.resolve_ref_schema(json_schema).get("properties", {})
    for name, text in field_docstrings(cls).items():
        field = cls.model_fields.get(name)
        place = properties.get(name if field is None else field.alias or name)
        if place is not None:
            place.setdefault("description", text)
    return json_schema


@cache
def field_docstrings(cls: type) -> dict[str, str]:
    """Return the docstring of each field of a class, its bases' too."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__ != "builtins":
            found |= _own_docstrings(base)
    return found


def _own_docstrings(cls: type) -> dict[str, str]:
    """Return those that stand in a class's own source; none where it has no source."""
    try:
        tree = ast.parse(dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    found = {}
    for field, after in pairwise(getattr(tree.body[0], "body", [])):
        match field, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = inspect.cleandoc(text)
    return found
