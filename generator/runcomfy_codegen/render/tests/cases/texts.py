"""Try texts: as long as they may be, and those that a pattern matches, or nearly."""

from collections.abc import Iterator

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.render.pattern_samples import from_pattern
from runcomfy_codegen.render.samples import sample
from runcomfy_codegen.render.tests.cases.case import (
    ANY_LETTER,
    ANY_TEXT,
    LONGEST,
    LONGEST_TEXT,
    MOST_WRITTEN,
    CaseKind,
    Repeat,
    Trial,
    Trials,
)
from runcomfy_codegen.schema.patterns import matches
from runcomfy_codegen.schema.validator import is_valid


def text_trials(schema: Schema) -> Trials:
    """Yield texts beside each limit of their length, or what is beside a pattern."""
    if "pattern" in schema:
        yield from _pattern_trials(schema)
        return
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    yield _trial(f"{least} characters", "x", least, True)
    if least > 0:
        yield _trial(f"fewer than {least} characters", "x", least - 1, False)
    if most is None:
        yield _trial("however long", ANY_TEXT, LONGEST // len(ANY_TEXT), True)
    elif most <= LONGEST_TEXT:
        yield _trial(f"{most} characters", ANY_LETTER, most, True)
        yield _trial(f"more than {most} characters", ANY_LETTER, most + 1, False)


def _trial(rule: str, text: str, count: int, accepted: bool) -> Trial:
    return Trial(CaseKind.LENGTH, rule, Repeat(text, count), accepted)


def _pattern_trials(schema: Schema) -> Trials:
    """Yield texts that the pattern matches, and some that are next to them."""
    pattern = schema["pattern"]
    matching = [text for text in _made(schema) if matches(pattern, text)]
    for text in _around(matching, schema) if matching else ():
        if matches(pattern, text):
            fits = is_valid({**schema, "pattern": ""}, text)
            rule = "matching its pattern" if fits else "matching its pattern alone"
            yield Trial(CaseKind.PATTERN, rule, text, fits)
        else:
            rule = "not matching its pattern"
            yield Trial(CaseKind.PATTERN, rule, text, False)


def _lengths(schema: Schema) -> list[int]:
    return [schema.get("minLength", 0), schema.get("maxLength", 0)]


def _made(schema: Schema) -> Iterator[str]:
    """Yield texts that should match, of about the lengths that the schema asks for."""
    own = {k: v for k, v in schema.items() if k not in ("default", "examples")}
    yield sample(own)
    counts = {*range(6), *(n + by for n in _lengths(schema) for by in (-1, 0, 1))}
    for count in sorted(counts):
        if 0 <= count <= MOST_WRITTEN:
            yield from from_pattern(schema["pattern"], count)


def _around(matching: list[str], schema: Schema) -> Iterator[str]:
    """Yield texts that match, and what they become with a little more or less."""
    lengths = _lengths(schema)
    for by in (-1, 0, 1):
        yield from (text for text in matching if len(text) + by in lengths)
    shortest, longest = min(matching, key=len), max(matching, key=len)
    yield from (shortest, longest, "", "-", "!", ANY_TEXT, shortest[:-1])
    yield ANY_LETTER * max(lengths[0], 1)
    yield from (longest + longest[-1:], shortest[:1] + longest, longest.swapcase())
    yield from (f"{shortest}!", f"!{shortest}")
