"""Put a price into words."""

from decimal import Decimal

from runcomfy_codegen.ir import Model


def price_in_words(model: Model, makes: tuple[str, ...]) -> str:
    """Return a price: `$0.04 per image`, `free`; empty where none is published."""
    parts = (_rate(model, makes), model.pricing_note)
    return "; ".join(filter(None, parts))


def _rate(model: Model, makes: tuple[str, ...]) -> str:
    """Return what one unit costs."""
    rate = model.base_price_usd
    if rate is None:
        return ""
    if rate == 0:
        return "free"
    unit = _unit(model.price_unit.strip(), makes)
    amount = f"${_amount(rate)}"
    return f"{amount} per {unit}" if unit else amount


def _unit(unit: str, makes: tuple[str, ...]) -> str:
    if unit == "output" and len(makes) == 1:
        return "audio file" if makes == ("audio",) else makes[0]
    return unit.removeprefix("per ")


def _amount(rate: float) -> str:
    """Return dollars with two places, or with as many as they have."""
    exact = Decimal(str(rate))
    places = max(2, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:.{places}f}"
