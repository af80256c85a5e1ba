"""A small soak with fixed seeds, and clients broken on purpose that it must catch."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from benchmarks.soak.run import Report, soak
from runcomfy_models._core import answers, operations, service_rules
from runcomfy_models._core.secret import Secret
from runcomfy_models._core.submission import Submission
from runcomfy_models._http import sync_engine

small = partial(soak, batches=3, timeout=0.5)


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=[pytest.mark.stress, pytest.mark.soak])]
)
def test_nothing_is_lost_doubled_told_wrong_or_left_over(seed: int) -> None:
    report = small(150, seed)
    assert not report.problems
    assert report.outcomes.total() == 150
    assert report.outcomes["Result"] > 50
    struck = {label.partition("/")[2] for label in report.faults}
    assert len(struck) > 20
    assert len(report.ways) == 8
    assert report.lines > report.faults.total()


def send_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a lost answer for a request that never left."""
    monkeypatch.setattr(Submission, "sending", lambda self: None)


def call_it_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise a plain error where the answer to a submit cannot be read."""
    monkeypatch.setattr(
        operations, "SubmitUnreadableError", operations.UnexpectedResponseError
    )


def call_it_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a failed job for one that went well."""
    monkeypatch.setattr(service_rules, "outcome_of", lambda body: "succeeded")


def trust_the_last_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Believe "too late" although an earlier cancel did it."""
    fetch = operations.fetch

    def forgetful(*args: Any, on_fault: Any = None, **options: Any) -> Any:
        return fetch(*args, **options)

    monkeypatch.setattr(operations, "fetch", forgetful)


def show_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat what the service echoes."""
    monkeypatch.setattr(Secret, "redact", lambda self, text: text)


def log_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Log the headers."""
    log_call = sync_engine.log_call

    def chatty(method: str, url: str, started: float, reply: Any) -> None:
        from benchmarks.soak.chaos import TOKEN

        log_call(method, f"{url} {TOKEN}", started, reply)

    monkeypatch.setattr(sync_engine, "log_call", chatty)


def keep_every_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what each refusal said, with room for more."""
    kept: list[object] = []
    read = answers.has_ended

    def hoard(body: Any) -> bool:
        kept.append(bytearray(500_000))
        return read(body)

    monkeypatch.setattr(answers, "has_ended", hoard)


def leave_connections_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close no client, and let none be collected."""
    monkeypatch.setattr(sync_engine.SyncEngine, "close", lambda self: KEPT.append(self))


KEPT: list[sync_engine.SyncEngine] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    while KEPT:
        KEPT.pop().close()


TOGETHER: list[dict[Callable[[pytest.MonkeyPatch], None], str]] = [
    {
        send_again: "submitted twice",
        trust_the_last_answer: "was not cancelled, it is said, and was",
        log_the_token: "the log shows the token",
        keep_every_answer: "memory grew",
        leave_connections_open: "connections at the service were left",
    },
    {
        call_it_refused: "the client says that it was refused",
        call_it_done: "ended failed, and is told otherwise",
        show_the_token: "shows the token in a SubmitServerError",
    },
]


@pytest.mark.stress
@pytest.mark.soak
@pytest.mark.parametrize(
    ("seed", "faults"), [*zip((4, 1), TOGETHER, strict=True)], ids=["calls", "words"]
)
def test_a_client_broken_on_purpose_is_caught(
    seed: int,
    faults: dict[Callable[[pytest.MonkeyPatch], None], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as broken:
        for break_it in faults:
            break_it(broken)
        report: Report = small(100, seed)
    for found in faults.values():
        assert any(found in problem for problem in report.problems), found
