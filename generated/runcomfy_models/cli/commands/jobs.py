"""`status`, `wait`, `result`, `cancel` and `download`: any job, from anywhere.

Several request_ids are gone through one after the other; one that fails does not stop
those behind it, and the first failure is the exit code.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ...errors import RunComfyError
from ..exits import NO, exit_code
from ..output import clean, complain, is_person, print_data, print_line
from ..session import Session
from .following import follow, report
from .shared_options import AS_JSON, timeout_option

REQUEST_IDS = click.argument(
    "request_ids", metavar="REQUEST_ID...", nargs=-1, required=True
)
OUT = click.option("--out", metavar="DIR", help="Download what it made to this folder.")


def _each(
    session: Session, request_ids: tuple[str, ...], act: Callable[[Any], int]
) -> int:
    """Do something with each job; return the exit code of the first that failed."""
    codes = [0]
    for request_id in request_ids:
        try:
            codes.append(act(session.client.job(request_id)))
        except RunComfyError as error:
            from ..app import explain

            complain(explain(error))
            codes.append(exit_code(error))
    return next((code for code in codes if code), 0)


@click.command("status")
@REQUEST_IDS
@AS_JSON
@click.pass_obj
def status_command(
    session: Session, request_ids: tuple[str, ...], as_json: bool
) -> int:
    """Tell where jobs stand now."""

    def act(job: Any) -> int:
        status = job.status()
        if is_person(as_json):
            print_line(f"{clean(job.request_id)}: {clean(status)}")
        else:
            print_data(
                {
                    "request_id": job.request_id,
                    "state": status.state,
                    "queue_position": status.queue_position,
                }
            )
        return 0

    return _each(session, request_ids, act)


@click.command("wait")
@REQUEST_IDS
@timeout_option("How long to wait; the job goes on.")
@OUT
@AS_JSON
@click.pass_obj
def wait_command(
    session: Session,
    request_ids: tuple[str, ...],
    timeout: float | None,
    out: str | None,
    as_json: bool,
) -> int:
    """Wait for jobs, and show what they made."""

    def act(job: Any) -> int:
        report(session.client, follow(job, timeout), out, is_person(as_json))
        return 0

    return _each(session, request_ids, act)


@click.command("result")
@REQUEST_IDS
@OUT
@AS_JSON
@click.pass_obj
def result_command(
    session: Session, request_ids: tuple[str, ...], out: str | None, as_json: bool
) -> int:
    """Show what finished jobs made. A job that has not ended is no success: 75."""

    def act(job: Any) -> int:
        report(session.client, job.result(), out, is_person(as_json))
        return 0

    return _each(session, request_ids, act)


@click.command("cancel")
@REQUEST_IDS
@AS_JSON
@click.pass_obj
def cancel_command(
    session: Session, request_ids: tuple[str, ...], as_json: bool
) -> int:
    """Cancel jobs that are still in the queue. Too late is no success: 1."""

    def act(job: Any) -> int:
        cancelled = job.cancel()
        if is_person(as_json):
            word = (
                "cancelled"
                if cancelled
                else "too late to cancel; it goes on, or has ended"
            )
            print_line(f"{clean(job.request_id)}: {word}")
        else:
            print_data({"request_id": job.request_id, "cancelled": cancelled})
        return 0 if cancelled else NO

    return _each(session, request_ids, act)


@click.command("download")
@REQUEST_IDS
@click.option(
    "--out", metavar="DIR", default=".", help="The folder; by default this one."
)
@AS_JSON
@click.pass_obj
def download_command(
    session: Session, request_ids: tuple[str, ...], out: str, as_json: bool
) -> int:
    """Download what finished jobs made. Nothing is overwritten."""

    def act(job: Any) -> int:
        report(session.client, job.result(), out, is_person(as_json))
        return 0

    return _each(session, request_ids, act)
