"""Try numbers: beside each bound, between them, and on and off the multiples of a step.

A step of 1 stands for whole numbers, a step of 0 for any.
"""

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from runcomfy_codegen.ir import Json, Schema
from runcomfy_codegen.render.numbers import beyond, exact, lower_bound, upper_bound
from runcomfy_codegen.render.tests.cases.case import CaseKind, Trial, Trials

FAR = 10**12 + 1
"""Beyond any limit that a service would have, and whole in a double."""
Multiple: TypeAlias = tuple[str, Fraction, bool]


def number_trials(schema: Schema, step: int) -> Trials:
    """Yield numbers beside each bound and between them, or far away where there is none."""
    if "multipleOf" in schema:
        yield from _multiple_trials(schema, step)
        return
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    yield from _low(low, high, step)
    yield from _high(low, high, step)
    if low is not None and high is not None and high - low > step:
        between = low + 1 if step else low + (high - low) / 3
        yield _trial("between them", between, True)


def _trial(rule: str, value: Json, accepted: bool) -> Trial:
    return Trial(CaseKind.BOUND, rule, value, accepted)


def _low(low: float | None, high: float | None, step: int) -> Trials:
    typed = int if step else float
    if low is not None:
        yield _trial(f"at least {low}", typed(low), True)
        yield _trial(f"below {low}", typed(beyond(low, step, -1)), False)
        if not step and high is None and abs(low) < FAR:
            below = math.ceil(low) - 1
            yield _trial(f"a whole number below {low}", below, False)
    elif high is None or high >= -FAR:
        yield _trial("however low", -FAR if step else -FAR - 0.1, True)


def _high(low: float | None, high: float | None, step: int) -> Trials:
    typed = int if step else float
    if high is not None:
        yield _trial(f"at most {high}", typed(high), True)
        yield _trial(f"above {high}", typed(beyond(high, step, 1)), False)
        if not step and abs(high) < FAR:
            above = math.floor(high) + 1
            yield _trial(f"a whole number above {high}", above, False)
    elif low is None or low <= FAR:
        yield _trial("however high", FAR if step else FAR + 0.1, True)


def _multiple_trials(schema: Schema, step: int) -> Trials:
    """Yield the multiples next to each bound, and numbers between multiples."""
    for rule, found, accepted in _multiples(schema, step):
        value = _written(found, step)
        if value is not None:
            yield _trial(rule, value, accepted)


def _multiples(schema: Schema, step: int) -> Iterator[Multiple]:
    multiple = schema["multipleOf"]
    size = exact(multiple)
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    first = -FAR if low is None else math.ceil(exact(low) / size)
    last = FAR if high is None else math.floor(exact(high) / size)
    yield f"the first multiple of {multiple}", first * size, True
    yield f"the last multiple of {multiple}", last * size, True
    if low is not None:
        yield f"a multiple below {low}", (first - 1) * size, False
    if high is not None:
        yield f"a multiple above {high}", (last + 1) * size, False
    middle = (0 if first <= 0 <= last else first) * size
    yield "the next multiple", middle + size, True
    for by in (1,) if step else (size / 2, size / 5):
        yield "between multiples", middle + by, False
    if step and multiple > 3 and isinstance(multiple, int):
        yield "between multiples", middle + multiple // 2, False


def _written(found: Fraction, step: int) -> float | None:
    """Return a number as JSON writes it; None where no double has these decimals."""
    if step:
        return int(found)
    try:
        value = float(found)
    except OverflowError:
        return None
    return value if exact(value) == found else None
