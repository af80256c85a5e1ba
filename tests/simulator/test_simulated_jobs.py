"""The life of a job, over HTTP and as pure state."""

import pytest

from runcomfy_models.simulator import Job, Simulator
from runcomfy_models.simulator.service.jobs import Ending, Pace
from tests.support.raw_api import EDIT, EDIT_BODY, RawAPI


def test_a_job_queues_runs_and_succeeds(api: RawAPI, simulator: Simulator) -> None:
    submitted = api.submit().json
    request_id = submitted["request_id"]
    base = f"{simulator.url}/v1/requests/{request_id}"
    urls = {"status_url": f"{base}/status", "result_url": f"{base}/result"}
    assert submitted == {
        "request_id": request_id,
        **urls,
        "cancel_url": f"{base}/cancel",
    }
    seen = [api.status(request_id).json for _ in range(5)]
    states = [(s["status"], s.get("queue_position")) for s in seen]
    assert states == [
        ("in_queue", 2),
        ("in_queue", 1),
        ("in_progress", None),
        ("completed", None),
        ("completed", None),
    ]
    assert all(s.items() >= {"request_id": request_id, **urls}.items() for s in seen)
    result = api.result(request_id).json
    assert result["status"] == "succeeded"
    assert result["request_id"] == request_id
    assert result["model_id"] == EDIT
    assert result["input"] == EDIT_BODY
    assert result["error"] is None
    assert "cost" not in result
    assert result["created_at"] <= result["finished_at"]
    assert result["created_at"].endswith("Z")


def test_an_early_result_tells_the_state_and_counts_as_a_call(api: RawAPI) -> None:
    request_id = api.job()
    early = [api.result(request_id).json for _ in range(3)]
    assert [s["status"] for s in early] == ["in_queue", "in_queue", "in_progress"]
    assert "output" not in early[0]
    assert api.result(request_id).json["status"] == "succeeded"


def test_cost_comes_when_it_is_asked_for() -> None:
    film = {"model_id": "a/b", "base_price_usd": 0.57, "price_unit": "second"}
    film["input_schema"] = {"type": "object"}
    with Simulator(entries=[film], queued=0, running=0) as sim, RawAPI(sim) as api:
        request_id = api.job({"duration": 4}, "a/b")
        assert api.result(request_id, "?include_cost=true").json["cost"] == 2.28
        assert "cost" not in api.result(request_id, "?include_cost=false").json


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_a_queued_job_is_cancelled(
    api: RawAPI, simulator: Simulator, calls: int
) -> None:
    request_id = api.job()
    for _ in range(calls):
        api.status(request_id)
    answer = api.cancel(request_id)
    assert answer.status == 200
    assert answer.json == {
        "request_id": request_id,
        "status": "cancelled",
        "outcome": "cancelled",
    }
    assert api.status(request_id).json["status"] == "cancelled"
    result = api.result(request_id).json
    assert (result["status"], result["output"]) == ("cancelled", None)
    assert api.cancel(request_id).json["outcome"] == "not_cancellable"
    assert simulator.jobs[request_id].state == "cancelled"


@pytest.mark.parametrize(("calls", "state"), [(3, "in_progress"), (4, "completed")])
def test_a_started_job_is_not_cancellable(api: RawAPI, calls: int, state: str) -> None:
    request_id = api.job()
    for _ in range(calls):
        api.status(request_id)
    answer = api.cancel(request_id).json
    assert (answer["outcome"], answer["status"]) == ("not_cancellable", state)


@pytest.mark.parametrize("verb", ["status", "result", "cancel"])
@pytest.mark.parametrize(
    "request_id", ["nobody", "%2e%2e", "00000000-0000-4000-8000-000000000000", "%00"]
)
def test_an_unknown_request_is_not_found(
    api: RawAPI, verb: str, request_id: str
) -> None:
    method = "POST" if verb == "cancel" else "GET"
    answer = api.call(method, f"/v1/requests/{request_id}/{verb}")
    assert (answer.status, answer.json["error_code"]) == (404, 404001)


def test_ids_repeat_with_the_seed_and_never_within_a_run() -> None:
    def ids(seed: int) -> list[str]:
        with Simulator(seed=seed) as sim, RawAPI(sim) as api:
            return [api.job() for _ in range(3)] + [api.job({**EDIT_BODY, "seed": 1})]

    assert ids(1) == ids(1)
    assert len({*ids(1), *ids(2)}) == 8


def test_jobs_are_listed_as_taken(api: RawAPI, simulator: Simulator) -> None:
    first, second = api.job(), api.job({**EDIT_BODY, "seed": 7})
    api.status(second)
    assert list(simulator.jobs) == [first, second]
    assert simulator.jobs[second].input == {**EDIT_BODY, "seed": 7}
    assert [job.calls for job in simulator.jobs.values()] == [0, 1]


def test_by_seconds_only_time_moves_a_job() -> None:
    job = Job("id", "a/b", {}, created=100.0, pace=Pace(2.5, 10, "seconds"))
    seen = []
    for now in (100.0, 100.0, 101.0, 102.4, 102.5, 112.4, 112.5, 999.0):
        job.poll(now)
        state = job.state_at(now)
        position = job.queue_position(now) if state == "in_queue" else None
        seen.append((state, position))
    assert seen == [
        ("in_queue", 3),
        ("in_queue", 3),
        ("in_queue", 2),
        ("in_queue", 1),
        ("in_progress", None),
        ("in_progress", None),
        ("completed", None),
        ("completed", None),
    ]
    assert job.finished == 112.5


def test_a_job_may_be_done_at_once() -> None:
    job = Job("id", "a/b", {}, created=0.0, pace=Pace(0, 0))
    assert job.state_at(0) == "completed"
    assert not job.cancel(0)


def test_an_expired_job_is_known_until_it_ends() -> None:
    job = Job("id", "a/b", {}, 0.0, Pace(1, 0), Ending("expired"))
    job.poll(0)
    assert not job.expired(0)
    job.poll(0)
    assert job.expired(0)


@pytest.mark.parametrize(
    "pace", [{"queued": -1}, {"running": float("nan")}, {"unit": "d"}]
)
def test_an_impossible_pace_is_refused(pace: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"queued|unit"):
        Simulator(**pace)  # type: ignore[arg-type]
