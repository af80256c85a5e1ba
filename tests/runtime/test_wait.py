"""Waiting: the deadline, faults on the way, lookers-on, interruptions, odd endings."""

import asyncio
import functools
import logging
import os
import signal
import threading
import time
from typing import Any

import pytest

from runcomfy_models import (
    AsyncRunComfy,
    JobCancelledError,
    JobFailedError,
    JobStatus,
    NetworkError,
    RequestNotFoundError,
    RunComfy,
    ServerError,
    UnexpectedResponseError,
    WaitTimeoutError,
)
from runcomfy_models._core import waiting
from runcomfy_models._core.effects import Answer, Send, Sleep
from runcomfy_models._core.job_ref import JobRef
from runcomfy_models._core.secret import Secret
from runcomfy_models._core.settings import Settings
from runcomfy_models._core.timing import Timing
from tests.support.faces import QUICK, Blocking, Face
from tests.support.scripted_server import Reply, ScriptedServer

RUNNING = Reply(json={"status": "in_progress"})
COMPLETED = Reply(json={"status": "completed"})


@pytest.mark.parametrize(
    "reply",
    [
        RUNNING,
        Reply(hang=True),
        Reply(500),
        Reply(429, headers={"Retry-After": "30"}),
        Reply(drop=True),
        Reply(body=b"nonsense"),
        Reply(body=b" " * 5000, trickle=0.02),
        Reply(headers={"X-Slow": "x" * 5000}, drip=0.02),
        Reply(headers={"X-Slow": "x" * 5000}, drip=0.0),
    ],
)
def test_the_deadline_holds_and_the_job_goes_on(
    face: Face, server: ScriptedServer, reply: Reply
) -> None:
    server.script("status", reply)
    client = face.client(max_retries=100)
    job = client.job("r")
    for wait in (job.wait, lambda timeout: list(job.updates(timeout))):
        began = time.monotonic()
        with pytest.raises(WaitTimeoutError, match=r"within 0\.12 s") as caught:
            wait(timeout=0.12)
        assert 0.1 < time.monotonic() - began < 1.5
        assert caught.value.job == getattr(job, "target", job)
        assert caught.value.request_id == "r"
    assert not server.calls("cancel")
    server.script("status", COMPLETED)
    again: Any = caught.value.job
    again = Blocking(again, face.runner) if face.kind == "async" else again
    assert again.wait(timeout=5).request_id == "r"


@pytest.mark.parametrize("way", ["http_proxy", "proxy"])
def test_the_deadline_holds_by_a_proxy_too(
    face: Face, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    options: dict[str, Any] = {"base_url": "http://api.test"}
    if way == "proxy":
        options["proxy"] = server.url
    else:
        monkeypatch.setenv(way, server.url)
    server.script("status", Reply(headers={"X-Slow": "x" * 5000}, drip=0.02))
    began = time.monotonic()
    with pytest.raises(WaitTimeoutError):
        face.client(**options).job("r").wait(timeout=0.12)
    assert time.monotonic() - began < 1.5
    assert server.received


def test_a_deadline_of_nothing_looks_once(face: Face, server: ScriptedServer) -> None:
    assert face.client().job("r").wait(timeout=0).request_id == "r"
    server.script("status", RUNNING)
    with pytest.raises(WaitTimeoutError):
        face.client().job("r").wait(timeout=0)


def test_a_wait_gets_over_many_faults(face: Face, server: ScriptedServer) -> None:
    faults = [Reply(500), Reply(429), Reply(drop=True), Reply(body=b"{"), Reply(408)]
    server.script("status", *faults[:3], RUNNING, *faults, RUNNING, *faults, COMPLETED)
    good = server.default("result", "r")
    server.script("result", *faults, good)
    assert face.client(max_retries=2).job("r").wait(timeout=5).request_id == "r"


def test_a_silence_that_lasts_ends_the_wait(face: Face, server: ScriptedServer) -> None:
    timing = QUICK._replace(max_silence=0.1)
    for reply, kind in (
        (Reply(500), ServerError),
        (Reply(drop=True), NetworkError),
        (Reply(body=b"<html>"), UnexpectedResponseError),
    ):
        server.script("status", reply)
        with pytest.raises(kind) as caught:
            face.client(timing, max_retries=3).job("r").wait()
        assert caught.value.request_id == "r"


def test_what_lasts_is_raised_at_once(face: Face, server: ScriptedServer) -> None:
    server.script("status", Reply(404, json={"error_code": 404001}))
    with pytest.raises(RequestNotFoundError):
        face.client().job("r").wait(timeout=5)
    assert len(server.received) == 1


@pytest.mark.parametrize(
    ("states", "result", "error"),
    [
        (["succeeded"], None, None),
        (["COMPLETED"], None, None),
        (["completed"], "failed", JobFailedError),
        (["failed"], "failed", JobFailedError),
        (["failed"], "in_progress", JobFailedError),
        (["canceled"], None, JobCancelledError),
        (["cancelled"], None, JobCancelledError),
        (["completed"], "canceled", JobCancelledError),
        (
            ["pending", "waiting", "starting", "processing", "new", "completed"],
            None,
            None,
        ),
    ],
)
def test_each_way_to_end(
    face: Face,
    server: ScriptedServer,
    states: list[str],
    result: str | None,
    error: type[Exception] | None,
) -> None:
    server.script("status", *[Reply(json={"status": state}) for state in states])
    if result:
        server.script("result", Reply(json={"status": result, "error": "why"}))
    job = face.client().job("r")
    if error is None:
        assert job.wait(timeout=5).request_id == "r"
        return
    with pytest.raises(error) as caught:
        job.wait(timeout=5)
    assert caught.value.job.request_id == "r"  # type: ignore[attr-defined]


def test_a_failed_job_is_failed_though_its_result_is_gone(
    face: Face, server: ScriptedServer
) -> None:
    server.script("status", Reply(json={"status": "failed"}))
    server.script("result", Reply(404))
    with pytest.raises(JobFailedError):
        face.client().job("r").wait()


def test_a_result_that_lags_is_waited_for(face: Face, server: ScriptedServer) -> None:
    good = server.default("result", "r")
    server.script("result", RUNNING, RUNNING, Reply(json={"status": "odd"}), good)
    told: list[JobStatus] = []
    result = face.client().job("r").wait(timeout=5, on_update=told.append)
    assert result.output.image
    assert [status.state for status in told] == ["completed"]
    server.script("result", RUNNING)
    with pytest.raises(WaitTimeoutError):
        face.client().job("r").wait(timeout=0.05)


def test_a_fault_in_on_update_does_not_lose_the_job(
    face: Face, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    def on_update(status: JobStatus) -> None:
        raise StopIteration("looked too closely")

    server.script("status", RUNNING, COMPLETED)
    assert face.client().job("r").wait(on_update=on_update).request_id == "r"
    assert caplog.text.count("on_update raised; the wait goes on") == 2
    assert "looked too closely" in caplog.text


def test_each_request_and_each_change_is_logged_once(
    face: Face, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "runcomfy_models")
    server.script("status", RUNNING, RUNNING, COMPLETED)
    face.client().run_model("a/b", {"prompt": "secret fox"})
    records = [record for record in caplog.records if record.name == "runcomfy_models"]
    changes = [r.getMessage() for r in records if r.levelno == logging.INFO]
    assert changes == [
        "model a/b: submitted as request req-1",
        "request req-1: in_progress",
        "request req-1: completed",
    ]
    requests = [r.getMessage() for r in records if r.levelno == logging.DEBUG]
    assert len(requests) == len(server.received) == 5
    assert requests[0].startswith("POST /v1/models/a/b: 200, ")
    assert requests[-1].startswith("GET /v1/requests/req-1/result: 200, ")
    assert "secret fox" not in caplog.text


def test_ctrl_c_leaves_the_job_running_and_names_it(
    server: ScriptedServer, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.script("status", RUNNING)
    with RunComfy(token, base_url=server.url, poll_interval=30) as client:

        def press_ctrl_c_soon(status: JobStatus) -> None:
            press = functools.partial(os.kill, os.getpid(), signal.SIGINT)
            threading.Timer(0.03, press).start()

        with pytest.raises(KeyboardInterrupt) as caught:
            client.job("r-77").wait(on_update=press_ctrl_c_soon)
        assert "r-77" in "".join(caught.value.__notes__)
        assert len(caught.value.__notes__) == 1
        assert "r-77" in caplog.text
        assert not server.calls("cancel")
        server.script("status", COMPLETED)
        assert client.job("r-77").wait().request_id == "r-77"


def test_cancelling_a_task_leaves_the_job_running_and_names_it(
    server: ScriptedServer, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.script("status", RUNNING)
    server.script("/slow", Reply(hang=True))

    async def main() -> None:
        async with AsyncRunComfy(token, base_url=server.url) as client:
            task = asyncio.create_task(client.job("r-78").wait())
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert "r-78" in "".join(caught.value.__notes__)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.job("r-79").wait()
            server.script("status", COMPLETED)
            assert (await client.job("r-78").wait()).request_id == "r-78"

    asyncio.run(main())
    assert not server.calls("cancel")
    assert "r-78" in caplog.text
    assert "r-79" in caplog.text


def test_an_interrupted_submit_says_that_it_may_have_been_taken(
    server: ScriptedServer, token: str
) -> None:
    server.script("submit", Reply(hang=True))

    async def main() -> None:
        async with AsyncRunComfy(token, base_url=server.url) as client:
            task = asyncio.create_task(client.submit_model("a/b", {}))
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert "a/b was interrupted" in "".join(caught.value.__notes__)

    asyncio.run(main())
    assert len(server.received) == 1


def test_leaving_updates_early_is_no_interruption(
    face: Face, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.script("status", RUNNING)
    for status in face.client().job("r").updates():
        assert status.state == "in_progress"
        break
    assert not caplog.records


def test_the_schedule_is_the_callers(face: Face, server: ScriptedServer) -> None:
    asked: list[float] = []

    def schedule(waited: float) -> float:
        asked.append(waited)
        return 0.01 * len(asked)

    server.script("status", *[RUNNING] * 4, COMPLETED)
    face.client(poll_interval=schedule).job("r").wait()
    assert len(asked) == 4
    assert asked == sorted(asked)
    assert asked[-1] >= 0.05


def test_the_shipped_schedule_is_used_unless_told_otherwise() -> None:
    """Drive a wait by hand, in a time that does not pass by itself."""
    now = [100.0]
    timing = Timing(now=lambda: now[0], jitter=lambda: 0.5)
    settings = Settings(Secret("t"), base_url="http://127.0.0.1:9", timing=timing)
    job: JobRef[Any] = JobRef("r", None, "http://127.0.0.1:9")
    operation = waiting.wait(settings, job, timeout=12)
    answer = Answer(200, {}, b'{"status": "in_progress"}')
    effect: Any = next(operation)
    sleeps: list[float] = []
    while sum(sleeps) < 11.9:
        if isinstance(effect, Sleep):
            now[0] += effect.seconds
            sleeps.append(effect.seconds)
            if now[0] >= 112:
                break
            effect = operation.send(None)
        else:
            assert isinstance(effect, Send)
            assert effect.deadline == 112
            effect = operation.send(answer)
    with pytest.raises(WaitTimeoutError):
        operation.send(None)
    assert sleeps[:6] == pytest.approx([0.4] * 6)
    assert sleeps[:-1] == pytest.approx(sorted(sleeps[:-1]))
    assert sleeps[-2] > 1.5
    assert sum(sleeps) == pytest.approx(12)
