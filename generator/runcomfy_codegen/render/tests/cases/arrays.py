"""Try arrays: as many items as there may be, and each rule of an item."""

from collections.abc import Callable

from runcomfy_codegen.ir import Schema
from runcomfy_codegen.render.samples import several
from runcomfy_codegen.render.tests.cases.case import (
    LONGEST,
    MOST_WRITTEN,
    CaseKind,
    Repeat,
    Trial,
    Trials,
    Value,
)
from runcomfy_codegen.schema.read import items_of

MANY, MANY_DIFFERENT = 1000, 20
"""Items of a list that may have however many."""


def array_trials(
    schema: Schema, name: str, trials: Callable[[Schema, str], Trials]
) -> Trials:
    """Yield lists beside each limit of their length, and lists with one item tried."""
    items, is_unique = items_of(schema), schema.get("uniqueItems") is True
    yield from _count_trials(schema, name)
    least = schema.get("minItems", 0)
    if schema.get("maxItems") == 0 or least > MOST_WRITTEN:
        return
    around = several(items, name, max(least - 1, 0), 2)
    if is_unique:
        twice = [*several(items, name, 1) * 2, *around[1:]]
        yield Trial(CaseKind.COUNT, "an item twice", twice, False)
    for trial in trials(items, name):
        yield trial.inside("an item", [trial.value, *around])


def _count_trials(schema: Schema, name: str) -> Trials:
    """Yield lists of as many items as there may be, and one more or fewer."""
    is_unique = schema.get("uniqueItems") is True
    longest = MOST_WRITTEN if is_unique else LONGEST

    def filled(rule: str, count: int, accepted: bool) -> Trial:
        value = _filled(schema, name, count)
        return Trial(CaseKind.COUNT, rule, value, accepted)

    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if least <= longest:
        yield filled(f"{least} items", least, True)
    if 0 < least <= longest:
        yield filled(f"fewer than {least} items", least - 1, False)
    if most is None:
        yield filled("however many items", MANY_DIFFERENT if is_unique else MANY, True)
    elif most <= longest:
        yield filled(f"{most} items", most, True)
        yield filled(f"more than {most} items", most + 1, False)


def _filled(schema: Schema, name: str, count: int) -> Value:
    """Return so many items, written out where no two may be alike."""
    items = items_of(schema)
    if schema.get("uniqueItems") is True:
        return several(items, name, count)
    return Repeat(several(items, name, 1), count)
