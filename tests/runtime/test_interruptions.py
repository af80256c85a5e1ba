"""Interrupted at any moment, a paid job is named: the service's ledger is the judge.

A signal is raised at every so many lines and opcodes of all that runs in the main thread,
and tasks are cancelled at every turn of their loop. What the service took must be told.
"""

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from runcomfy_models import AsyncRunComfy, RunComfy, RunComfyError
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from tests.support.faces import hurried
from tests.support.scripted_server import Reply, ScriptedServer
from tests.support.signals import Striker

# What is interrupted in the midst of connecting leaves its socket to the collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)

HANGING = Reply(hang=True)
RUNNING = Reply(json={"status": "in_progress"})


@pytest.fixture
def client(server: ScriptedServer, token: str) -> Iterator[RunComfy]:
    with RunComfy(token, base_url=server.url, poll_interval=0.001) as client:
        hurried(client).run_model("a/b", {})  # imports what it needs
        yield client


def told_by(error: BaseException) -> str:
    """Return what an interruption says, by itself and not by the log."""
    notes = getattr(error, "__notes__", ())
    return " ".join([*notes, str(getattr(error, "request_id", ""))])


def inputs(count: int) -> Iterator[flux_2_pro_edit.Input]:
    for number in range(count):
        yield flux_2_pro_edit.Input(prompt=str(number), image_urls=["https://x.test/a"])


@pytest.mark.parametrize(
    ("event", "way", "step"),
    [
        ("line", "submit", 5),
        ("opcode", "submit", 41),
        pytest.param("line", "run", 97, marks=pytest.mark.stress),
    ],
)
def test_a_signal_at_any_line_names_what_the_service_took(
    client: RunComfy, server: ScriptedServer, event: str, way: str, step: int
) -> None:
    action = client.submit_model if way == "submit" else client.run_model
    told: dict[str, str] = {}
    for number in range(1, 100_000, step):
        model_id = f"a/b-{number}"
        striker = Striker(event, number)
        error = striker.strike(partial(action, model_id, {}))
        if not striker.struck:
            break
        assert isinstance(error, KeyboardInterrupt), (striker.struck, error)
        told[model_id] = f"{told_by(error)} at {striker.struck}"
    assert judge(server, told) > 10


def judge(server: ScriptedServer, told: dict[str, str]) -> int:
    """Hold what callers were told against all that was taken; count what was named.

    At the end, and by a model for each trial: a trial that is over before the service
    has counted what it took would be charged to the next one.
    """
    named = 0
    for model_id, said in told.items():
        for request_id in server.taken_of(model_id):
            assert request_id in said or "may be running" in said, (model_id, said)
            named += request_id in said
    return named


def interrupt_soon(seconds: float, times: int = 1) -> threading.Thread:
    """Press Ctrl-C in a moment, and again a moment later."""

    def press() -> None:
        for _ in range(times):
            time.sleep(seconds)
            os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    return thread


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_while_the_service_hangs_says_that_the_job_may_exist(
    client: RunComfy, server: ScriptedServer, times: int
) -> None:
    server.script("submit", HANGING)
    began = time.monotonic()
    pressing = interrupt_soon(0.1, times)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.submit_model("acme/fox", {})
    pressing.join()
    assert time.monotonic() - began < 1.5
    assert "The submit of acme/fox was interrupted; it was sent at 20" in told_by(
        caught.value
    )


def test_an_answer_that_comes_after_ctrl_c_is_named_in_the_log(
    client: RunComfy, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    slow = Reply(json={"request_id": "late-1"}, trickle=0.05)
    server.script("submit", slow)
    interrupt_soon(0.1)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.submit_model("a/b", {})
    assert "may be running" in told_by(caught.value)
    end = time.monotonic() + 5
    while "late-1" not in caplog.text and time.monotonic() < end:
        time.sleep(0.02)
    assert "Job late-1 of a/b was left running" in caplog.text


def test_what_is_interrupted_before_it_left_does_not_leave(
    token: str, server: ScriptedServer
) -> None:
    """Its connection is still being made, to something that never accepts."""
    import socket

    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(address)
        url = f"http://127.0.0.1:{address[1]}"
        with RunComfy(token, base_url=url) as client:
            interrupt_soon(0.2)
            with pytest.raises(KeyboardInterrupt) as caught:
                client.submit_model("a/b", {})
            assert told_by(caught.value).strip() in ("", "None")
        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    ("hanging", "times"),
    [("submit", 1), ("submit", 2), ("status", 1), ("status", 2), ("nothing", 1)],
)
def test_ctrl_c_in_run_many_ends_soon_and_names_all(
    client: RunComfy,
    server: ScriptedServer,
    caplog: pytest.LogCaptureFixture,
    hanging: str,
    times: int,
) -> None:
    server.script("status", RUNNING)
    if hanging != "nothing":
        server.script(hanging, HANGING)
    began = time.monotonic()
    pressing = interrupt_soon(0.3, times)
    try:
        with pytest.raises(KeyboardInterrupt) as caught:
            list(client.run_many(inputs(8), concurrency=4))
    finally:
        pressing.join()
    assert time.monotonic() - began < 0.3 * times + 1
    told = told_by(caught.value) + caplog.text
    taken = server.taken_of(flux_2_pro_edit.Input.model_id)
    assert all(request_id in told for request_id in taken)
    if hanging == "submit":
        assert told_by(caught.value).count("may be running") == 4


def tell_all(errors: list[BaseException], logged: str) -> str:
    return " ".join([*map(told_by, errors), logged])


def loop_turns(
    server: ScriptedServer,
    token: str,
    start: Callable[[AsyncRunComfy, str], Any],
    cancels: int,
) -> dict[str, str]:
    """Cancel a task after each number of turns; return what was told, by its model."""

    async def main(turns: int, model_id: str) -> tuple[bool, BaseException | None]:
        async with AsyncRunComfy(token, base_url=server.url) as client:
            hurried(client)
            task = asyncio.ensure_future(start(client, model_id))
            for _ in range(turns):
                await asyncio.sleep(0)
            for _ in range(cancels):
                task.cancel()
                await asyncio.sleep(0)
            await asyncio.wait({task})
            if task.cancelled():
                try:
                    await task
                except asyncio.CancelledError as error:
                    return True, error
            return False, task.exception()

    told: dict[str, str] = {}
    for turns in range(0, 400, 7):
        model_id = f"a/b-{turns}"
        cancelled, error = asyncio.run(main(turns, model_id))
        if not cancelled and error is None:
            break
        assert error is not None
        told[model_id] = told_by(error)
    return told


@pytest.mark.parametrize("cancels", [1, 2])
@pytest.mark.parametrize("way", ["submit_model", "run_model"])
def test_a_cancellation_at_any_turn_names_what_the_service_took(
    server: ScriptedServer, token: str, way: str, cancels: int
) -> None:
    def start(client: AsyncRunComfy, model_id: str) -> Any:
        return getattr(client, way)(model_id, {})

    told = loop_turns(server, token, start, cancels)
    # Cut short twice, the client may be done before the service counts what it took.
    uncertain = [said for said in told.values() if "may be running" in said]
    assert judge(server, told) or uncertain


@pytest.mark.parametrize("cancels", [1, 2])
def test_a_cancelled_run_many_names_all(
    server: ScriptedServer, token: str, cancels: int, caplog: pytest.LogCaptureFixture
) -> None:
    server.script("status", RUNNING)

    async def many(client: AsyncRunComfy) -> None:
        async for _ in client.run_many(inputs(6), concurrency=3):
            pass

    async def main() -> asyncio.CancelledError:
        async with AsyncRunComfy(token, base_url=server.url) as client:
            hurried(client)
            task = asyncio.ensure_future(many(client))
            while server.submitted < 3:
                await asyncio.sleep(0.01)
            server.script("status", HANGING)
            for _ in range(cancels):
                task.cancel()
                await asyncio.sleep(0.02)
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return caught.value

    told = told_by(asyncio.run(main()))
    assert all(f"req-{n + 1}" in told for n in range(server.submitted))
    assert "left running" in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"error": ' * 900 + b"1" + b"}" * 900, 500),
        (b'{"detail": ' + b"[" * 490 + b"]" * 490 + b"}", 500),
        (b'{"error_code": "' + b"1" * 5000 + b'"}', 500),
        (b'{"error_code": ' + b"1" * 5000 + b"}", 500),
        (b'{"error_code": "' + "\u0661".encode() * 40 + b'"}', 503),
        (b'{"error_message": "' + b"\\u0000\\u001b" * 9000 + b'"}', 502),
    ],
)
def test_hostile_errors_are_ours(
    client: RunComfy, server: ScriptedServer, body: bytes, status: int
) -> None:
    server.script("submit", Reply(status, body=body))
    with pytest.raises(RunComfyError) as caught:
        client.submit_model("a/b", {})
    assert type(caught.value).__name__ == "SubmitServerError"
    assert len(str(caught.value)) < 1200
    assert str(caught.value).isprintable()
    server.script("result", Reply(status, body=body))
    with pytest.raises(RunComfyError) as caught:
        client.job("r").result()
    assert caught.value.request_id == "r"


def test_an_id_that_came_with_an_error_is_kept(
    client: RunComfy, server: ScriptedServer
) -> None:
    server.script("submit", Reply(503, json={"request_id": "half-1"}))
    with pytest.raises(RunComfyError, match="names job half-1") as caught:
        client.submit_model("a/b", {})
    assert caught.value.request_id == "half-1"


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        (Reply(503, json={"error": {"request_id": "half-2"}}), "half-2"),
        (Reply(500, json={"detail": [{"msg": "x", "request_id": "half-3"}]}), "half-3"),
        (
            Reply(500, json={"status_url": "http://x/v1/requests/half-4/status"}),
            "half-4",
        ),
        (Reply(502, headers={"Location": "/v1/requests/half-5/status"}), "half-5"),
        (Reply(200, json={"data": {"request_id": "half-6"}}), "half-6"),
        (Reply(303, headers={"Location": "/v1/requests/half-7"}), "half-7"),
        (Reply(504, json={"input": {"request_id": "the caller's"}}), None),
        (Reply(302, headers={"Location": "/v1/requests/elsewhere"}), None),
        (Reply(429, json={"error": {"request_id": "a trace"}}), None),
    ],
)
def test_an_id_is_kept_wherever_it_stands(
    server: ScriptedServer, token: str, reply: Reply, named: str | None
) -> None:
    server.script("submit", reply)
    with (
        RunComfy(token, base_url=server.url, max_retries=0) as client,
        pytest.raises(RunComfyError) as caught,
    ):
        client.submit_model("a/b", {})
    assert caught.value.request_id == named
    assert not named or f"names job {named}" in str(caught.value)
    assert named or not getattr(caught.value, "__notes__", ())


def test_what_a_call_is_traced_by_is_said(
    client: RunComfy, server: ScriptedServer
) -> None:
    server.script("submit", Reply(503, headers={"X-Request-Id": "trace-1"}))
    with pytest.raises(RunComfyError, match="X-Request-Id is trace-1") as caught:
        client.submit_model("a/b", {})
    assert caught.value.request_id is None


def test_what_a_schedule_raises_carries_the_id(
    server: ScriptedServer, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    def schedule(waited: float) -> float:
        raise LookupError("no schedule")

    server.script("status", RUNNING)
    with (
        RunComfy(token, base_url=server.url, poll_interval=schedule) as client,
        pytest.raises(LookupError) as caught,
    ):
        client.run_model("a/b", {})
    assert "req-1" in told_by(caught.value)


def test_a_client_that_is_closed_meanwhile_names_the_job(
    server: ScriptedServer, token: str
) -> None:
    server.script("status", RUNNING)
    client = RunComfy(token, base_url=server.url, poll_interval=0.01)
    threading.Timer(0.1, client.close).start()
    with pytest.raises(RunComfyError) as caught:
        client.run_model("a/b", {})
    assert caught.value.request_id == "req-1"


def test_each_submit_is_logged_at_once(
    client: RunComfy, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "runcomfy_models")
    client.submit_model("acme/fox", {})
    assert "model acme/fox: submitted as request req-2" in caplog.text
