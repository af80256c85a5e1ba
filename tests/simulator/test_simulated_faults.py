"""Every fault, by name and by object; scripts; and chance that repeats."""

import contextlib
import http.client
import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from runcomfy_models.simulator import OK, Fault, FaultRule, Simulator
from runcomfy_models.simulator.faults.names import parse_fault, parse_rule, parse_script
from runcomfy_models.simulator.faults.plan import chance
from tests.support.raw_api import EDIT, EDIT_BODY, RawAPI

GONE = (http.client.RemoteDisconnected, ConnectionResetError)


def job_count(fault: str, error: Any) -> int:
    """Submit once into a fault that leaves no answer; return how many jobs there are."""
    with Simulator(faults=[fault]) as sim, RawAPI(sim) as api:
        with pytest.raises(error) as raised:
            api.submit()
        assert raised.type is error
        assert [request.fault for request in sim.requests] == [fault]
        return len(sim.jobs)


@pytest.mark.parametrize(
    ("fault", "error", "jobs"),
    [
        ("drop", http.client.RemoteDisconnected, 0),
        ("drop-after", http.client.RemoteDisconnected, 1),
        ("reset", ConnectionResetError, 0),
        ("reset-after", ConnectionResetError, 1),
        ("truncated", http.client.IncompleteRead, 1),
    ],
)
def test_a_lost_answer_says_nothing_of_the_job(
    fault: str, error: Any, jobs: int
) -> None:
    assert job_count(fault, error) == jobs


@pytest.mark.parametrize(("fault", "jobs"), [("hang", 1), ("hang-before", 0)])
def test_a_hang_ends_when_the_client_leaves(fault: str, jobs: int) -> None:
    with Simulator(faults=[fault]) as sim, RawAPI(sim) as api:
        api._connection.timeout = 0.05
        with pytest.raises(TimeoutError):
            api.submit()
        assert len(sim.jobs) == jobs


def test_a_hang_ends_when_the_simulator_closes() -> None:
    with Simulator(faults=["hang"]) as sim, RawAPI(sim) as api:
        threading.Timer(0.05, sim.close).start()
        with pytest.raises(GONE):
            api.submit()


@pytest.mark.parametrize(
    ("fault", "status", "code", "jobs"),
    [
        ("status:500", 500, 500001, 0),
        ("status:503:10001", 503, 10001, 0),
        ("status:402", 402, 400002, 0),
        ("status:400:400002", 400, 400002, 0),
        ("status:403", 403, 403001, 0),
        ("status:408", 408, 408001, 0),
        ("status-after:500", 500, 500001, 1),
        ("error-200", 200, 500001, 0),
        ("error-200:400004", 200, 400004, 0),
        ("rate-limit", 429, 429001, 0),
    ],
)
def test_errors_by_status_and_code(
    fault: str, status: int, code: int, jobs: int
) -> None:
    with Simulator(faults=[fault]) as sim, RawAPI(sim) as api:
        answer = api.submit()
        assert (answer.status, answer.json["error_code"]) == (status, code)
        assert answer.json["error_message"]
        assert len(sim.jobs) == jobs
        assert "retry-after" not in answer.headers


def test_retry_after_comes_in_both_forms() -> None:
    with Simulator() as sim, RawAPI(sim) as api:
        sim.script("catalogue", ["rate-limit:1.5", "rate-limit-date:30"])
        assert api.call("GET", "/v1/models").headers["retry-after"] == "1.5"
        date = api.call("GET", "/v1/models").headers["retry-after"]
        assert 27 < parsedate_to_datetime(date).timestamp() - time.time() <= 30


@pytest.mark.parametrize(
    ("fault", "status", "kind", "start", "size"),
    [
        ("broken-json", 200, "application/json", b'{"request_id":', None),
        ("html", 502, "text/html; charset=utf-8", b"<!doctype", None),
        ("html:200", 200, "text/html; charset=utf-8", b"<!doctype", None),
        ("empty", 200, "application/json", b"", 0),
        ("empty:500", 500, "application/json", b"", 0),
        ("huge:3000000", 200, "application/json", b'{"request_id":', 3_000_000),
        ("redirect:http://127.0.0.1:9/x", 302, "application/json", b"", 0),
    ],
)
def test_bodies_that_are_not_what_they_should_be(
    fault: str, status: int, kind: str, start: bytes, size: int | None
) -> None:
    with Simulator(faults=[f"status/{fault}"]) as sim, RawAPI(sim) as api:
        answer = api.status(api.job())
        assert (answer.status, answer.headers["content-type"]) == (status, kind)
        assert answer.raw.startswith(start)
        if size is not None:
            assert size <= len(answer.raw) <= size + 1000
        if not fault.startswith("huge") and answer.raw:
            with pytest.raises(ValueError, match=r"line 1"):
                _ = answer.json
        assert answer.headers.get("location") == (
            "http://127.0.0.1:9/x" if status == 302 else None
        )


@pytest.mark.parametrize("fault", ["slow:0.06", "trickle:0.06", "drip:0.06"])
def test_late_answers_are_whole(fault: str) -> None:
    with Simulator(faults=[fault]) as sim, RawAPI(sim) as api:
        began = time.monotonic()
        assert api.submit().json["request_id"] in sim.jobs
        assert time.monotonic() - began >= 0.06


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("failed", "The model failed (simulated)."),
        ("failed:out of memory", "out of memory"),
        (
            "failed-object",
            {"code": "MODEL_ERROR", "message": "The model failed (simulated)."},
        ),
    ],
)
def test_a_failed_job_completes_and_then_says_failed(fault: str, error: Any) -> None:
    with Simulator(faults=[fault]) as sim, RawAPI(sim) as api:
        request_id = api.job()
        states = [api.status(request_id).json["status"] for _ in range(4)]
        assert states == ["in_queue", "in_queue", "in_progress", "completed"]
        result = api.result(request_id, "?include_cost=1").json
        assert (result["status"], result["error"]) == ("failed", error)
        assert (result["output"], result["cost"]) == (None, 0)
        assert api.media(f"/media/{request_id}/0.png").status == 404


def test_a_job_may_end_cancelled_unasked() -> None:
    with Simulator(faults=["cancelled"]) as sim, RawAPI(sim) as api:
        request_id = api.job()
        states = [api.status(request_id).json["status"] for _ in range(4)]
        assert states == ["in_queue", "in_queue", "in_progress", "cancelled"]
        assert api.result(request_id).json["status"] == "cancelled"


def test_a_fault_is_of_its_own_job_alone(api: RawAPI, simulator: Simulator) -> None:
    simulator.script("submit", [OK, "failed"])
    results = [api.finish(api.job())["status"] for _ in range(3)]
    assert results == ["succeeded", "failed", "succeeded"]


def test_an_expired_job_is_not_found_once_it_ended() -> None:
    with Simulator(faults=["expired"]) as sim, RawAPI(sim) as api:
        request_id = api.job()
        assert [api.status(request_id).status for _ in range(5)] == [200] * 3 + [
            404
        ] * 2
        answer = api.result(request_id)
        assert (answer.status, answer.json["error_code"]) == (404, 404001)
        assert api.cancel(request_id).status == 404


@pytest.mark.parametrize(
    ("fault", "status", "result"),
    [("failed", "completed", "failed"), ("cancelled", "cancelled", "cancelled")],
)
def test_a_job_ends_at_once_on_a_later_call(
    api: RawAPI, simulator: Simulator, fault: str, status: str, result: str
) -> None:
    request_id = api.job()
    simulator.script("status", [OK, fault])
    assert api.status(request_id).json["status"] == "in_queue"
    assert api.status(request_id).json["status"] == status
    assert api.result(request_id).json["status"] == result


def test_a_job_that_ended_does_not_change_but_may_be_forgotten(
    api: RawAPI, simulator: Simulator
) -> None:
    request_id = api.job()
    assert api.finish(request_id)["status"] == "succeeded"
    simulator.script("status", ["failed", "cancelled", OK, "expired"])
    states = [api.status(request_id).json.get("status") for _ in range(3)]
    assert states == ["completed"] * 3
    assert api.result(request_id).json["status"] == "succeeded"
    assert api.status(request_id).status == 404


def test_an_answer_is_changed_key_by_key(api: RawAPI, simulator: Simulator) -> None:
    simulator.script("submit", [Fault.merge({"request_id": None, "status_url": "x"})])
    answer = api.submit().json
    assert "request_id" not in answer
    assert answer["status_url"] == "x"
    assert answer["result_url"].endswith("/result")
    request_id = api.job()
    simulator.script("status", ["unknown-state", "unknown-state:brewing"])
    assert api.status(request_id).json["status"] == "warming_up"
    assert api.status(request_id).json["status"] == "brewing"
    assert api.status(request_id).json["status"] == "in_progress"


def test_an_answer_is_replaced_whole(api: RawAPI, simulator: Simulator) -> None:
    headers = {"Content-Type": "image/png", "Content-Disposition": "x"}
    steps = [Fault.answer(599, b"\x00", headers), Fault.answer(body=["x"])]
    simulator.script("result", [*steps, Fault.answer(204, b"x")])
    first = api.result("any")
    assert (first.status, first.raw) == (599, b"\x00")
    assert first.headers["content-type"] == "image/png"
    assert first.headers["content-disposition"] == "x"
    assert api.result("any").json == ["x"]
    assert api.result("any").status == 204


def test_the_third_call_answers_500_then_drops(
    api: RawAPI, simulator: Simulator
) -> None:
    simulator.script("status", [OK, OK, Fault.status(500), Fault.drop()])
    request_id = api.job()
    assert [api.status(request_id).status for _ in range(3)] == [200, 200, 500]
    with pytest.raises(GONE):
        api.status(request_id)
    assert api.status(request_id).json["status"] == "in_progress"
    assert [request.fault for request in simulator.requests[1:]] == [
        "ok",
        "ok",
        "status:500",
        "drop",
        "ok",
    ]


def test_a_script_may_be_for_one_job(api: RawAPI, simulator: Simulator) -> None:
    first, second = api.job(), api.job()
    simulator.script("status", ["status:500"], request_id=second)
    assert [api.status(job).status for job in (first, second, second)] == [
        200,
        500,
        200,
    ]


def test_a_script_may_be_for_each_job() -> None:
    scripts = {"status": ["ok", "status:500"], "media": ["status:404"]}
    with Simulator(scripts=scripts) as sim, RawAPI(sim) as api:
        for request_id in (api.job(), api.job()):
            codes = [api.status(request_id).status for _ in range(3)]
            assert codes == [200, 500, 200]
        sim.script("result", ["html"], each_job=True)
        for request_id in (api.job(), api.job()):
            codes = [api.result(request_id).status for _ in range(2)]
            assert codes == [502, 200]


def test_a_script_goes_before_chance() -> None:
    with Simulator(faults=["status:503"]) as sim, RawAPI(sim) as api:
        sim.script("catalogue", ["ok", "status:500"])
        codes = [api.call("GET", "/v1/models").status for _ in range(3)]
        assert codes == [200, 500, 503]


def test_a_bare_fault_strikes_always_and_everywhere() -> None:
    with Simulator(faults=[Fault.status(418)]) as sim, RawAPI(sim) as api:
        assert [api.submit().status, api.status("x").status] == [418, 418]
        assert api.media("/media/x").status == 404  # no endpoint, no fault


def test_faults_do_not_strike_other_endpoints() -> None:
    with Simulator(faults=["result/status:500"]) as sim, RawAPI(sim) as api:
        request_id = api.job()
        assert api.status(request_id).status == 200
        assert api.cancel(request_id).status == 200
        assert api.result(request_id).status == 500


def faults_met(seed: int, threads: int) -> dict[str, list[str]]:
    """Run 24 jobs into faults by chance; return the faults that each call met."""
    rules = ["status/status:500=0.3", "result/drop=0.3", "submit/drop-after=0.3"]
    bodies = [{**EDIT_BODY, "seed": number} for number in range(24)]
    with Simulator(seed=seed, faults=rules) as sim:

        def work(mine: list[dict[str, Any]]) -> None:
            with RawAPI(sim) as api:
                for body in mine:
                    try:
                        request_id = api.job(body)
                    except GONE:
                        continue
                    for call in (api.status, api.status, api.result, api.result):
                        attempt(call, request_id)

        workers = [
            threading.Thread(target=work, args=(bodies[number::threads],))
            for number in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        met: dict[str, list[str]] = {}
        for request in sim.requests:
            subject = (
                str(request.body) if request.endpoint == "submit" else request.path
            )
            met.setdefault(subject, []).append(request.fault)
        return met


def attempt(call: Callable[[str], Any], request_id: str) -> None:
    with contextlib.suppress(*GONE):
        call(request_id)


def test_a_seeded_run_repeats_in_any_order_of_arrival() -> None:
    alone = faults_met(5, threads=1)
    assert faults_met(5, threads=6) == alone
    assert faults_met(6, threads=1) != alone
    kinds = {fault for faults in alone.values() for fault in faults}
    assert kinds == {"ok", "status:500", "drop", "drop-after"}


def test_chance_is_even() -> None:
    draws = [chance(1, "status", number) for number in range(2000)]
    assert all(0 <= draw < 1 for draw in draws)
    assert 0.45 < sum(draws) / len(draws) < 0.55
    assert 0.07 < sum(draw < 0.1 for draw in draws) / len(draws) < 0.13


def test_rules_and_scripts_are_read_from_text() -> None:
    rule = parse_rule("submit/drop-after=0.05")
    assert (rule.fault.name, rule.probability) == ("drop-after", 0.05)
    assert rule.endpoint == "submit"
    assert parse_rule("status:500").probability == 1
    assert parse_rule("redirect:http://x/y?z=w").endpoint is None
    endpoint, steps = parse_script("status=ok,ok,status:500,drop")
    assert endpoint == "status"
    assert [step.name for step in steps] == ["ok", "ok", "status:500", "drop"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "status",
        "status:99",
        "status:x",
        "slow:-1",
        "slow:nan",
        "slow:x",
        "submit/",
        "nowhere/drop",
        "drop=1.5",
        "drop=-0.1",
        "drop=nan",
        "drop=x",
    ],
)
def test_text_that_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_rule(text)


@pytest.mark.parametrize(
    "text", ["status", "nowhere=drop", "status=", "status=ok,what"]
)
def test_text_that_is_no_script_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_script(text)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf")])
def test_a_time_that_never_comes_is_refused(seconds: float) -> None:
    for fault in (Fault.slow, Fault.trickle, Fault.drip):
        with pytest.raises(ValueError, match="finite"):
            fault(seconds)


def test_objects_and_names_mean_the_same(api: RawAPI, simulator: Simulator) -> None:
    rule = FaultRule(Fault.drop(taken=True), 0.5, "submit")
    assert parse_rule("submit/drop-after=0.5") == rule
    assert parse_fault("slow:0.25") == Fault.slow(0.25)
    with pytest.raises(ValueError, match="no fault"):
        simulator.script("status", ["nothing"])
    with pytest.raises(ValueError, match="not an endpoint"):
        simulator.script("statuses", [OK])  # type: ignore[arg-type]
    assert api.call("POST", f"/v1/models/{EDIT}", EDIT_BODY).status == 200
