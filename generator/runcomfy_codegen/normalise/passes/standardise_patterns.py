r"""Write regular expressions so that every engine reads them alike, in linear time.

Before: `{"pattern": "^\d+$"}`, `{"pattern": "(?<year>[0-9]{4})"}`, `{"pattern": "(a)\1"}`.
After: `{"pattern": "^[0-9]+$"}`, `{"pattern": "([0-9]{4})"}`, and no pattern, with a warning:
the service alone checks it. A text that no dialect reads, such as `(`, is a Problem.
"""

import re
import warnings

from runcomfy_codegen.ir import Model, Schema
from runcomfy_codegen.normalise.report import Report, each_schema
from runcomfy_codegen.schema.parts import without
from runcomfy_codegen.schema.patterns import (
    MalformedPatternError,
    PatternError,
    standard_pattern,
)

LONGEST = 10_000
"""It is read some times for each text that is tried on it."""


def standardise_patterns(model: Model) -> Model:
    """Return the model whose every pattern means the same to all who judge by it."""
    return each_schema(model, _standardise, having=("pattern",))


def _standardise(schema: Schema, pointer: str, report: Report) -> Schema:
    """Return a schema with its pattern as every engine reads it, or without it."""
    published, place = schema["pattern"], f"{pointer}/pattern"
    if not isinstance(published, str):
        return schema  # the metaschema says what is wrong with it
    if len(published) > LONGEST:
        what = f"it is longer than {LONGEST} characters"
        report.problem(place, what, "shorten or delete it in an overlay")
        return schema
    try:
        standard = standard_pattern(published)
    except PatternError as error:
        return _without_pattern(schema, error, place, report)
    if standard == published:
        return schema
    report.note(place, published, standard, "every engine reads this alike")
    return {**schema, "pattern": standard}


def _without_pattern(
    schema: Schema, error: PatternError, place: str, report: Report
) -> Schema:
    """Return a schema without a pattern that cannot be written; a malformed one stays."""
    published = schema["pattern"]
    is_malformed = isinstance(error, MalformedPatternError)
    if is_malformed and not _is_of_python(published):
        what = f"it is not a regular expression of ECMA 262: {error}"
        report.problem(place, what, "correct it in an overlay")
        return schema
    why = f"{error}: the service alone checks it"
    report.note(place, published, "nothing", why, "warning")
    return without(schema, "pattern")


def _is_of_python(pattern: str) -> bool:
    """Whether Python reads a pattern: then a service in Python will check it."""
    try:
        with warnings.catch_warnings(action="ignore"):
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
