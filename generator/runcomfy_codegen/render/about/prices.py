"""Put a price into words."""

from decimal import Decimal

from runcomfy_codegen.ir import Model


def price_in_words(model: Model, makes: tuple[str, ...]) -> str:
    """Return a price: `$0.04 per image`, `free`; empty where none is published."""
    parts = []
    rate = model.base_price_usd
    if rate == 0:
        parts.append("free")
    elif rate is not None:
        unit = _unit(model.price_unit.strip(), makes)
        parts.append(f"${_amount(rate)}{f' per {unit}' if unit else ''}")
    if model.pricing_note:
        parts.append(model.pricing_note)
    return "; ".join(parts)


def _unit(unit: str, makes: tuple[str, ...]) -> str:
    if unit == "output" and len(makes) == 1:
        return "audio file" if makes == ("audio",) else makes[0]
    return unit.removeprefix("per ")


def _amount(rate: float) -> str:
    """Return dollars with two places, or with as many as they have."""
    exact = Decimal(str(rate))
    places = max(2, -int(exact.normalize().as_tuple().exponent))
    return f"{exact:.{places}f}"
