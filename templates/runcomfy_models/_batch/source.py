"""Which jobs a run takes up: first those that are under way, then the new ones.

No thread or task in here: whoever needs more jobs asks for the next page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .journal import Journal
from .records import Record

if TYPE_CHECKING:
    from .run import Run

PAGE = 200


class Source:
    """The jobs of one run, page by page, each once while it is in hand.

    It sweeps through the journal until a sweep finds nothing: jobs may be added, given
    back or left behind by other processes meanwhile.
    """

    def __init__(self, journal: Journal, run: Run) -> None:
        self._journal = journal
        self._run = run
        self._above = 0
        self._is_following = True
        self._is_first = True
        self._found = 0

    def next_page(self) -> list[Record] | None:
        """Return the next jobs; None where there are no more."""
        while not self._run.is_stopping:
            page = self._followed() if self._is_following else self._new()
            if page:
                self._found += len(page)
                return page
            is_over = page is None
            if is_over and self._found == 0:
                return None
            if is_over:
                self._is_following, self._found = True, 0
        return None

    def _followed(self) -> list[Record] | None:
        """Take over jobs that nobody follows."""
        if not self._above:
            self._journal.recover(self._is_first)
        ids, above = self._journal.adopt(
            self._above, PAGE, self._run.out is not None, self._is_first
        )
        self._above = above or 0
        if above is None:
            self._is_following = self._is_first = False
        return self._taken(self._journal.records_of(ids))

    def _new(self) -> list[Record] | None:
        """Return jobs that are to be sent; None after the last of this sweep.

        They are read in the statement that finds them new. One that was looked up a
        moment later might be followed by another process already, and told by both.
        """
        page = self._journal.new_jobs(self._above, self._run.number, PAGE)
        if not page:
            self._above = 0
            return None
        self._above = page[-1].id
        return self._taken(page)

    def _taken(self, page: list[Record]) -> list[Record]:
        """Take these jobs in hand, and return those that were not."""
        free = [record for record in page if record.id not in self._run.in_hand]
        self._run.in_hand.update(record.id for record in free)
        return free
