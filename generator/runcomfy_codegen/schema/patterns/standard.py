"""Write a published pattern as a standard one, which every engine reads alike."""

from functools import lru_cache

from runcomfy_codegen.schema.patterns.engine import why_refused
from runcomfy_codegen.schema.patterns.parser import parse
from runcomfy_codegen.schema.patterns.syntax import UnsupportedPatternError
from runcomfy_codegen.schema.patterns.writer import write


@lru_cache(maxsize=512)
def standard_pattern(published: str) -> str:
    """Return a pattern that means the same in every engine, and is matched in linear time.

    Raises MalformedPatternError for a text that is not ECMA 262, and
    UnsupportedPatternError for what only backtracking could match.
    """
    standard = write(parse(published))
    if why := why_refused(standard):
        raise UnsupportedPatternError(why)
    return standard
