"""What a submit must bring: a token, a known model and a body that fits."""

import time
from typing import Any

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.raw_api import EDIT, EDIT_BODY, RawAPI

ANY = {"type": "object"}


@pytest.mark.parametrize(
    ("change", "loc"),
    [
        ({"prompt": None}, ["body", "prompt"]),
        ({"prompt": 3}, ["body", "prompt"]),
        ({"image_urls": []}, ["body", "image_urls"]),
        ({"image_urls": ["https://example.com/in.png"] * 11}, ["body", "image_urls"]),
        ({"image_urls": [7]}, ["body", "image_urls", 0]),
        *[
            ({"image_urls": [text]}, ["body", "image_urls", 0])
            for text in (
                "photo.png",
                "file:///a.png",
                "C:\\a.png",
                "gs://b/a",
                "",
                "https://",
            )
        ],
        ({"seed": True}, ["body", "seed"]),
        ({"seed": 0.5}, ["body", "seed"]),
        ({"output_format": "gif"}, ["body", "output_format"]),
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    api: RawAPI, simulator: Simulator, change: dict[str, Any], loc: list[Any]
) -> None:
    answer = api.submit({**EDIT_BODY, **change})
    assert (answer.status, answer.json["error_code"]) == (422, 422001)
    assert [problem["loc"] for problem in answer.json["detail"]] == [loc]
    assert answer.json["detail"][0]["msg"]
    assert simulator.jobs == {}


def test_every_missing_field_is_named(api: RawAPI) -> None:
    detail = api.submit({}).json["detail"]
    assert sorted(problem["msg"].split("'")[1] for problem in detail) == [
        "image_urls",
        "prompt",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b'{"prompt": "x", "image_urls": ["x"], "seed": NaN}',
        b'{"prompt": "x", "image_urls": ["x"], "seed": 1e999}',
        b'{"seed": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"prompt=x&image_urls=y",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: RawAPI, raw: bytes) -> None:
    answer = api.call("POST", f"/v1/models/{EDIT}", raw)
    assert (answer.status, answer.json["error_code"]) == (422, 422001)
    assert answer.json["detail"][0]["loc"] == ["body"]


@pytest.mark.parametrize(
    "path",
    [
        "blackforestlabs/flux-2/pro/edi",
        "blackforestlabs",
        "blackforestlabs%2Fflux-2%2Fpro%2Fedit",
        "blackforestlabs/flux-2/pro/edit/",
        "../../etc/passwd",
        "%2e%2e/%00",
        "%ff%fe/x",
        "",
    ],
)
def test_an_unknown_model_is_an_invalid_identifier(api: RawAPI, path: str) -> None:
    for answer in (
        api.call("POST", f"/v1/models/{path}", EDIT_BODY),
        api.call("GET", f"/v1/models/{path}") if path else None,
    ):
        if answer:
            assert (answer.status, answer.json["error_code"]) == (400, 400001)


@pytest.mark.parametrize(
    "model_id",
    [
        "a/b",
        "minimax/Hailuo Video 01 Live",
        "k/v/4K/to-video/x",
        "wan-ai/wan-2.7",
        "é/ü",
    ],
)
def test_model_ids_of_every_shape_are_known(model_id: str) -> None:
    entries = [{"model_id": model_id, "input_schema": ANY}]
    with Simulator(entries=entries) as sim, RawAPI(sim) as api:
        request_id = api.job({"x": 1}, model_id)
        assert sim.jobs[request_id].model_id == model_id


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"type": "float", "minimum": 0}}},
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}},
        {"properties": {"a": {"$ref": "https://example.com/schema.json"}}},
        {"properties": {"a": {"$ref": "#/$defs/none"}}},
        {"required": "prompt"},
        [],
        None,
    ],
)
def test_a_schema_of_another_dialect_lets_objects_pass(schema: Any) -> None:
    entries = [{"model_id": "a/b", "input_schema": schema}]
    with Simulator(entries=entries) as sim, RawAPI(sim) as api:
        assert api.submit({"a": -1}, "a/b").status == 200
        assert api.submit({"a": "x"}, "a/b").status == 200
        assert api.submit([], "a/b").status == 422


@pytest.mark.parametrize(
    "sent", [None, "", "Bearer", "Bearer wrong", "simulator-token", "Bearer é"]
)
@pytest.mark.parametrize(("status", "code"), [(400, 400004), (401, 401001)])
def test_a_wrong_token_is_refused_first(
    sent: str | None, status: Any, code: int
) -> None:
    headers = {} if sent is None else {"Authorization": sent}
    with Simulator(auth_status=status) as sim, RawAPI(sim) as api:
        for method, path in (
            ("POST", f"/v1/models/{EDIT}"),
            ("GET", "/v1/requests/x/status"),
            ("GET", "/v1/models"),
        ):
            answer = api.call(method, path, None, headers)
            assert (answer.status, answer.json["error_code"]) == (status, code)
        assert sim.jobs == {}


def test_the_token_is_the_callers_to_choose() -> None:
    with Simulator(token="other") as sim, RawAPI(sim) as api:
        assert api.headers == {"Authorization": "Bearer other"}
        assert api.submit().status == 200


def test_what_went_over_the_wire_is_recorded(api: RawAPI, simulator: Simulator) -> None:
    request_id = api.job()
    api.result(request_id, "?include_cost=true&x=")
    api.call("GET", "/nothing")
    submit, result, nothing = simulator.requests
    assert (submit.method, submit.path) == ("POST", f"/v1/models/{EDIT}")
    assert submit.body == EDIT_BODY
    assert submit.raw.startswith(b'{"prompt"')
    assert submit.headers["authorization"] == f"Bearer {simulator.token}"
    assert (submit.endpoint, submit.subject, submit.fault) == ("submit", EDIT, "ok")
    assert result.path == f"/v1/requests/{request_id}/result"
    assert result.query == {"include_cost": "true", "x": ""}
    assert (result.body, result.raw) == (None, b"")
    assert (result.endpoint, result.subject) == ("result", request_id)
    assert nothing.endpoint is None


def test_a_remote_reference_is_never_fetched() -> None:
    with Simulator() as other:
        remote = {"properties": {"a": {"$ref": f"{other.url}/v1/models"}}}
        entries = [{"model_id": "a/b", "input_schema": remote}]
        with Simulator(entries=entries) as sim, RawAPI(sim) as api:
            assert api.submit({"a": 1}, "a/b").status == 200
        assert other.requests == []


def test_deep_input_is_answered(api: RawAPI) -> None:
    entries = [{"model_id": "a/b", "input_schema": ANY}]
    with Simulator(entries=entries, queued=0, running=0) as sim, RawAPI(sim) as api:
        deep = b'{"a":' + b"[" * 500 + b"]" * 500 + b"}"
        answer = api.call("POST", "/v1/models/a/b", deep)
        assert answer.status == 200
        assert api.result(answer.json["request_id"]).json["status"] == "succeeded"


def test_a_multiple_is_judged_by_its_decimals() -> None:
    steps = {"type": "object", "properties": {"x": {"multipleOf": 0.1}}}
    entry = {"model_id": "acme/steps", "input_schema": steps, "output_schema": ANY}
    with Simulator(entries=[entry]) as simulator, RawAPI(simulator) as api:
        assert api.submit({"x": 0.7}, "acme/steps").status == 200
        refused = api.submit({"x": 0.75}, "acme/steps")
    assert refused.json["detail"][0]["msg"] == "0.75 is not a multiple of 0.1"


def _judging(pattern: str) -> dict[str, Any]:
    field = {"type": "string", "pattern": pattern}
    schema = {"type": "object", "properties": {"x": field}}
    return {"model_id": "acme/text", "input_schema": schema, "output_schema": ANY}


@pytest.mark.parametrize(
    ("pattern", "text", "status"),
    [
        ("^a$", "a", 200),
        ("^a$", "a\n", 422),
        (r"\\\b", "\\a", 200),
        (r"\bfox\b", "éfox", 200),
        (r"\bfox\b", "_fox", 422),
        (r"^\p{L}$", "é", 200),
        ("(?=b)a", "what only backtracking could match", 200),
        ("(", "what is not a pattern", 200),
    ],
)
def test_a_pattern_means_what_it_means_to_an_input(
    pattern: str, text: str, status: int
) -> None:
    with Simulator(entries=[_judging(pattern)]) as simulator, RawAPI(simulator) as api:
        assert api.submit({"x": text}, "acme/text").status == status


def test_no_pattern_keeps_the_simulator_busy() -> None:
    entry = _judging(r"^(\w+\s?)*$")
    started = time.process_time()
    with Simulator(entries=[entry]) as simulator, RawAPI(simulator) as api:
        assert api.submit({"x": "a" * 100_000 + "!"}, "acme/text").status == 422
    assert time.process_time() - started < 2
