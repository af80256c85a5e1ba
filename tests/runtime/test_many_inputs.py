"""What the caller's iterator, callback and jobs do to `run_many`, and a busy service."""

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from runcomfy_models import AsyncRunComfy, Job, RateLimitError, Result, RunComfy
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from tests.support.faces import QUICK, Face, hurried
from tests.support.scripted_server import Received, Reply, ScriptedServer

RUNNING = Reply(json={"status": "in_progress"})


def an_input(number: int = 0) -> flux_2_pro_edit.Input:
    return flux_2_pro_edit.Input(prompt=str(number), image_urls=["https://x.test/a"])


def inputs(count: int) -> Iterator[flux_2_pro_edit.Input]:
    return map(an_input, range(count))


class Busy(ScriptedServer):
    """Takes so many submits a second, and refuses the others."""

    rate = 30
    retry_after: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []
        self.refused = 0

    def reply_to(self, call: Received) -> Reply:
        if self.endpoint(call) == "submit":
            with self.lock:
                now = time.monotonic()
                self.taken = [moment for moment in self.taken if now - moment < 1]
                if len(self.taken) >= self.rate:
                    self.refused += 1
                    headers = {"Retry-After": self.retry_after}
                    return Reply(429, headers=headers if self.retry_after else {})  # type: ignore[arg-type]
                self.taken.append(now)
        return super().reply_to(call)


@pytest.fixture
def busy() -> Iterator[Busy]:
    server = Busy()
    yield server
    server.stop()


@pytest.mark.parametrize("retry_after", [None, "0.2"])
def test_a_service_that_takes_few_a_second_loses_none(
    face: Face, busy: Busy, retry_after: str | None
) -> None:
    busy.retry_after = retry_after
    timing = QUICK._replace(first_backoff=0.1, longest_backoff=0.4)
    client = face.client(timing, base_url=busy.url, max_retries=4)
    many = client.run_many(inputs(80), concurrency=64)
    outcomes = [outcome for _, outcome in many]
    assert all(isinstance(outcome, Result) for outcome in outcomes)
    assert len({outcome.request_id for outcome in outcomes}) == 80
    assert busy.refused


def test_a_service_that_takes_nothing_is_given_up(
    face: Face, server: ScriptedServer
) -> None:
    server.script("submit", Reply(429))
    outcomes = dict(face.client(max_retries=2).run_many(inputs(3), concurrency=3))
    assert all(isinstance(outcome, RateLimitError) for outcome in outcomes.values())
    assert len(server.received) == 9


class Odd(BaseException):
    """Neither an error nor an exit that anybody knows."""


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(
    "error",
    [
        LookupError("x"),
        SystemExit(3),
        KeyboardInterrupt(),
        asyncio.CancelledError(),
        GeneratorExit(),
        Odd(),
        StopAsyncIteration(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_inputs_raise_comes_out_and_names_the_jobs(
    server: ScriptedServer,
    token: str,
    error: BaseException,
    concurrency: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Broken:
        """An iterator of a class: a generator would turn some of these into others."""

        def __init__(self) -> None:
            self.left = concurrency - 1

        def __iter__(self) -> "Broken":
            return self

        def __next__(self) -> flux_2_pro_edit.Input:
            if self.left:
                self.left -= 1
                return an_input(self.left)
            end = time.monotonic() + 5
            while server.submitted < concurrency - 1 and time.monotonic() < end:
                time.sleep(0.005)
            raise error

    server.script("status", RUNNING)
    began = time.monotonic()
    with (
        RunComfy(token, base_url=server.url, poll_interval=0.01) as client,
        pytest.raises(type(error)) as caught,
    ):
        for _ in hurried(client).run_many(Broken(), concurrency=concurrency):
            pass
    assert time.monotonic() - began < 9
    told = " ".join([caplog.text, *getattr(caught.value, "__notes__", ())])
    assert all(f"req-{n + 1}" in told for n in range(server.submitted))


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        KeyboardInterrupt(),
        asyncio.CancelledError(),
        GeneratorExit(),
        Odd(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("raiser", ["poll_interval", "on_submitted"])
def test_what_a_function_of_the_callers_raises_ends_all_and_names_the_jobs(
    face: Face,
    server: ScriptedServer,
    raiser: str,
    error: BaseException,
    concurrency: int,
) -> None:
    def fail(*arguments: object) -> Any:
        raise error

    server.script("status", RUNNING)
    options = {"poll_interval": fail} if raiser == "poll_interval" else {}
    heard = fail if raiser == "on_submitted" else None
    client = face.client(**options)
    began = time.monotonic()
    with pytest.raises(type(error)) as caught:
        list(client.run_many(inputs(3), concurrency=concurrency, on_submitted=heard))
    assert time.monotonic() - began < 3
    told = " ".join(getattr(caught.value, "__notes__", ()))
    assert all(f"req-{n + 1}" in told for n in range(server.submitted))
    assert server.submitted


def test_a_generator_exit_in_a_wait_carries_the_id(
    face: Face, server: ScriptedServer
) -> None:
    def leave(status: object) -> None:
        raise GeneratorExit

    with pytest.raises(GeneratorExit) as caught:
        face.client().run_model("a/b", {}, on_update=leave)
    assert "req-1" in " ".join(caught.value.__notes__)


def test_inputs_that_cannot_be_begun_are_not_none(face: Face) -> None:
    class Endless:
        def __iter__(self) -> Iterator[Any]:
            raise StopIteration

    with pytest.raises(RuntimeError, match="StopIteration"):
        list(face.client().run_many(Endless()))


def test_a_slow_iterator_holds_back_no_outcome(
    server: ScriptedServer, token: str
) -> None:
    go_on = threading.Event()

    def slow() -> Iterator[flux_2_pro_edit.Input]:
        yield an_input()
        go_on.wait(20)
        yield an_input(1)

    with RunComfy(token, base_url=server.url, poll_interval=0.01) as client:
        many = client.run_many(slow(), concurrency=4)
        assert next(many)[0] == 0
        go_on.set()
        assert [index for index, _ in many] == [1]


def test_an_iterator_that_is_fed_by_outcomes_does_not_hang(
    server: ScriptedServer, token: str
) -> None:
    more: queue.Queue[int | None] = queue.Queue()

    def fed() -> Iterator[flux_2_pro_edit.Input]:
        yield an_input()
        while (number := more.get(timeout=20)) is not None:
            yield an_input(number)

    seen = []
    with RunComfy(token, base_url=server.url, poll_interval=0.01) as client:
        for index, _ in client.run_many(fed(), concurrency=4):
            seen.append(index)
            more.put(None if index == 3 else index + 1)
    assert seen == [0, 1, 2, 3]


def test_leaving_while_the_iterator_blocks_takes_no_second(
    server: ScriptedServer, token: str
) -> None:
    never = threading.Event()

    def stuck() -> Iterator[flux_2_pro_edit.Input]:
        yield an_input()
        never.wait(20)

    with RunComfy(token, base_url=server.url, poll_interval=0.01) as client:
        many = client.run_many(stuck(), concurrency=4)
        next(many)
        began = time.monotonic()
        many.close()
        assert time.monotonic() - began < 1.5
    never.set()


def test_jobs_are_told_of_as_they_are_submitted(
    face: Face, server: ScriptedServer
) -> None:
    told: dict[int, str] = {}
    many = face.client().run_many(
        inputs(5), on_submitted=lambda index, job: told.update({index: job.request_id})
    )
    found = {index: outcome.request_id for index, outcome in many}
    assert told == found
    assert len(told) == 5


def test_what_on_submitted_raises_ends_it_and_names_the_job(
    face: Face, server: ScriptedServer
) -> None:
    def on_submitted(index: int, job: Any) -> None:
        raise OSError("the disk is full")

    many = face.client().run_many(inputs(1), on_submitted=on_submitted)
    with pytest.raises(OSError, match="disk is full") as caught:
        list(many)
    assert "req-1" in "".join(caught.value.__notes__)


def test_jobs_are_taken_up_beside_inputs(face: Face, server: ScriptedServer) -> None:
    client = face.client()
    begun = client.submit_model("a/b", {})
    mixed = [an_input(), getattr(begun, "target", begun), an_input(1)]
    found = dict(client.run_many(mixed, concurrency=1))
    assert found[1].request_id == begun.request_id
    assert server.submitted == 3


def test_a_job_of_another_service_is_refused(
    face: Face, server: ScriptedServer
) -> None:
    other: Job[Any] = Job("r", None, "http://other.test")
    ((_, outcome),) = face.client().run_many([other])
    assert "runs at http://other.test" in str(outcome)
    assert not server.received


def test_inputs_come_asynchronously_too(server: ScriptedServer, token: str) -> None:
    outcomes: asyncio.Queue[int] = asyncio.Queue()

    async def fed() -> AsyncIterator[flux_2_pro_edit.Input]:
        yield an_input()
        for _ in range(3):
            yield an_input(await outcomes.get())

    async def main() -> list[int]:
        seen = []
        async with AsyncRunComfy(token, base_url=server.url) as client:
            async for index, _ in client.run_many(fed(), concurrency=4):
                seen.append(index)
                outcomes.put_nowait(index)
        return seen

    assert asyncio.run(main()) == [0, 1, 2, 3]
