"""Find numbers that a schema accepts, and those that are next to its bounds.

A step of 1 stands for whole numbers, a step of 0 for any: their next is the next double.
"""

import math
from fractions import Fraction

from runcomfy_codegen.ir import Schema

EXACT = 2**53
"""Doubles beyond this are not as exact as whole numbers."""


def sample_number(schema: Schema, step: float, index: int) -> float:
    """Return a number within bounds, of several the one with this index."""
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    if schema.get("multipleOf"):
        return _multiple(schema, step, index)
    value: float = 1
    if low is not None:
        value = max(value, low)
    if high is not None:
        value = min(value, high)
    if high is None or value + index <= high:
        return value + index
    below = value - (index if step else index / 1000)
    return below if low is None or below >= low else value


def _multiple(schema: Schema, step: float, index: int) -> float:
    """Return a multiple within bounds, above 0 if there is one."""
    low, high = lower_bound(schema, step), upper_bound(schema, step)
    multiple = exact(schema["multipleOf"])
    first = math.ceil(exact(0 if low is None else low) / multiple)
    is_room = high is None or schema["multipleOf"] <= high
    times = max(first, 1 if is_room else first) + index
    if high is not None and high < 0:
        times = min(times, math.floor(exact(high) / multiple))
    found = times * multiple
    is_whole = found.denominator == 1 and (step or abs(found) < EXACT)
    return int(found) if is_whole else float(found)


def exact(number: float) -> Fraction:
    """Return the number that a double's decimals write."""
    return Fraction(str(number))


def lower_bound(schema: Schema, step: float) -> float | None:
    """Return the least number that a schema accepts."""
    return _bound(schema, "minimum", "exclusiveMinimum", step, 1)


def upper_bound(schema: Schema, step: float) -> float | None:
    """Return the greatest number that a schema accepts."""
    return _bound(schema, "maximum", "exclusiveMaximum", step, -1)


def _bound(
    schema: Schema, closed: str, open_: str, step: float, inward: int
) -> float | None:
    """Return the tighter of two bounds; `inward` is 1 for lower ones, -1 for upper ones."""
    bounds = [schema[closed]] if closed in schema else []
    if open_ in schema:
        bounds.append(beyond(schema[open_], step, inward))
    if not bounds:
        return None
    tightest: float = max(bounds) if inward > 0 else min(bounds)
    if step and tightest != int(tightest):
        return math.ceil(tightest) if inward > 0 else math.floor(tightest)
    return tightest


def beyond(bound: float, step: float, direction: int) -> float:
    """Return the next number after a bound."""
    if step:
        whole = math.floor(bound) if direction > 0 else math.ceil(bound)
        return whole + direction
    return math.nextafter(bound, direction * math.inf)
