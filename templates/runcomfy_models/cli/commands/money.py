"""`price` and `balance`: what it costs, and what is left. Both are free to ask."""

from __future__ import annotations

import click

from ..mistakes import MistakesError
from ..output import clean, is_person, print_data, print_line
from ..requests.model_command import ModelCommand, has_flags, model_of, requests_of
from ..session import Session
from .shared_options import AS_JSON


@click.command("price", cls=ModelCommand)
@click.argument("model")
@click.option(
    "--input",
    "input_file",
    metavar="FILE",
    help="JSON beneath the flags; - is the input.",
)
@AS_JSON
@click.pass_context
def price_command(
    ctx: click.Context, model: str, input_file: str | None, as_json: bool
) -> None:
    """Tell what a model costs now; with its flags, what such a job will cost.

    What cannot be told before is told as that, and never guessed.
    """
    session = ctx.find_object(Session)
    assert session is not None
    model_id = model_of(ctx).model_id
    if has_flags(ctx) or input_file is not None:
        request, *rest = requests_of(ctx, input_file)
        if rest:
            raise MistakesError(["--input: a price is asked for one input at a time"])
        found = session.client.estimate_model(model_id, request.body)
        price, usd, why = found.price, found.usd, found.why
    else:
        price, usd = session.client.price(model_id), None
        why = price.why
    rate = None if price.rate is None else float(price.rate)
    if not is_person(as_json):
        print_data(
            {
                "model_id": model_id,
                "rate_usd": rate,
                "unit": price.unit,
                "note": price.note,
                "read_at": price.read_at.isoformat(),
                "estimate_usd": None if usd is None else float(usd),
                "why": why,
            }
        )
        return
    if price.rate is not None:
        print_line(f"${price.rate} per {price.unit}")
    if usd is not None:
        print_line(f"this job: ${usd}")
    for text in (price.note, why):
        if text:
            print_line(clean(text))


@click.command("balance")
@AS_JSON
@click.pass_obj
def balance_command(session: Session, as_json: bool) -> None:
    """Tell what is left on the account."""
    balance = session.client.balance()
    if is_person(as_json):
        print_line(f"{balance.usd} {clean(balance.currency)}")
    else:
        print_data({"balance_usd": float(balance.usd), "currency": balance.currency})
