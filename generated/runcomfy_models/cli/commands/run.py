"""`run`: submit a model's job, follow it, and show what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .. import PROGRAM
from ..output import dump, is_person, print_data, print_line
from ..requests.model_command import ModelCommand, model_of, requests_of
from ..requests.request import Request
from ..session import Session
from .following import follow, report
from .shared_options import AS_JSON, timeout_option

if TYPE_CHECKING:
    from ..._core.money import Estimate


@click.command("run", cls=ModelCommand)
@click.argument("model")
@click.option(
    "--input",
    "input_file",
    metavar="FILE",
    help="JSON beneath the flags; - is the input. Several objects are several runs.",
)
@click.option(
    "--repeat",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Run it N times, and pay N times.",
)
@click.option("--out", metavar="DIR", help="Download what it makes to this folder.")
@click.option("--no-wait", is_flag=True, help="Print the request_id, and do not wait.")
@timeout_option("How long to wait; the job goes on.")
@click.option("--max-cost-usd", metavar="USD", help="Send nothing that may cost more.")
@click.option(
    "--allow-unpriced",
    is_flag=True,
    help="With --max-cost-usd: also what nobody can price before.",
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be sent, and send nothing."
)
@AS_JSON
@click.pass_context
def run_command(
    ctx: click.Context,
    model: str,
    input_file: str | None,
    repeat: int,
    out: str | None,
    no_wait: bool,
    timeout: float | None,
    max_cost_usd: str | None,
    allow_unpriced: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Run a model with flags made from its schema.

    `run MODEL --help` shows them. Lists: repeat the flag. Objects: `--size.width 1280`,
    or JSON. Long texts: `--prompt @file`. Local files are sent in place of URLs.
    Several runs print a JSON line each, as they end, with their index.
    """
    session = ctx.find_object(Session)
    assert session is not None
    requests = requests_of(ctx, input_file) * repeat
    if dry_run:
        for each in requests:
            found = _estimate(session, each) if max_cost_usd is not None else None
            _show_unsent(each, found, as_json)
        return 0
    if len(requests) > 1:
        from .several import Wishes, run_several

        person = is_person(as_json)
        wishes = Wishes(out, no_wait, timeout, max_cost_usd, allow_unpriced, person)
        return run_several(session.client, requests, wishes)
    (request,) = requests
    job = request.submit(session.client, max_cost_usd, allow_unpriced)
    if no_wait:
        (
            print_data({"model_id": request.model_id, "request_id": job.request_id})
            if as_json
            else print_line(job.request_id)
        )
        return 0
    result = follow(job, timeout)
    report(
        session.client, result, out, is_person(as_json), model_id=model_of(ctx).model_id
    )
    return 0


def _estimate(session: Session, request: Request) -> Estimate:
    return session.client.estimate_model(request.model_id, request.body)


def _show_unsent(request: Request, found: Estimate | None, as_json: bool) -> None:
    """Show what would be sent: for a program all of it, with files inside."""
    from ..._media.inline import described, with_data_uris

    person = is_person(as_json)
    why = f"The price was not asked for: nothing is sent. `{PROGRAM} price` asks."
    unsent: dict[str, Any] = {
        "model_id": request.model_id,
        "body": (described if person else with_data_uris)(request.body),
        "estimate_usd": (
            None if found is None or found.usd is None else float(found.usd)
        ),
        "why": why if found is None else found.why,
    }
    if not person:
        print_data(unsent)
        return
    print_line(dump(unsent["body"], indent=2))
    print_line(unsent["why"])
