"""The rules at their edges: codes, words, outcomes, names and `data:` URIs."""

import base64
import copy
import pickle
from typing import Any

import pytest

from runcomfy_models import (
    APIError,
    InvalidInputError,
    JobCancelledError,
    JobFailedError,
    RunComfyError,
    SubmitUncertainError,
    UnexpectedResponseError,
    WaitTimeoutError,
)
from runcomfy_models._core import service_rules as _rules
from runcomfy_models._core.filenames import file_name, is_page, numbered, split_name
from runcomfy_models._core.secret import Secret
from runcomfy_models._media.data_uris import decode_data_uri
from tests.support.faces import Face
from tests.support.scripted_server import Reply, ScriptedServer

RUNNING = Reply(json={"status": "in_progress"})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"code": True, "error": {"code": 7}}, 7),
        ({"code": 1.5, "error_message": "x"}, None),
        ({"code": "", "error": {"code": "Oops"}}, "Oops"),
        ({"error_code": 0, "code": 403001}, 403001),
        ({"code": ["403001"]}, None),
    ],
)
def test_what_is_a_code(
    face: Face, server: ScriptedServer, body: Any, code: Any
) -> None:
    server.script("status", Reply(418, json=body))
    with pytest.raises(APIError) as caught:
        face.client().job("r").status()
    assert caught.value.code == code
    assert type(caught.value.code) is type(code)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            Reply(418),
            "request r: no explanation given (HTTP 418).",
        ),
        (
            Reply(418, json={"message": "tea", "code": "T"}),
            "request r: tea (HTTP 418, code T).",
        ),
        (
            Reply(403, json={"error": "no", "detail": [{"msg": "not you"}]}),
            "request r: no: not you (HTTP 403); the account may not do this; check its "
            "plan and rights.",
        ),
        (
            Reply(418, json={"detail": [{"loc": "body", "msg": 5}, 7, {"msg": "b"}]}),
            "request r: 5; b (HTTP 418).",
        ),
        (
            Reply(418, json={"detail": [str(n) for n in range(12)]}),
            "request r: 0; 1; 2; 3; 4; 5; 6; 7; 8; 9 (HTTP 418).",
        ),
    ],
)
def test_a_refusal_in_words(
    face: Face, server: ScriptedServer, reply: Reply, said: str
) -> None:
    server.script("status", reply)
    with pytest.raises(APIError) as caught:
        face.client().job("r").status()
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(400), InvalidInputError),
        (Reply(400, json={"code": "abcdef"}), InvalidInputError),
        (Reply(409), APIError),
        (Reply(418, json={"error_code": 4030010}), APIError),
    ],
)
def test_a_submit_that_is_refused(
    face: Face, server: ScriptedServer, reply: Reply, kind: type[RunComfyError]
) -> None:
    server.script("submit", reply)
    with pytest.raises(APIError) as caught:
        face.client().submit_model("a/b", {})
    assert type(caught.value) is kind
    assert caught.value.request_id is None


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(200, body=b" "), "the answer is empty (HTTP 200)"),
        (Reply(300), "the service redirects, which is not followed with the token"),
        (Reply(399), "the service redirects, which is not followed with the token"),
        (Reply(200, body=b"[]"), "the answer is not the JSON object that was expected"),
        (
            Reply(200, body=b"<p>", headers={"Content-Type": "text/html ; charset=x"}),
            "the answer is a web page, not JSON",
        ),
        (
            Reply(200, body=b"[]", headers={"Content-Type": "application/json"}),
            "the answer is not the JSON object that was expected",
        ),
    ],
)
def test_what_is_odd_about_an_answer(
    face: Face, server: ScriptedServer, reply: Reply, said: str
) -> None:
    server.script("status", reply)
    with pytest.raises(UnexpectedResponseError) as caught:
        face.client(max_retries=0).job("r").status()
    assert f"request r: {said}" in str(caught.value)
    assert server.url in str(caught.value)


@pytest.mark.parametrize(
    ("body", "was_cancelled"),
    [
        ({"outcome": "not_cancellable", "status": "cancelled"}, False),
        ({"outcome": " Canceled "}, True),
        ({"outcome": "cancelled", "status": "in_progress"}, True),
        ({"status": "canceled"}, True),
        ({"status": "in_queue"}, False),
        ({"outcome": None, "status": "cancelled"}, True),
    ],
)
def test_the_answer_to_a_cancel(
    face: Face, server: ScriptedServer, body: Any, was_cancelled: bool
) -> None:
    server.script("cancel", Reply(json=body))
    assert face.client().job("r").cancel() is was_cancelled
    assert [call.method for call in server.received] == ["POST"]


def test_a_cancel_that_is_refused(face: Face, server: ScriptedServer) -> None:
    server.script("cancel", Reply(409, json={"message": "too late"}), Reply(418))
    assert face.client().job("r").cancel() is False
    with pytest.raises(APIError) as caught:
        face.client().job("r").cancel()
    assert caught.value.request_id == "r"


@pytest.mark.parametrize(
    "body",
    [
        {"output": {"image": "https://x.test/a.png"}},
        {"status": "completed", "output": {"image": "a"}, "error": "a warning"},
        {"status": "succeeded", "error": None, "output": {}},
    ],
)
def test_a_result_that_succeeded(
    face: Face, server: ScriptedServer, body: dict[str, Any]
) -> None:
    server.script("result", Reply(json=body))
    assert face.client().job("r").result().raw["output"] == body["output"]
    assert [call.method for call in server.received] == ["GET"]


@pytest.mark.parametrize(
    ("body", "said", "code"),
    [
        (
            {"status": "completed", "error": {"code": "E7", "message": "no face"}},
            "Job r failed: no face.",
            "E7",
        ),
        (
            {
                "status": "failed",
                "error_code": 500002,
                "error_message": "out of memory",
            },
            "Job r failed: out of memory.",
            500002,
        ),
        ({"status": "failed"}, "Job r failed: the service does not say why.", None),
        (
            {"status": "failed", "error": 7, "message": "broke"},
            "Job r failed: broke.",
            None,
        ),
    ],
)
def test_a_job_that_failed_tells_why(
    face: Face, server: ScriptedServer, body: dict[str, Any], said: str, code: Any
) -> None:
    server.script("result", Reply(json=body))
    for ask in ("result", "wait"):
        with pytest.raises(JobFailedError) as caught:
            getattr(face.client().job("r"), ask)()
        assert str(caught.value) == said
        assert caught.value.code == code
        assert caught.value.request_id == "r"


def test_a_job_that_was_cancelled_is_named(face: Face, server: ScriptedServer) -> None:
    server.script("status", Reply(json={"status": "cancelled"}))
    server.script("result", Reply(json={"status": "canceled"}))
    for ask in ("result", "wait"):
        with pytest.raises(JobCancelledError, match=r"^Job r was cancelled\.$"):
            getattr(face.client().job("r"), ask)()


def test_a_wait_that_ends_says_what_was_seen_last(
    face: Face, server: ScriptedServer
) -> None:
    server.script("status", Reply(json={"status": "in_queue", "queue_position": 3}))
    with pytest.raises(WaitTimeoutError, match="last seen: in_queue, position 3"):
        face.client().job("r").wait(timeout=0.5)
    server.script("status", Reply(503))
    with pytest.raises(WaitTimeoutError, match="no answer yet"):
        face.client().job("r").wait(timeout=0.05)


def test_run_model_tells_each_update(face: Face, server: ScriptedServer) -> None:
    server.script("status", RUNNING, Reply(json={"status": "completed"}))
    seen: list[str] = []
    face.client().run_model(
        "a/b", {}, on_update=lambda status: seen.append(status.state)
    )
    assert seen == ["in_progress", "completed"]


@pytest.mark.parametrize("position", [True, "3", 1.5, None])
def test_a_queue_position_that_is_none(
    face: Face, server: ScriptedServer, position: Any
) -> None:
    body = {"status": "in_queue", "queue_position": position}
    server.script("status", Reply(json=body))
    assert face.client().job("r").status().queue_position is None


def test_an_ended_job_has_no_queue_position(face: Face, server: ScriptedServer) -> None:
    server.script("status", Reply(json={"status": "completed", "queue_position": 0}))
    assert face.client().job("r").status().queue_position is None


def test_ids_in_paths_are_quoted(face: Face, server: ScriptedServer) -> None:
    face.client().submit_model("acme/Hailuo Video 01?#%", {"prompt": "ü"})
    assert server.received[0].target == "/v1/models/acme/Hailuo%20Video%2001%3F%23%25"
    assert server.received[0].body == '{"prompt":"ü"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_is_no_json(face: Face, server: ScriptedServer, value: float) -> None:
    with pytest.raises(ValueError, match="a/b"):
        face.client().submit_model("a/b", {"strength": value})
    assert not server.received


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1.5", 1.5), (" 2 ", 2), ("1.2.3", None), ("٣", None), ("-1", None), (".", None)],
)
def test_seconds_to_wait(value: str, seconds: float | None) -> None:
    assert _rules.retry_after(value) == seconds


def test_a_secret_shows_nothing() -> None:
    secret = Secret("tok-12345")
    assert repr(secret) == "Secret(***)"
    assert secret.redact("a tok-12345 b") == "a *** b"
    assert Secret("").redact("a b") == "a b"
    assert Secret("a").redact("a b") == "a b"  # or no answer could be read
    assert Secret("completed").redact("completed") == "completed"
    assert Secret(r"a\'quoted'").redact(repr(r"a\'quoted'")) == '"***"'
    for leak in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not to be pickled"):
            leak(secret)


def data_uri(content: bytes, head: str = "image/png;base64") -> str:
    return f"data:{head},{base64.b64encode(content).decode()}"


def test_a_data_uri_of_just_the_size_that_is_allowed() -> None:
    for size in (1, 2, 3, 100, 9_999):
        content = bytes(size)
        assert decode_data_uri(data_uri(content), size) == (content, "image/png")
        escaped = "data:image/png," + "%00" * size
        assert decode_data_uri(escaped, size) == (content, "image/png")
        for uri in (data_uri(content), escaped):
            with pytest.raises(ValueError, match=f"^is larger than {size - 1} bytes$"):
                decode_data_uri(uri, size - 1)


@pytest.mark.parametrize(
    ("uri", "content", "content_type"),
    [
        ("data:,a,b", b"a,b", "text/plain"),
        ("data: image/png ;x=y, ", b" ", "image/png"),
        ("data:image/png; BASE64 ,YW\n Jj", b"abc", "image/png"),
        ("data:image/png;base64,YWJj%0AYQ", b"abca", "image/png"),
    ],
)
def test_a_data_uri(uri: str, content: bytes, content_type: str) -> None:
    assert decode_data_uri(uri, 100) == (content, content_type)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("data:image/png;base64,YW!Jj", "^is not base64 "),
        ("data:image/png;base64,YWJjY", "^is not base64 "),
        ("data:image/png", "^holds no data$"),
        ("data:image/png;base64,", "^is empty$"),
    ],
)
def test_a_data_uri_that_is_broken(uri: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        decode_data_uri(uri, 100)


@pytest.mark.parametrize(
    ("url", "content_type", "fallback", "name"),
    [
        ("https://x.test/a.b.png", "", "req", "a.b.png"),
        ("https://x.test/a.b.c", "image/png", "req", "a.b.c.png"),
        ("https://x.test/a.0123456789", "", "req", "a.0123456789"),
        ("https://x.test/a.é", "image/png", "req", "a.é.png"),
        ("https://x.test/a.b-c", "image/png", "req", "a.b-c.png"),
        ("https://x.test/", "image/png", "...", "output.png"),
        ("https://x.test/X/", "", "req", "X"),
        ("https://x.test/X", "", "req", "X"),
        ("https://x.test/-~. a . ", "", "req", "a"),
        ("https://x.test/" + "a" * 119 + "%20.b" + "c" * 20, "", "r", "a" * 119),
        ("https://x.test/" + "a" * 119 + "ü.png", "", "r", "a" * 119 + ".png"),
    ],
)
def test_the_name_of_a_file(
    url: str, content_type: str, fallback: str, name: str
) -> None:
    assert file_name(url, content_type, fallback) == name


def test_an_ending_is_short_and_plain() -> None:
    assert split_name("a.b.0123456789") == ("a.b", ".0123456789")
    for name in ("a.01234567890", "a.", ".png", "a.é", "a.b_c", "a.²"):
        assert split_name(name) == (name, "")
    assert numbered("a.b.png", 3) == "a.b-3.png"


@pytest.mark.parametrize("ending", [".htm", ".html", ".HTML"])
def test_a_page_that_was_asked_for(ending: str) -> None:
    for content_type in ("text/html", "application/xhtml+xml; charset=utf-8"):
        assert not is_page(f"a{ending}", content_type)
        assert is_page("a.png", content_type)


def test_a_submit_the_service_fails_at_keeps_its_code(
    face: Face, server: ScriptedServer
) -> None:
    server.script("submit", Reply(500, json={"error_code": 500001, "message": "oops"}))
    with pytest.raises(SubmitUncertainError) as caught:
        face.client().submit_model("a/b", {})
    assert (caught.value.status_code, caught.value.code) == (500, 500001)
    assert len(server.received) == 1


@pytest.mark.parametrize("status", [300, 302, 399])
def test_a_submit_that_is_redirected_was_refused(
    face: Face, server: ScriptedServer, status: int
) -> None:
    server.script("submit", Reply(status))
    with pytest.raises(UnexpectedResponseError, match="a/b") as caught:
        face.client().submit_model("a/b", {})
    assert not isinstance(caught.value, SubmitUncertainError)
    assert caught.value.request_id is None


@pytest.mark.parametrize("status", [200, 299, 303])
def test_a_submit_whose_answer_names_nothing_is_uncertain(
    face: Face, server: ScriptedServer, status: int
) -> None:
    server.script("submit", Reply(status, json={}))
    with pytest.raises(SubmitUncertainError) as caught:
        face.client().submit_model("a/b", {})
    assert caught.value.status_code == status


@pytest.mark.parametrize("token", ["!", "~", "a!~z"])
def test_a_token_of_any_printable_characters(
    face: Face, server: ScriptedServer, token: str
) -> None:
    face.client(token=token).job("r").status()
    assert server.received[0].headers["authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "//v1", "//"])
def test_a_base_url_in_all_its_forms(
    face: Face, server: ScriptedServer, ending: str
) -> None:
    face.client(base_url=f"{server.url}{ending}").job("r").status()
    assert server.received[0].target == "/v1/requests/r/status"
