"""One pause for all calls of a client, where the service says that they are too many.

A 429 is a refusal: nothing was started, and a submit may be sent again. All calls then
wait for as long as the service asks. After the pause, submits go one by one with a gap
between them, which doubles at each further 429 and shrinks with each that is taken: so
the client finds the rate that the service bears, and keeps near it.

No lock: a race between two threads moves a submit by one gap, and a lock would not
survive a fork.
"""

from __future__ import annotations

FIRST_GAP = 0.02
LONGEST_GAP = 2.0
SHORTEST_GAP = 0.002
SHRINK = 0.96


class Pacing:
    """When the calls of one client may go. Times are by the monotonic clock."""

    def __init__(self, longest_gap: float = LONGEST_GAP) -> None:
        self._longest_gap = longest_gap
        self.taken = 0
        """How many submits the service took so far."""
        self.burst = 0
        """How many bursts were refused: the slots of before are void then."""
        self._resume = 0.0
        self._gap = 0.0
        self._next = 0.0
        self._changed = 0.0

    def slot(self, now: float) -> float:
        """Return when the next submit may go, and keep that moment for it."""
        if not self._gap:
            return now
        self._next = max(self._next + self._gap, self._resume, now)
        return self._next

    def pause(self, now: float, slot: float = 0.0) -> float:
        """Return the seconds until a call may go, 0 where it may now."""
        return max(self._resume - now, slot - now, 0.0)

    def refused(self, sent: float, now: float, seconds: float) -> None:
        """Let all wait, after a 429 to a call that was sent at this time."""
        self._resume = max(self._resume, now + seconds)
        if sent >= self._changed:  # else of the same burst as the last
            self._gap = min(max(self._gap * 2, FIRST_GAP), self._longest_gap)
            self._changed = now
            self._next = self._resume
            self.burst += 1

    def accepted(self) -> None:
        """Go a little faster, after a submit that was taken."""
        self.taken += 1
        gap = self._gap * SHRINK
        self._gap = gap if gap > SHORTEST_GAP else 0.0
