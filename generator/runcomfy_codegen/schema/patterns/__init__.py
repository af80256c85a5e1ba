r"""Regular expressions of JSON Schema: one dialect, and one engine for all who judge.

JSON Schema writes ECMA 262. Python, and the engines that it can have, read the same text
otherwise: there `\d` takes Arabic digits, `$` a trailing newline, and what backtracks can
be kept busy for ever. So a pattern is parsed once as ECMA 262 (`parser`), and written in
the part of it that every engine reads alike (`writer`): sets as ranges, names left out.
That is what a normalised schema holds, and what the generator, the simulator and an Input
match in linear time (`engine`), and a browser by its own. What needs backtracking cannot be
written so, and is left to the service.
"""

from runcomfy_codegen.schema.patterns.engine import engine_pattern, matches
from runcomfy_codegen.schema.patterns.parser import parse
from runcomfy_codegen.schema.patterns.standard import standard_pattern
from runcomfy_codegen.schema.patterns.syntax import (
    MalformedPatternError,
    PatternError,
    UnsupportedPatternError,
)

__all__ = [
    "MalformedPatternError",
    "PatternError",
    "UnsupportedPatternError",
    "engine_pattern",
    "matches",
    "parse",
    "standard_pattern",
]
