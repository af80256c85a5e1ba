"""Many jobs at once: all of them come back, and no more than wished are in flight."""

import asyncio
import gc
import threading
import time
import tracemalloc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from runcomfy_models import (
    AsyncRunComfy,
    InvalidInputError,
    JobFailedError,
    Result,
    RunComfy,
    WaitTimeoutError,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from tests.support.faces import Face
from tests.support.scripted_server import Received, Reply, ScriptedServer

FAILED = Reply(json={"status": "failed", "error": "no"})


def inputs(count: int) -> Iterator[flux_2_pro_edit.Input]:
    for number in range(count):
        yield flux_2_pro_edit.Input(prompt=str(number), image_urls=["https://x.test/a"])


def forget_what_ran_before() -> None:
    """Collect it now, and say nothing of it: what is collected later is this test's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


class Service(ScriptedServer):
    """Takes jobs, runs each for some polls, and counts those in flight."""

    polls = 2

    def __init__(self) -> None:
        super().__init__()
        self.running: dict[str, int] = {}
        self.most = 0

    def reply_to(self, call: Received) -> Reply:
        with self.lock:
            endpoint = self.endpoint(call)
            if endpoint == "submit":
                prompt = call.json["prompt"]
                if prompt == "refused":
                    return Reply(422)
                self.running[prompt] = 0 if prompt == "quick" else self.polls
                self.most = max(self.most, len(self.running))
                return Reply(json={"request_id": prompt})
            request_id = call.path.split("/")[-2]
            if endpoint == "status" and self.running.get(request_id):
                self.running[request_id] -= 1
                return Reply(json={"status": "in_progress"})
            if endpoint == "result":
                self.running.pop(request_id, None)
                if request_id == "failed":
                    return FAILED
            return self.default(endpoint, request_id)


@pytest.fixture
def server() -> Iterator[Service]:
    server = Service()
    yield server
    server.stop()


def test_all_come_back_and_few_are_in_flight(face: Face, server: Service) -> None:
    found = dict(face.client().run_many(inputs(40), concurrency=5))
    assert sorted(found) == list(range(40))
    for number, outcome in found.items():
        assert isinstance(outcome, Result)
        assert outcome.request_id == str(number)
        assert isinstance(outcome.output, flux_2_pro_edit.Output)
    assert 2 <= server.most <= 5


def test_none_is_lost_when_some_fail(face: Face, server: Service) -> None:
    def mixed() -> Iterator[Any]:
        for number, each in enumerate(inputs(9)):
            if number in (3, 4):
                each.prompt = "refused" if number == 3 else "failed"
            yield "no input" if number == 5 else each

    found = dict(face.client().run_many(mixed(), concurrency=3))
    assert sorted(found) == list(range(9))
    kinds = {number: type(outcome) for number, outcome in found.items()}
    assert kinds.pop(3) is InvalidInputError
    assert kinds.pop(4) is JobFailedError
    assert kinds.pop(5) is TypeError
    assert set(kinds.values()) == {Result}


def test_a_job_that_times_out_is_an_outcome(face: Face, server: Service) -> None:
    server.polls = 10**9
    ((index, outcome),) = face.client().run_many(inputs(1), timeout=0.05)
    assert index == 0
    assert isinstance(outcome, WaitTimeoutError)
    assert outcome.job.request_id == "0"


def test_a_fault_in_the_inputs_comes_after_what_was_begun(
    face: Face, server: Service
) -> None:
    def broken() -> Iterator[flux_2_pro_edit.Input]:
        yield from inputs(3)
        raise LookupError("no more")

    many = face.client().run_many(broken(), concurrency=2)
    assert sorted(next(many)[0] for _ in range(3)) == [0, 1, 2]
    with pytest.raises(LookupError, match="no more"):
        next(many)


def test_no_inputs_no_outcomes(face: Face, server: Service) -> None:
    assert list(face.client().run_many([])) == []
    assert not server.received


def test_inputs_are_taken_only_as_they_are_needed(face: Face, server: Service) -> None:
    taken = []

    def endless() -> Iterator[flux_2_pro_edit.Input]:
        for number in range(10**9):
            taken.append(number)
            yield next(inputs(1)).model_copy(update={"prompt": str(number)})

    many = face.client().run_many(endless(), concurrency=3)
    seen = [next(many) for _ in range(5)]
    time.sleep(0.05)
    assert len(taken) <= 8
    many.close()
    assert len(seen) == 5


def test_stopping_half_way_names_what_goes_on(
    face: Face, server: Service, caplog: pytest.LogCaptureFixture
) -> None:
    server.polls = 10**9
    forget_what_ran_before()

    def mixed() -> Iterator[flux_2_pro_edit.Input]:
        for number, each in enumerate(inputs(50)):
            each.prompt = "quick" if number == 2 else each.prompt
            yield each

    many = face.client().run_many(mixed(), concurrency=4)
    next(many)
    began = time.monotonic()
    many.close()
    assert time.monotonic() - began < 1
    left = {word.strip(",") for word in caplog.text.split()}
    assert server.running
    assert left >= server.running.keys()
    assert "left running" in caplog.text
    del many
    gc.collect()
    assert "GeneratorExit" not in caplog.text
    assert not server.calls("cancel")
    assert not any("_work" in thread.name for thread in threading.enumerate())


def test_a_slow_consumer_does_not_stop_the_polls(server: Service, token: str) -> None:
    server.polls = 4
    with RunComfy(token, base_url=server.url, poll_interval=0.01) as client:
        many = client.run_many(inputs(6), concurrency=6)
        next(many)
        latest = time.monotonic() + 5
        while server.running:
            assert time.monotonic() < latest
            time.sleep(0.01)
        assert len(list(many)) == 5


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_hundreds_in_flight_cost_few_threads_and_little_memory(
    server: Service, token: str, kind: str
) -> None:
    count = 100
    peak_threads = 0
    options: Any = {"base_url": server.url, "poll_interval": 0.05}

    def look() -> int:
        nonlocal peak_threads
        mine = [t for t in threading.enumerate() if "process_request" not in t.name]
        peak_threads = max(peak_threads, len(mine))
        return 1

    async def main() -> int:
        async with AsyncRunComfy(token, **options) as client:
            outcomes = client.run_many(inputs(count), concurrency=count)
            return sum([look() async for _ in outcomes])

    gc.collect()
    tracemalloc.start()
    try:
        if kind == "sync":
            with RunComfy(token, **options) as client:
                many = client.run_many(inputs(count), concurrency=count)
                assert sum(look() for _ in many) == count
        else:
            assert asyncio.run(main()) == count
        server.received.clear()
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_threads < 45
    assert kept < 8_000_000


def test_stopping_lets_a_submit_under_way_tell_its_id(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    plain = ScriptedServer()
    try:
        slow = Reply(json={"request_id": "slow-1"}, trickle=0.01)
        plain.script("submit", Reply(json={"request_id": "quick"}), slow)
        many = face.client(base_url=plain.url).run_many(inputs(2), concurrency=2)
        assert next(many)[1].request_id == "quick"
        many.close()
        assert len(plain.calls("submit")) == 2
    finally:
        plain.stop()
    assert ": slow-1" in caplog.text
