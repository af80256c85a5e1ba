"""`batch`: many jobs that are paid once, kept in a journal."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import ConfigurationError
from .. import PROGRAM
from ..exits import NO, NO_FILE
from ..mistakes import MistakesError
from ..output import clean, is_person, is_terminal, print_data, print_line
from ..session import Session
from .shared_options import AS_JSON, timeout_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...batch import Batch, BatchItem, BatchReport

JOURNAL = click.option(
    "--journal",
    default="batch.db",
    show_default=True,
    metavar="FILE|URL",
    help="What keeps account: a file, or postgresql://...",
)
MODEL = click.option("--model", metavar="MODEL", help="For rows that name no model_id.")
CEILING = click.option(
    "--max-cost-usd",
    metavar="USD",
    help="For all that the journal has: what would go beyond it stays.",
)
UNPRICED = click.option(
    "--allow-unpriced",
    is_flag=True,
    help="With --max-cost-usd: also what nobody can price before.",
)
OUT = click.option(
    "--out", metavar="DIR", help="Download what they make to this folder."
)
CONCURRENCY = click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=64,
    show_default=True,
    metavar="N",
    help="Jobs under way at once.",
)


MOVED = click.option(
    "--moved",
    is_flag=True,
    help="The journal was copied here, and its original is not run any more.",
)


@click.group("batch", context_settings={"help_option_names": ["-h", "--help"]})
def batch_command() -> None:
    """Run many jobs, each paid once, whatever happens to this process.

    FILE is JSON lines or a .csv, a column a field, beside `model_id` and `key`.
    """


@batch_command.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@JOURNAL
@MODEL
@AS_JSON
@click.pass_obj
def add_command(
    session: Session,
    files: tuple[str, ...],
    journal: str,
    model: str | None,
    as_json: bool,
) -> None:
    """Put jobs down in the journal, checked. Nothing is sent. Twice is harmless."""
    with _journal(journal) as batch:
        added, given = _add(session, batch, files, model)
    if is_person(as_json):
        known = f", {given - added} were there already" if given > added else ""
        print_line(f"{added} added{known}. Run them: {_command('run', journal)}")
    else:
        print_data({"added": added, "known": given - added})


@batch_command.command("run")
@click.argument("files", metavar="[FILE...]", nargs=-1)
@JOURNAL
@MODEL
@CONCURRENCY
@CEILING
@UNPRICED
@OUT
@timeout_option("How long to wait for each; it goes on.")
@MOVED
@AS_JSON
@click.pass_obj
def run_command(
    session: Session,
    files: tuple[str, ...],
    journal: str,
    model: str | None,
    concurrency: int,
    max_cost_usd: str | None,
    allow_unpriced: bool,
    out: str | None,
    timeout: float | None,
    moved: bool,
    as_json: bool,
) -> int:
    """Run what has not ended, and show each job as it ends.

    Stopped at any moment, it goes on by the same command, and pays nothing twice.
    """
    if not files:
        _require(journal)
    with _journal(journal, session.client) as batch:
        if moved:
            batch.move_here()
        if files:
            _add(session, batch, files, model)
        ended = batch.run(
            concurrency=concurrency,
            max_cost_usd=max_cost_usd,
            allow_unpriced=allow_unpriced,
            out=out,
            timeout=timeout,
        )
        try:
            return _follow(ended, batch.report(), is_person(as_json))
        except KeyboardInterrupt as error:
            error.__notes__ = [
                f"What was sent goes on; go on: {_command('run', journal)}"
            ]
            raise


def _follow(ended: Iterator[BatchItem], report: BatchReport, person: bool) -> int:
    """Show each job as it ends; return 1 if any has not succeeded."""
    from ..._batch.export import as_row

    code = 0
    with _progress(report, person) as show:
        for item in ended:
            show(item)
            if item.state != "succeeded":
                code = NO
            if person:
                print_line(_line(item))
            else:
                print_data(as_row(item))
    return code


@contextmanager
def _progress(
    report: BatchReport, person: bool
) -> Iterator[Callable[[BatchItem], None]]:
    """Show counts, cost so far and what is left on the terminal, where there is one."""
    if not is_terminal(sys.stderr):
        yield lambda item: None
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True)
    counts: dict[str, int] = {}
    left = sum(report.counts.get(state, 0) for state in ("new", "sending", "submitted"))
    cost = report.cost_usd

    def line() -> Text:
        told = [f"{number} {state}" for state, number in counts.items()]
        words = ", ".join([*told, f"{left} left", f"${cost:f}"])
        return Text(words, no_wrap=True, overflow="ellipsis")

    def show(item: BatchItem) -> None:
        nonlocal left, cost
        counts[item.state] = counts.get(item.state, 0) + 1
        left = max(0, left - 1)
        cost += item.cost_usd or 0
        status.update(line())

    with console.status(line()) as status:
        yield show


def _line(item: BatchItem) -> str:
    """Return what a person sees of a job that ended."""
    cost = "" if item.cost_usd is None else f"${item.cost_usd:f}"
    said = [item.key[:16], item.state, item.request_id, cost, *item.files, item.error]
    return "  ".join(clean(each) for each in said if each)


@batch_command.command("status")
@JOURNAL
@AS_JSON
def status_command(journal: str, as_json: bool) -> None:
    """Tell how a batch stands, also while it runs elsewhere."""
    _require(journal)
    with _journal(journal) as batch:
        report = batch.report()
    if is_person(as_json):
        for line in str(report).splitlines():
            print_line(_as_commands(clean(line), journal))
        return
    print_data(
        {
            "counts": report.counts,
            "cost_usd": f"{report.cost_usd:f}",
            "at_stake_usd": f"{report.at_stake_usd:f}",
            "unknown": report.unknown,
            "uncertain": [item.key for item in report.uncertain],
        }
    )


def _as_commands(line: str, journal: str) -> str:
    """Return a line of the report with the commands in place of the calls."""
    settle, retry = _command("settle", journal), _command("retry", journal)
    calls = {
        "settle(key, request_id=…) or settle(key, lost=True)": f"{settle} KEY --request-id ID or --lost",
        'retry(state="cancelled")': f"{retry} --state cancelled",
        "retry()": retry,
    }
    for call, command in calls.items():
        line = line.replace(call, command)
    return line


@batch_command.command("retry")
@click.argument("keys", metavar="[KEY...]", nargs=-1)
@click.option(
    "--state",
    type=click.Choice(["failed", "cancelled"]),
    default="failed",
    show_default=True,
)
@JOURNAL
@AS_JSON
def retry_command(
    keys: tuple[str, ...], state: Any, journal: str, as_json: bool
) -> None:
    """Let jobs that failed be new again; the next run pays them again."""
    _require(journal)
    with _journal(journal) as batch:
        count = batch.retry(state, keys or None)
    if is_person(as_json):
        print_line(f"{count} to be tried again: {_command('run', journal)}")
    else:
        print_data({"retried": count})


@batch_command.command("settle")
@click.argument("key")
@click.option(
    "--request-id", metavar="ID", help="The service has it, by this request_id."
)
@click.option(
    "--lost", is_flag=True, help="The service does not have it; it may be sent again."
)
@JOURNAL
@AS_JSON
def settle_command(
    key: str, request_id: str | None, lost: bool, journal: str, as_json: bool
) -> None:
    """Say what became of a job that is uncertain, having looked."""
    if (request_id is None) != lost:
        raise click.UsageError("give --request-id ID, or --lost")
    _require(journal)
    with _journal(journal) as batch:
        if batch.item(key) is None:
            raise MistakesError([f"there is no job {clean(key)!r} in {clean(journal)}"])
        item = batch.settle(key, request_id=request_id, lost=lost)
    if is_person(as_json):
        print_line(_line(item))
    else:
        print_data(
            {"key": item.key, "state": item.state, "request_id": item.request_id}
        )


@batch_command.command("export")
@click.argument("file", metavar="FILE.jsonl|FILE.csv")
@JOURNAL
@AS_JSON
def export_command(file: str, journal: str, as_json: bool) -> None:
    """Write what became of each job to a file, replacing it."""
    _require(journal)
    with _journal(journal) as batch:
        written = batch.export(file)
    if is_person(as_json):
        print_line(clean(written))
    else:
        print_data({"file": str(written)})


@contextmanager
def _journal(journal: str, client: Any = None) -> Iterator[Batch]:
    from ...batch import Batch

    with Batch(journal, client) as batch:
        yield batch


def _add(
    session: Session, batch: Batch, files: tuple[str, ...], model: str | None
) -> tuple[int, int]:
    """Add the jobs of some files; return how many are new, and how many there were."""
    from ..requests.rows import read_jobs

    jobs = read_jobs(session, files, model)
    return batch.add(job.addable() for job in jobs), len(jobs)


def _require(journal: str) -> None:
    """Refuse a journal that is not there, which would be made otherwise."""
    if "://" not in journal and not Path(journal).exists():
        line = (
            f"there is no journal {clean(journal)!r}; `{PROGRAM} batch add` makes one"
        )
        raise MistakesError([line], NO_FILE)


def _command(name: str, journal: str) -> str:
    """Return a command over the same journal."""
    place = "" if journal == "batch.db" else f" --journal {shlex.quote(clean(journal))}"
    return f"{PROGRAM} batch {name}{place}"


@batch_command.command("work")
@JOURNAL
@CONCURRENCY
@click.option(
    "--per-minute",
    type=click.IntRange(min=1),
    metavar="N",
    help="Jobs begun a minute at most, by all machines.",
)
@CEILING
@UNPRICED
@OUT
@timeout_option("How long to wait for each.")
@MOVED
@click.option("--until-empty", is_flag=True, help="Return once nothing is left to do.")
@click.pass_obj
def work_command(
    session: Session,
    journal: str,
    concurrency: int,
    per_minute: int | None,
    max_cost_usd: str | None,
    allow_unpriced: bool,
    out: str | None,
    timeout: float | None,
    moved: bool,
    until_empty: bool,
) -> None:
    """Work on a journal that machines share; the same command on each of them."""
    if "://" not in journal:
        raise ConfigurationError(
            "Machines share a journal in PostgreSQL: --journal postgresql://user@host/db."
        )
    try:
        work = import_module("...integrations.dbos", __package__).work
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{error.name} is not installed: pip install 'runcomfy-models[distributed]'."
        ) from None
    if moved:
        with _journal(journal) as batch:
            batch.move_here()
    work(
        journal,
        session.client,
        concurrency,
        per_minute,
        max_cost_usd=max_cost_usd,
        allow_unpriced=allow_unpriced,
        out=out,
        timeout=timeout,
        until_empty=until_empty,
    )
