"""What a mutant is, and values near a value."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple


class Mutant(NamedTuple):
    """A module or a stored model with one thing changed."""

    kind: str
    """What was changed, in a word or two: the row of the table that it counts in."""
    said: str
    """Where, and from what to what."""
    content: Any
    """The changed module's tree, or the changed entry."""


def near(value: Any, exact: bool = False, step: float = 1) -> Iterator[Any]:
    """Yield values that are a step from a value; `exact` adds the next floats."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + step, value - step)
        if exact:
            yield math.nextafter(value, math.inf)
            yield math.nextafter(value, -math.inf)
    elif isinstance(value, str):
        yield f"{value}_"
        if value:
            yield value[:-1] + chr(ord(value[-1]) ^ 1)
        if value.swapcase() != value:
            yield value.swapcase()
    elif isinstance(value, list):
        yield [*value, *(value[-1:] or ["x"])]
