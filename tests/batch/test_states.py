"""The state machine: each state takes what its table says, and nothing else."""

from decimal import Decimal
from typing import Any

import pytest

from runcomfy_models._batch import states
from runcomfy_models._batch.states import (
    Adopt,
    CeilingError,
    Claim,
    Ended,
    Event,
    Hold,
    Lost,
    Orphaned,
    Refused,
    Retry,
    Row,
    Saved,
    Settle,
    State,
    StepError,
    Taken,
    Unsent,
    after,
    next_step,
    to_nano,
    to_usd,
)

EVENTS: dict[str, Event] = {
    "claim": Claim(1, "http://x", 40, None),
    "taken": Taken(1, "r"),
    "unsent": Unsent(1, "busy"),
    "refused": Refused(1, "no"),
    "lost": Lost(1, "?"),
    "orphaned": Orphaned(1),
    "adopt": Adopt(2, 1),
    "succeeded": Ended("succeeded", 40, "{}", None),
    "failed": Ended("failed", None, None, "no"),
    "cancelled": Ended("cancelled", 0, None, "stopped"),
    "saved": Saved("[]"),
    "found": Settle("r"),
    "none": Settle(None),
    "retry": Retry(),
    "hold": Hold(7, "dear"),
}
TABLE: dict[State, dict[str, State]] = {
    "new": {"claim": "sending", "hold": "new"},
    "sending": {
        "taken": "submitted",
        "unsent": "new",
        "refused": "failed",
        "lost": "uncertain",
        "orphaned": "uncertain",
    },
    "uncertain": {"taken": "submitted", "found": "submitted", "none": "new"},
    "submitted": {
        "adopt": "submitted",
        "succeeded": "succeeded",
        "failed": "failed",
        "cancelled": "cancelled",
    },
    "succeeded": {"saved": "succeeded", "adopt": "succeeded"},
    "failed": {"retry": "new"},
    "cancelled": {"retry": "new"},
}
NO_NEWS = {
    *(("sending", "claim"), ("submitted", "taken"), ("new", "unsent")),
    *(("succeeded", "taken"), ("failed", "taken"), ("cancelled", "taken")),
    *(("failed", "refused"), ("uncertain", "lost")),
    *(
        (state, event)
        for state in states.ENDS
        for event in ("succeeded", "failed", "cancelled")
    ),
}


def row_of(state: State) -> Row:
    named = state in ("submitted", *states.ENDS)
    return Row(1, state, owner=1, request_id="r" if named else None, estimate=40)


@pytest.mark.parametrize("state", states.STATES)
@pytest.mark.parametrize("name", EVENTS)
def test_each_state_takes_what_the_table_says(state: State, name: str) -> None:
    row = row_of(state)
    wanted = TABLE[state].get(name)
    if wanted is not None:
        changes = next_step(row, EVENTS[name], 0, "now")
        assert after(row, changes).state == wanted
        assert changes
    elif (state, name) in NO_NEWS:
        assert next_step(row, EVENTS[name], 0, "now") == {}
    else:
        with pytest.raises(StepError, match=state):
            next_step(row, EVENTS[name], 0, "now")


@pytest.mark.parametrize("name", ["taken", "unsent", "refused", "lost", "orphaned"])
def test_only_the_worker_that_sends_has_a_say(name: str) -> None:
    row = Row(1, "sending", owner=2)
    with pytest.raises(StepError):
        next_step(row, EVENTS[name], 0, "now")


def test_a_claim_of_another_worker_is_refused() -> None:
    for state in ("sending", "submitted"):
        with pytest.raises(StepError):
            next_step(Row(1, state, owner=2), EVENTS["claim"], 0, "now")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("estimate", "spent", "ceiling", "fits"),
    [
        (40, 60, 100, True),
        (41, 60, 100, False),
        (None, 60, 100, True),
        (9, 9, None, True),
    ],
)
def test_a_claim_stays_below_the_ceiling(
    estimate: int | None, spent: int, ceiling: int | None, fits: bool
) -> None:
    event = Claim(1, "http://x", estimate, ceiling)
    if fits:
        assert next_step(Row(1, "new"), event, spent, "now")["state"] == "sending"
    else:
        with pytest.raises(CeilingError):
            next_step(Row(1, "new"), event, spent, "now")


def test_what_a_job_counts_for() -> None:
    row = Row(1, "new")
    assert row.counted() == 0
    for name, counted in [
        *(("claim", 40), ("lost", 40), ("found", 40), ("failed", 40), ("retry", 40)),
        *(("claim", 80), ("taken", 80), ("cancelled", 40), ("retry", 40)),
        *(("claim", 80), ("taken", 80), ("succeeded", 80)),
    ]:
        row = after(row, next_step(row, EVENTS[name], 0, "now"))
        assert row.counted() == counted, name
    assert row.earlier.splitlines() == ["r", "r"]


@pytest.mark.parametrize(
    ("usd", "nano"),
    [
        *(("0.1", 100_000_000), ("0", 0), ("12.5", 12_500_000_000)),
        *(("0.0000000001", 0), ("-1", None), ("1e30", None)),
    ],
)
def test_dollars_and_nano_dollars(usd: str, nano: int | None) -> None:
    assert to_nano(Decimal(usd)) == nano
    if nano:
        assert str(to_usd(nano)) == usd


def test_an_estimate_is_rounded_up() -> None:
    assert to_nano(Decimal("0.0000000001"), up=True) == 1
    assert to_nano(None) is None
    whole: Any = to_usd(100 * 10**9)
    assert str(whole) == "100"
