"""Base classes of every generated `Input` and `Output`, and their checks."""

from .bases import (
    NOT_BOOL,
    NULLABLE,
    ONE_BRANCH,
    ONLY_BOOL,
    UNIQUE_ITEMS,
    InputModel,
    InputObject,
    OpenInputObject,
    OutputModel,
    count_fields,
    multiple_of,
    one_of,
    wire_body,
)

__all__ = [
    "NOT_BOOL",
    "NULLABLE",
    "ONE_BRANCH",
    "ONLY_BOOL",
    "UNIQUE_ITEMS",
    "InputModel",
    "InputObject",
    "OpenInputObject",
    "OutputModel",
    "count_fields",
    "multiple_of",
    "one_of",
    "wire_body",
]
