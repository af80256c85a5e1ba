"""Make the cases of a field: what its rules give, as judges see it, each value once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.render.tests.cases.by_type import trials
from runcomfy_codegen.render.tests.cases.case import (
    Case,
    CaseKind,
    Trial,
    Trials,
    Value,
    whole,
)
from runcomfy_codegen.render.tests.cases.plain import is_plain
from runcomfy_codegen.schema.read import branches_of
from runcomfy_codegen.schema.validator import InputJudge, SchemaJudge


def field_cases(name: str, schema: Schema) -> Iterator[Case]:
    """Yield the cases of one property, each rule once."""
    tried = trials(schema, name)
    if not is_plain(schema):
        tried = _judged(tried, schema)
    seen: set[str] = set()
    rules: Counter[str] = Counter()
    for kind, rule, value, accepted in tried:
        key = f"{type(value).__name__} {value!r}"
        if key in seen:
            continue
        seen.add(key)
        rules[rule] += 1
        shown = f"{rule} ({rules[rule]})" if rules[rule] > 1 else rule
        yield Case(kind, f"{name}: {shown}", name, value, accepted)


def _judged(tried: Trials, schema: Schema) -> Trials:
    """Yield the trials on which the judges agree, on the side that they say."""
    judges: tuple[Any, ...] = SchemaJudge(schema), InputJudge(schema)
    for trial in tried:
        trial = trial._replace(value=_unambiguous(trial.value, schema))
        value = whole(trial.value)
        verdicts = {judge.is_valid(value) for judge in judges}
        if len(verdicts) > 1:
            continue
        accepted = verdicts.pop()
        if accepted == trial.accepted:
            yield trial
        elif _is_telling(trial, schema):
            rule = f"{trial.rule}, and another type"
            yield trial._replace(rule=rule, accepted=accepted)


def _unambiguous(value: Value, schema: Schema) -> Value:
    """Return 5 for 5.0 where a type of whole numbers stands beside one of any."""
    if not (isinstance(value, float) and value.is_integer()):
        return value
    if any(map(_takes_whole_numbers, branches_of(schema))):
        return int(value)
    return value


def _takes_whole_numbers(schema: Schema) -> bool:
    inner = map(_takes_whole_numbers, branches_of(schema))
    return schema.get("type") == "integer" or any(inner)


def _is_telling(trial: Trial, schema: Schema) -> bool:
    """Whether a value is tried although the whole decides otherwise than one branch."""
    if trial.kind is CaseKind.LISTED:  # the tests look for each
        return True
    return bool(branches_of(schema)) and isinstance(trial.value, str | int | bool)
