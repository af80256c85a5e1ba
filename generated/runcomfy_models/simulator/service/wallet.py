"""Prices, and the balance that jobs are paid from. Pure."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from ..http.messages import APIError
from .catalogue import Entry
from .jobs import Job

FULL = 1_000_000
"""Dollars, unless told otherwise: enough for whatever is tried."""
UNPRICED_USD = Decimal("0.04")
"""What a job costs whose price is not one that can be reckoned with."""


class Wallet:
    """Charges each job as it is taken, and pays back one that made nothing."""

    def __init__(self, balance: Decimal | float | str = FULL) -> None:
        self.balance = dollars(balance)

    def charge(self, job: Job, entry: Entry) -> None:
        """Take what the job costs; raise `APIError` (402) where it is not there."""
        cost = cost_of(job.input, entry)
        if cost > self.balance:
            left = f"It needs {cost} USD, and {self.balance} USD are left."
            raise APIError(402, 400002, f"The balance does not cover this job. {left}")
        self.balance -= cost
        job.cost = cost

    def settle(self, job: Job) -> None:
        """Pay back what a job cost that has ended, and made nothing."""
        made_nothing = job.ending.outcome in ("failed", "cancelled")
        if job.finished is not None and made_nothing:
            self.balance += job.cost
            job.cost = Decimal(0)

    def as_json(self) -> dict[str, Any]:
        """Return the balance as the service tells it."""
        return {
            "balance_usd": float(self.balance),
            "balance_microdollars": int(self.balance * 1_000_000),
            "currency": "USD",
        }


def dollars(value: Decimal | float | str) -> Decimal:
    """Return an amount; raise ValueError for what is not a finite number."""
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise ValueError(f"an amount is a finite number of US dollars, not {value!r}")
    return amount


def cost_of(body: Mapping[str, Any], entry: Entry) -> Decimal:
    """Return the base price, times the seconds where it is a price for a second."""
    price, seconds = entry.get("base_price_usd"), body.get("duration")
    if isinstance(price, bool) or not isinstance(price, int | float):
        return UNPRICED_USD
    cost = dollars(price)
    if entry.get("price_unit") == "second" and isinstance(seconds, int | float):
        cost *= dollars(seconds)
    return max(round(cost, 6), Decimal(0))
