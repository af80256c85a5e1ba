"""Match standard patterns, in time that grows with the text alone.

The engine is the one that pydantic has, so that an Input judges by the same.
"""

import re
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

BOUNDARY = re.compile(r"\\.")
BOUNDARIES = {r"\b": r"(?-u:\b)", r"\B": r"(?-u:\B)"}
"""To ECMA 262 a word has letters of ASCII alone."""


def engine_pattern(standard: str) -> str:
    """Return a standard pattern as the engine has to get it."""
    return BOUNDARY.sub(lambda found: BOUNDARIES.get(found[0], found[0]), standard)


@lru_cache(maxsize=512)
def _compiled(standard: str) -> SchemaValidator:
    pattern = engine_pattern(standard)
    text = core_schema.str_schema(pattern=pattern, regex_engine="rust-regex")
    return SchemaValidator(text)


def is_script(name: str) -> bool:
    """Whether a name is that of a script, and not of a category of characters."""
    return not why_refused(rf"\p{{Script={name}}}") and bool(
        why_refused(rf"\p{{gc={name}}}")
    )


def why_refused(standard: str) -> str:
    """Return why the engine refuses a pattern; empty if it takes it."""
    try:
        _compiled(standard)
    except SchemaError as error:
        last_line = str(error).strip().rpartition("\n")[2].strip()
        return last_line.removeprefix("SchemaError: ").removeprefix("error: ")
    return ""


def matches(standard: str, text: str) -> bool:
    """Return whether a pattern is found in a text. One that the engine refuses is not."""
    try:
        return _compiled(standard).isinstance_python(text)
    except SchemaError:
        return False
