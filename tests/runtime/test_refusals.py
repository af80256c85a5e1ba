"""What an answer means: the right class, code, request_id and words."""

import asyncio
import pickle
import traceback
from typing import Any

import httpx2
import pytest

from runcomfy_models import (
    APIError,
    AuthenticationError,
    InsufficientBalanceError,
    InvalidInputError,
    JobFailedError,
    ModelNotFoundError,
    PermissionDeniedError,
    RateLimitError,
    RequestNotFoundError,
    RetiredModelError,
    RunComfyError,
    ServerError,
    UnexpectedResponseError,
    WaitTimeoutError,
    errors,
)
from runcomfy_models.jobs import Job
from tests.support.faces import Face
from tests.support.leaks import library_locals
from tests.support.scripted_server import Reply, ScriptedServer

HTML = {"Content-Type": "text/html; charset=utf-8"}
ANSWERS = [
    (Reply(400, json={"error_code": 400004}), AuthenticationError, 400004),
    (Reply(400, json={"code": "400004"}), AuthenticationError, 400004),
    (Reply(200, json={"error_code": 400004}), AuthenticationError, 400004),
    (Reply(400, json={"error_code": "UserAccountError"}), AuthenticationError, "U"),
    (Reply(400, json={"error_code": 401001}), AuthenticationError, 401001),
    (Reply(401), AuthenticationError, None),
    (Reply(402, json={"message": "pay"}), InsufficientBalanceError, None),
    (Reply(400, json={"error_code": 400002}), InsufficientBalanceError, 400002),
    (Reply(403), PermissionDeniedError, None),
    (Reply(400, json={"error_code": 403001}), PermissionDeniedError, 403001),
    (Reply(403, json={"error": {"code": 403003}}), PermissionDeniedError, 403003),
    (Reply(404), RequestNotFoundError, None),
    (Reply(410), RequestNotFoundError, None),
    (Reply(404, json={"error_code": 404001}), RequestNotFoundError, 404001),
    (Reply(200, json={"error_code": 404001}), RequestNotFoundError, 404001),
    (Reply(429), RateLimitError, None),
    (Reply(422, json={"error_code": 422001, "detail": []}), InvalidInputError, 422001),
    (Reply(500), ServerError, None),
    (Reply(502, body=b"<html>", headers=HTML), ServerError, None),
    (Reply(200, json={"error_code": 500001}), ServerError, 500001),
    (Reply(200, json={"error_code": 10001, "message": "x"}), APIError, 10001),
    (Reply(418, body=b"\xff\xfe"), APIError, None),
    (Reply(200), UnexpectedResponseError, None),
    (Reply(200, body=b"  "), UnexpectedResponseError, None),
    (Reply(200, body=b"{"), UnexpectedResponseError, None),
    (Reply(200, json=[1]), UnexpectedResponseError, None),
    (Reply(200, json={}), UnexpectedResponseError, None),
    (Reply(200, json={"status": 7}), UnexpectedResponseError, None),
    (Reply(200, body=b"<html>", headers=HTML), UnexpectedResponseError, None),
    (
        Reply(302, headers={"Location": "https://x.test/"}),
        UnexpectedResponseError,
        None,
    ),
]


@pytest.mark.parametrize(("reply", "kind", "code"), ANSWERS)
def test_each_answer_has_its_class(
    face: Face,
    server: ScriptedServer,
    reply: Reply,
    kind: type[RunComfyError],
    code: int | str | None,
) -> None:
    server.script("status", reply)
    with pytest.raises(RunComfyError) as caught:
        face.client(max_retries=1).job("r-9").status()
    error = caught.value
    assert type(error) is kind
    assert error.status_code == reply.status
    assert error.request_id == "r-9"
    assert "r-9" in str(error)
    assert error.code == ("UserAccountError" if code == "U" else code)
    transient = isinstance(error, RateLimitError | ServerError)
    assert len(server.received) == (2 if transient else 1)


def test_a_submit_speaks_of_the_model(face: Face, server: ScriptedServer) -> None:
    server.script("submit", Reply(404, json={"error_code": 404001}))
    with pytest.raises(ModelNotFoundError, match=r"a/b.*models\(\)") as caught:
        face.client().submit_model("a/b", {})
    assert caught.value.request_id is None


def test_faults_of_fields_are_told(face: Face, server: ScriptedServer) -> None:
    detail = [
        {"loc": ["body", "prompt"], "msg": "field required", "type": "missing"},
        {"loc": ["body", "seed"], "msg": "not an int"},
    ]
    server.script("submit", Reply(422, json={"error_code": 422001, "detail": detail}))
    with pytest.raises(InvalidInputError) as caught:
        face.client().submit_model("a/b", {})
    assert "body.prompt: field required; body.seed: not an int" in str(caught.value)
    assert caught.value.detail == detail


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error_message": "no\n  funds\x00"}, "no funds"),
        ({"message": "a", "error": "b"}, "a: b"),
        ({"error": {"message": "deep"}}, "deep"),
        ({"detail": "plain"}, "plain"),
        ({"detail": {"msg": "one"}}, "one"),
        ({"message": "x" * 10_000}, "x" * 400),
        ({"message": 5}, "no explanation given"),
    ],
)
def test_the_services_words_are_kept_short(
    face: Face, server: ScriptedServer, body: dict[str, object], said: str
) -> None:
    server.script("status", Reply(400, json=body))
    with pytest.raises(APIError) as caught:
        face.client().job("r").status()
    assert said in str(caught.value)
    assert len(str(caught.value)) < 700
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, json={"message": "bad token {}", "detail": ["{}"]}),
        Reply(200, json={"status": "failed", "error": {"{}": "{}"}}),
        Reply(500, json={"message": "{}"}),
        Reply(drop=True),
        Reply(hang=True),
    ],
)
def test_no_error_shows_the_token(
    face: Face,
    server: ScriptedServer,
    reply: Reply,
    token: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    if reply.json:
        import json

        text = json.dumps(reply.json).replace("{}", token)
        reply = Reply(reply.status, json=json.loads(text))
    server.script("result", reply)
    server.script("submit", reply)
    client = face.client(max_retries=1, timeout=0.1)
    caplog.set_level("DEBUG", "runcomfy_models")
    for call in (client.job("r").result, lambda: client.submit_model("a/b", {})):
        with pytest.raises(RunComfyError) as caught:
            call()
        assert token not in library_locals(caught.value)
        assert token not in str(vars(caught.value))
        assert token not in str(caught.value)
    assert token not in caplog.text


def test_errors_can_be_pickled() -> None:
    job: Job[Any] = Job("r", None, "http://x")
    for name in errors.__all__:
        kind = getattr(errors, name)
        error: RunComfyError
        if issubclass(kind, errors.JobError):
            error = kind("words", job=job, code=3)
        elif kind is RetiredModelError:
            error = RetiredModelError("a/b", "a/c")
        else:
            error = kind("words", status_code=500, code=3, request_id="r")
        error.add_note("what else is known")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert str(again) == str(error)
        assert vars(again) == vars(error)
        assert isinstance(error, RunComfyError)


def test_errors_are_also_what_python_calls_them() -> None:
    assert issubclass(WaitTimeoutError, TimeoutError)
    assert issubclass(RetiredModelError, ImportError)
    gone = RetiredModelError("a/b", "a/c")
    assert "a/b" in str(gone)
    assert "use a/c" in str(gone)
    assert gone.successor == "a/c"
    assert "models()" in str(RetiredModelError("a/b"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"status": "failed", "error": "NSFW"}, "NSFW"),
        ({"status": "FAILED", "error": {"message": "out of memory"}}, "out of memory"),
        ({"status": "failed", "error": None}, "does not say why"),
        ({"status": "failed", "error_code": 500001, "message": "x"}, "x"),
        ({"status": "completed", "error": "boom", "output": None}, "boom"),
    ],
)
def test_a_failed_job_says_why(
    face: Face, server: ScriptedServer, body: dict[str, object], said: str
) -> None:
    server.script("result", Reply(json=body))
    client = face.client()
    for call in (client.job("r").result, client.job("r").wait):
        with pytest.raises(JobFailedError, match=said) as caught:
            call()
        assert caught.value.request_id == caught.value.job.request_id == "r"
        assert caught.value.error == body.get("error")


class Interrupted(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Is interrupted while it holds the token in a local variable."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        sent = request.headers["authorization"]
        raise KeyboardInterrupt if sent else AssertionError

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        sent = request.headers["authorization"]
        raise asyncio.CancelledError if sent else AssertionError


def test_an_interruption_does_not_show_the_token(face: Face, token: str) -> None:
    job = face.client(transport=Interrupted()).job("r")
    with pytest.raises((KeyboardInterrupt, asyncio.CancelledError)) as caught:
        job.status()
    assert token not in library_locals(caught.value)
    frames = {frame.name for frame in traceback.extract_tb(caught.value.__traceback__)}
    assert not frames & {"handle_request", "handle_async_request"}
