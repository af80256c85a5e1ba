"""Base classes of every generated `Input` and `Output`, and their checks."""

from .bases import InputModel, InputObject, OpenInputObject, OrDict, OutputModel
from .body import NULLABLE, wire_body
from .checks import (
    NOT_BOOL,
    ONE_BRANCH,
    ONLY_BOOL,
    UNIQUE_ITEMS,
    count_fields,
    multiple_of,
    one_of,
    url_text,
)
from .deprecation import deprecated

__all__ = [
    "NOT_BOOL",
    "NULLABLE",
    "ONE_BRANCH",
    "ONLY_BOOL",
    "UNIQUE_ITEMS",
    "InputModel",
    "InputObject",
    "OpenInputObject",
    "OrDict",
    "OutputModel",
    "count_fields",
    "deprecated",
    "multiple_of",
    "one_of",
    "url_text",
    "wire_body",
]
