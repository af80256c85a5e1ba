"""Many steps in one transaction: whoever comes while one is written joins the next.

A durable transaction waits for the disk. Steps of jobs that run at the same time are
collected while it does, so that a thousand of them wait for a few dozen writes, and each
is on the disk when its `put` is over.

A request_id that cannot be written, as on a full disk, is tried for a while: it is the
one thing that no other place knows.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import Protocol

from .._core.log import log
from ..errors import JournalError
from .journal import Journal
from .states import Event, Row, StepError, Taken

PERSISTENCE = 10.0
"""Seconds for which a request_id is tried to be written."""
MOST = 500
"""Steps of one transaction."""


class Ticket:
    """A step that is to be taken, and then what came of it."""

    def __init__(self, row_id: int, event: Event) -> None:
        self.row_id = row_id
        self.event = event
        self.outcome: Row | StepError | BaseException | None = None

    def result(self) -> Row:
        """Return the job as it is now, or raise why the step was not taken."""
        assert self.outcome is not None
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


class Commits(Protocol):
    """Takes steps, and is over with each when it is on the disk."""

    def put(self, ticket: Ticket) -> object:
        """Take a step; what it returns is awaited where it can be."""

    def close(self) -> None:
        """Take no more."""


class ThreadCommits:
    """For threads: one of those that wait writes for all."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._changed = Condition()
        self._waiting: list[Ticket] = []
        self._is_writing = False

    def put(self, ticket: Ticket) -> None:
        """Take a step, and return when it is on the disk."""
        with self._changed:
            self._waiting.append(ticket)
            while ticket.outcome is None and self._is_writing:
                self._changed.wait()
            if ticket.outcome is not None:
                return
            self._is_writing = True
        try:
            while ticket.outcome is None:
                with self._changed:
                    tickets = self._waiting[:MOST]
                    del self._waiting[:MOST]
                write(self._journal, tickets)
        finally:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()

    def close(self) -> None:
        """Nothing is left to do."""


class TaskCommits:
    """For tasks: a thread beside the event loop writes for all."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[tuple[Ticket, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "runcomfy-journal")

    def put(self, ticket: Ticket) -> asyncio.Future[None]:
        """Take a step; the future is done when it is on the disk."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((ticket, done))
        if self._writer is None:
            self._writer = asyncio.ensure_future(self._write())
        return done

    def close(self) -> None:
        """Let the thread end, once it has written."""
        self._thread.shutdown(wait=True)

    async def _write(self) -> None:
        """Write until nobody waits."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            taken = self._waiting[:MOST]
            del self._waiting[:MOST]
            tickets = [ticket for ticket, _ in taken]
            await loop.run_in_executor(self._thread, write, self._journal, tickets)
            for _, done in taken:
                if not done.done():
                    done.set_result(None)
        self._writer = None


def write(
    journal: Journal,
    tickets: Iterable[Ticket],
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Take these steps in one transaction; none is left without an outcome."""
    tickets = list(tickets)
    end = now() + PERSISTENCE
    while tickets:
        try:
            found = journal.apply([(each.row_id, each.event) for each in tickets])
        except BaseException as error:
            tickets = _give_up(journal, tickets, error, now() < end)
            if tickets:
                sleep(0.5)
        else:
            for ticket, outcome in zip(tickets, found, strict=True):
                ticket.outcome = outcome
            return


def _give_up(
    journal: Journal, tickets: list[Ticket], error: BaseException, is_early: bool
) -> list[Ticket]:
    """Let steps fail but for those that must not, and return these."""
    kept = []
    for ticket in tickets:
        if not isinstance(ticket.event, Taken):
            ticket.outcome = error
        elif is_early:
            kept.append(ticket)
        else:
            ticket.outcome = _unwritten(journal, ticket.row_id, ticket.event, error)
    return kept


def _unwritten(
    journal: Journal, row_id: int, taken: Taken, error: BaseException
) -> JournalError:
    """Return the error for a request_id that is nowhere but in it, and in the log."""
    message = (
        f"Job {row_id} of {journal.name} was submitted as request {taken.request_id}, "
        f"which could not be written: {error} Once the journal can be written, settle "
        f"the job with request_id={taken.request_id!r}."
    )
    log.error("%s", message)
    return JournalError(message, request_id=taken.request_id)
