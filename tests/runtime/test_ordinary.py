"""The ordinary paths: submit, wait, result, cancel, resume."""

import asyncio
import copy
import pickle
from typing import Any

import pytest

from runcomfy_models import (
    AsyncJob,
    ConfigurationError,
    Job,
    JobNotFinishedError,
    JobStatus,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from tests.support.faces import Blocking, Face
from tests.support.scripted_server import Reply, ScriptedServer

INPUT = flux_2_pro_edit.Input(prompt="a fox", image_urls=["https://x.test/a.png"])


def statuses(*pairs: tuple[str, int | None]) -> list[Reply]:
    return [
        Reply(json={"request_id": "req-1", "status": state, "queue_position": position})
        for state, position in pairs
    ]


def test_run_sends_the_body_and_returns_typed_output(
    face: Face, server: ScriptedServer, token: str
) -> None:
    result = face.client().run(INPUT)
    assert result.request_id == "req-1"
    assert isinstance(result.output, flux_2_pro_edit.Output)
    assert result.output.image == f"{server.url}/media/req-1.png"
    submit, status, fetched = server.received
    assert submit.method == "POST"
    assert submit.target == "/v1/models/blackforestlabs/flux-2/pro/edit"
    assert submit.json == {"prompt": "a fox", "image_urls": ["https://x.test/a.png"]}
    assert submit.headers["content-type"] == "application/json"
    assert status.target == "/v1/requests/req-1/status"
    assert fetched.target == "/v1/requests/req-1/result?include_cost=true"
    for call in server.received:
        assert call.headers["authorization"] == f"Bearer {token}"
        assert call.headers["host"] == server.url.removeprefix("http://")


def test_run_model_takes_any_id_and_body(face: Face, server: ScriptedServer) -> None:
    body = {"prompt": "ä", "n": 1.5, "deep": [{"a": None}]}
    result = face.client().run_model("minimax/Hailuo Video 01 Live/v2.7", body)
    assert server.calls("submit")[0].json == body
    assert server.calls("submit")[0].target == (
        "/v1/models/minimax/Hailuo%20Video%2001%20Live/v2.7"
    )
    assert result.output.image.endswith("/media/req-1.png")


@pytest.mark.parametrize("model_id", ["", "a//b", "../x", "a/..", "/a/b", "a/b/"])
def test_a_model_id_that_leads_elsewhere_is_refused(
    face: Face, server: ScriptedServer, model_id: str
) -> None:
    with pytest.raises(ConfigurationError, match="model_id"):
        face.client().submit_model(model_id, {})
    assert not server.received


@pytest.mark.parametrize("body", [{"x": float("nan")}, {"x": {1, 2}}])
def test_a_body_that_is_no_json_is_refused(
    face: Face, server: ScriptedServer, body: dict[str, Any]
) -> None:
    with pytest.raises(ConfigurationError, match="JSON"):
        face.client().submit_model("a/b", body)
    assert not server.received


def test_only_an_input_is_run(face: Face) -> None:
    with pytest.raises(TypeError, match="run_model"):
        face.client().run({"prompt": "a fox"})


def test_each_change_is_told_once(face: Face, server: ScriptedServer) -> None:
    replies = statuses(
        ("in_queue", 2),
        ("in_queue", 2),
        ("IN_QUEUE", 1),
        ("in_progress", None),
        ("warming_up", None),
        ("warming_up", None),
        ("completed", None),
    )
    expected = [
        JobStatus("in_queue", 2, "req-1"),
        JobStatus("in_queue", 1, "req-1"),
        JobStatus("in_progress", None, "req-1"),
        JobStatus("warming_up", None, "req-1"),
        JobStatus("completed", None, "req-1"),
    ]
    client = face.client()
    server.script("status", *replies)
    told: list[JobStatus] = []
    client.run(INPUT, on_update=told.append)
    assert told == expected
    server.script("status", *replies)
    assert list(client.submit(INPUT).updates()) == [
        status._replace(request_id="req-2") for status in expected
    ]
    assert [str(status) for status in expected[1:3]] == [
        "in_queue, position 1",
        "in_progress",
    ]


def test_a_coroutine_function_as_on_update_is_awaited(server: ScriptedServer) -> None:
    from runcomfy_models import AsyncRunComfy

    told: list[str] = []

    async def on_update(status: JobStatus) -> None:
        await asyncio.sleep(0)
        told.append(status.state)

    async def main() -> None:
        async with AsyncRunComfy("t", base_url=server.url) as client:
            await client.run(INPUT, on_update=on_update)

    asyncio.run(main())
    assert told == ["completed"]


def test_status_and_result_ask_once(face: Face, server: ScriptedServer) -> None:
    running = Reply(json={"request_id": "req-1", "status": "in_progress"})
    server.script("status", running)
    server.script("result", running, server.default("result", "req-1"))
    job = face.client().submit(INPUT)
    assert job.status() == JobStatus("in_progress", None, "req-1")
    assert not job.status().ended
    with pytest.raises(JobNotFinishedError, match="in_progress") as caught:
        job.result()
    assert caught.value.job.request_id == caught.value.request_id == "req-1"
    assert caught.value.state == "in_progress"
    assert job.result().output.image.endswith("req-1.png")
    assert len(server.calls("result")) == 2


def test_a_job_is_picked_up_by_its_id(face: Face, server: ScriptedServer) -> None:
    client = face.client()
    result = client.job("an id/7", flux_2_pro_edit.Output).wait()
    assert isinstance(result.output, flux_2_pro_edit.Output)
    assert server.received[0].target == "/v1/requests/an%20id%2F7/status"
    assert client.job("x").result().output.image.endswith("/media/x.png")
    for wrong in ("", " ", ".."):
        with pytest.raises(ConfigurationError):
            client.job(wrong)


@pytest.mark.parametrize(
    ("reply", "cancelled"),
    [
        (Reply(json={"status": "cancelled", "outcome": "cancelled"}), True),
        (Reply(json={"status": "canceled"}), True),
        (Reply(json={"status": "in_progress", "outcome": "not_cancellable"}), False),
        (Reply(409, json={"message": "in progress"}), False),
    ],
)
def test_cancel_says_whether_it_did(
    face: Face, server: ScriptedServer, reply: Reply, cancelled: bool
) -> None:
    server.script("cancel", Reply(500), reply)
    assert face.client().job("r").cancel() is cancelled
    call = server.calls("cancel")[-1]
    assert (call.method, call.path) == ("POST", "/v1/requests/r/cancel")


@pytest.mark.parametrize("fault", [Reply(drop=True), Reply(500), Reply(hang=True)])
@pytest.mark.parametrize(
    "answer", [Reply(json={"outcome": "not_cancellable"}), Reply(409)]
)
@pytest.mark.parametrize(
    ("state", "cancelled"),
    [("cancelled", True), ("canceled", True), ("in_progress", False)],
)
def test_a_cancel_whose_answer_was_lost_is_judged_by_the_jobs_state(
    face: Face,
    server: ScriptedServer,
    fault: Reply,
    answer: Reply,
    state: str,
    cancelled: bool,
) -> None:
    server.script("cancel", fault, answer)
    server.script("status", Reply(500), Reply(json={"status": state}))
    assert face.client(timeout=0.1).job("r").cancel() is cancelled
    assert len(server.calls("status")) == 2


def test_a_cancel_that_was_answered_at_once_needs_no_other_call(
    face: Face, server: ScriptedServer
) -> None:
    server.script("cancel", Reply(json={"outcome": "not_cancellable"}))
    assert face.client().job("r").cancel() is False
    assert len(server.received) == 1


def test_a_job_is_pickled_without_its_client(
    face: Face,
    server: ScriptedServer,
    token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = face.client().submit(INPUT)
    plain = job.target if isinstance(job, Blocking) else job
    blob = pickle.dumps(plain)
    assert token.encode() not in blob
    again: Any = pickle.loads(blob)
    assert again == plain
    assert again in {plain}
    assert copy.copy(plain) == plain
    monkeypatch.setenv("RUNCOMFY_API_TOKEN", token)
    if face.kind == "async":
        assert isinstance(again, AsyncJob)
        again = Blocking(again, face.runner)
    else:
        assert isinstance(again, Job)
    assert isinstance(again.wait().output, flux_2_pro_edit.Output)
    assert [status.state for status in again.updates()] == ["completed"]


def test_reprs_are_short_and_safe(face: Face, server: ScriptedServer) -> None:
    client = face.client()
    job = client.submit(INPUT)
    plain = getattr(client, "target", client)
    kind = type(plain).__name__
    assert repr(plain) == f"{kind}(base_url='{server.url}')"
    assert repr(getattr(job, "target", job)).endswith("Job('req-1')")
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(plain)
