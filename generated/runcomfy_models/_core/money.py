"""Money: what a job costs, and whether it may. Pure.

Decimal throughout, and never a float between the service and the caller: 0.1 stays 0.1.
What is not known is None, never zero and never a guess. A price is unknown where it is
missing, negative, a text, beyond reason, or for a unit that nobody documents. An estimate
is unknown where the price is, or where more than the duration decides on it:

| the service's `price_unit` | an estimate | and unknown where |
| --- | --- | --- |
| `output` | the rate | the input asks for several outputs |
| `second` | the rate times `duration` | the input does not say how many seconds |
| any other | unknown | |
| any, with a `pricing_note` | unknown: the note says what else changes the price | |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from threading import Lock
from typing import Any, Literal, Self

from ..errors import ConfigurationError, OverBudgetError

__all__ = ["Balance", "Budget", "Estimate", "ExactFloat", "Price"]

MOST = Decimal(1_000_000)
"""Dollars for one unit, and a duration in seconds, beyond which nothing is believed."""
MOST_DECIMALS = 12
"""Digits after the point, likewise."""
LONGEST_NOTE = 500
COUNTS = (
    *("num_images", "num_outputs", "num_videos", "num_samples", "num_generations"),
    *("number_of_images", "number_of_outputs", "batch_size", "max_images"),
)
"""Fields that ask for several outputs, where a model has one."""


class ExactFloat(float):
    """A float that remembers how the service wrote it.

    JSON with these is JSON with floats for whoever reads it, and `exact` loses nothing.
    """

    __slots__ = ("text",)

    def __new__(cls, text: str | float) -> Self:
        number = super().__new__(cls, text)
        number.text = str(text)
        return number

    text: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, as the service said at a moment."""

    rate: Decimal | None
    """US dollars for one unit; None where the price is unknown."""
    unit: Literal["output", "second"] | None
    """What the rate is for; None where the price is unknown."""
    note: str
    """What else changes the price, in the service's words."""
    read_at: datetime
    """When it was read, in UTC. It may be another one the next time."""
    why: str = ""
    """Why the price is unknown; empty where it is known."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What one job will cost, if that can be told before."""

    usd: Decimal | None
    """US dollars; None where it is unknown."""
    price: Price
    why: str
    """How it was reckoned, or why it is unknown."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left on the account."""

    usd: Decimal
    currency: str = "USD"


def exact(value: object, texts: bool = False) -> Decimal | None:
    """Return a number of a JSON answer as it was written; None for all that is not one.

    `texts`: also one that was written as a text.
    """
    match value:
        case bool():
            return None
        case ExactFloat():
            text = value.text
        case int() | float():
            text = repr(value)
        case str() if texts:
            text = value
        case _:
            return None
    try:
        number = Decimal(text)
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def read_price(entry: Mapping[str, Any], read_at: datetime) -> Price:
    """Return the price in a catalogue entry."""
    said, unit = entry.get("base_price_usd"), entry.get("price_unit")
    note = entry.get("pricing_note")
    note = " ".join(note.split())[:LONGEST_NOTE] if isinstance(note, str) else ""
    rate = exact(said)
    if said is None:
        why = "the service names no price"
    elif rate is None:
        why = f"the service's price is not a number: {_shown(said)}"
    elif rate < 0:
        why = f"the service's price is negative: {_shown(said)}"
    elif rate > MOST or _decimals(rate) > MOST_DECIMALS:
        why = f"the service's price is beyond reason: {_shown(said)}"
    elif unit != "output" and unit != "second":
        why = f"the price is for a unit that is not known: {_shown(unit)}"
    else:
        return Price(rate, unit, note, read_at)
    return Price(None, None, note, read_at, why)


def estimate(body: Mapping[str, Any], price: Price) -> Estimate:
    """Return what a request body will cost at a price, where that can be told."""
    if price.rate is None:
        return Estimate(None, price, f"The price is unknown: {price.why}.")
    if price.note:
        return Estimate(
            None, price, f"More than the duration decides on the price: {price.note}"
        )
    for name in COUNTS:
        if body.get(name) not in (None, 1):
            return Estimate(
                None, price, f"The price is for one output; {name} may ask for more."
            )
    if price.unit == "output":
        return Estimate(price.rate, price, f"${price.rate:f} for an output.")
    said = body.get("duration")
    seconds = _seconds(said)
    if seconds is None:
        return Estimate(
            None, price, "The price is for a second, and " + _no_duration(said)
        )
    return Estimate(
        Context(prec=60).multiply(price.rate, seconds),
        price,
        f"${price.rate:f} for a second, times a duration of {seconds:f} s.",
    )


def read_balance(body: Mapping[str, Any]) -> Balance | None:
    """Return the balance in an answer, None where it names none."""
    usd = exact(body.get("balance_usd"))
    micro = exact(body.get("balance_microdollars"))
    if usd is None and micro is not None:
        usd = micro / 1_000_000
    if usd is None:
        return None
    currency = body.get("currency")
    return Balance(usd, currency if isinstance(currency, str) and currency else "USD")


def clean_max_cost(value: Decimal | float | str | None) -> Decimal | None:
    """Return a ceiling in US dollars, or refuse what is not one."""
    if value is None:
        return None
    try:
        ceiling = Decimal(str(value))
    except InvalidOperation:
        ceiling = Decimal("NaN")
    if isinstance(value, bool) or not ceiling.is_finite() or ceiling < 0:
        raise ConfigurationError(
            f"max_cost_usd must be US dollars, 0 or more, such as Decimal('2.50'), not "
            f"{value!r}."
        )
    return ceiling


class Budget:
    """A ceiling over one or many jobs, with what is in flight counted. Thread-safe."""

    def __init__(
        self, max_cost_usd: Decimal | float | str | None, allow_unpriced: bool = False
    ) -> None:
        self.ceiling = clean_max_cost(max_cost_usd)
        self._allow_unpriced = allow_unpriced
        self._spent = Decimal(0)
        self._lock = Lock()

    @property
    def spent(self) -> Decimal:
        """What is spent, or reserved for jobs in flight."""
        with self._lock:
            return self._spent

    def reserve(self, model_id: str, found: Estimate) -> None:
        """Count a job that is about to be sent; `OverBudgetError` if it may not be."""
        assert self.ceiling is not None
        if found.usd is None:
            if not self._allow_unpriced:
                raise unpriced(model_id, found, self.ceiling)
            return
        with self._lock:
            if self._spent + found.usd > self.ceiling:
                raise over_budget(model_id, found, self._spent, self.ceiling)
            self._spent += found.usd

    def release(self, found: Estimate) -> None:
        """Take back a job that was not taken."""
        with self._lock:
            self._spent -= found.usd or 0

    def settle(self, found: Estimate, cost: Decimal | None) -> None:
        """Count what a job did cost, where that was told, instead of its estimate."""
        if cost is not None:
            with self._lock:
                self._spent += cost - (found.usd or 0)


def unpriced(model_id: str, found: Estimate, ceiling: Decimal) -> OverBudgetError:
    """Return the error for a job whose cost cannot be told."""
    error = OverBudgetError(
        f"{model_id}: what the job will cost is unknown, so it was not sent. "
        f"{found.why} allow_unpriced=True sends it all the same."
    )
    error.estimate, error.max_cost_usd = found, ceiling
    return error


def over_budget(
    model_id: str, found: Estimate, spent: Decimal, ceiling: Decimal
) -> OverBudgetError:
    """Return the error for a job that would go beyond the ceiling."""
    before = f", with ${spent:f} spent or in flight," if spent else ""
    if found.usd is None:
        cost = f"${spent:f} is spent or in flight, and what the job costs is unknown:"
    else:
        cost = f"the job would cost ${found.usd:f}, which{before} is"
    error = OverBudgetError(
        f"{model_id}: {cost} beyond max_cost_usd={ceiling:f}, so it was not sent."
    )
    error.estimate, error.max_cost_usd = found, ceiling
    return error


def _seconds(said: object) -> Decimal | None:
    """Return a duration; some models take it as a text of digits."""
    if isinstance(said, str) and said.isascii() and said.isdigit():
        said = int(said) if len(said) <= 10 else None
    seconds = exact(said)
    if seconds is None or not 0 < seconds <= MOST:
        return None
    return None if _decimals(seconds) > MOST_DECIMALS else seconds


def _decimals(number: Decimal) -> int:
    """Return how many digits stand after the point."""
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _no_duration(said: object) -> str:
    if said is None:
        return "the input sets no duration: set it, and the cost can be told."
    return f"the duration is not a number of seconds: {_shown(said)}."


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
