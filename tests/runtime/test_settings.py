"""Token and base URL: where they come from, and what is refused."""

from math import inf, nan
from typing import Any

import httpx2
import pytest

from runcomfy_models import AuthenticationError, ConfigurationError, WaitTimeoutError
from runcomfy_models._core.secret import Secret
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from tests.support.faces import Face
from tests.support.leaks import library_locals
from tests.support.scripted_server import Reply, ScriptedServer

INPUT = flux_2_pro_edit.Input(prompt="a fox", image_urls=["https://x.test/a.png"])
NAMES = ["RUNCOMFY_API_TOKEN", "RUNCOMFY_TOKEN", "RUNCOMFY_API_KEY"]


def token_sent(face: Face, server: ScriptedServer, **options: Any) -> str:
    face.client(**options).job("r").status()
    return server.received[-1].headers["authorization"]


def test_the_token_is_the_arguments_or_else_the_environments(
    face: Face, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in reversed(NAMES):
        monkeypatch.setenv(name, f" from-{name}\n")
        assert token_sent(face, server, token=None) == f"Bearer from-{name}"
    monkeypatch.setenv(NAMES[0], " ")
    assert token_sent(face, server, token=None) == f"Bearer from-{NAMES[1]}"
    assert token_sent(face, server, token=" mine \r\n") == "Bearer mine"


def test_no_token_is_told_at_once(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    for token in (None, "", " \n"):
        with pytest.raises(AuthenticationError) as caught:
            face.client(token=token)
        assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize(
    "token", ["se cret", "se\ncret", "se\x7fcret", "sécret", "Bearer secret"]
)
def test_a_token_that_cannot_be_sent_is_refused_unseen(
    face: Face, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AuthenticationError, match="The token holds") as caught:
        face.client(token=token)
    assert token not in str(caught.value)
    assert repr(token)[1:-1] not in library_locals(caught.value)
    monkeypatch.setenv(NAMES[2], token)
    with pytest.raises(AuthenticationError, match="token in RUNCOMFY_API_KEY holds"):
        face.client(token=None)


def test_a_secret_shows_nothing() -> None:
    import pickle

    secret = Secret("abc-12345")
    assert "abc" not in f"{secret} {secret!r}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    value = {"abc-12345": ["xabc-12345x", 1, None]}
    assert secret.redact_json(value) == {"***": ["x***x", 1, None]}


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/", "//"])
def test_the_base_url_may_end_as_it_likes(
    face: Face, server: ScriptedServer, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = face.client(base_url=f" {server.url}{ending} ")
    assert client.base_url == server.url
    client.job("r").status()
    assert server.received[-1].path == "/v1/requests/r/status"
    monkeypatch.setenv("RUNCOMFY_BASE_URL", server.url + ending)
    assert face.client(base_url=None).base_url == server.url
    monkeypatch.setenv("RUNCOMFY_BASE_URL", "")
    assert face.client(base_url=None).base_url == "https://model-api.runcomfy.net"


def test_the_base_url_may_have_a_prefix(face: Face, server: ScriptedServer) -> None:
    job = face.client(base_url=f"{server.url}/gate/way/v1").job("r")
    server.script("/gate/way/v1/requests/r/status", server.default("status", "r"))
    assert job.status().state == "completed"


@pytest.mark.parametrize(
    "url",
    [
        "model-api.runcomfy.net",
        "ftp://x.test",
        "file:///etc",
        "http://",
        "http://x.test:port",
        "http://x.test:99999999",
        "http://[::1",
        "http://x.test/?a=b",
        "http://x.test/#a",
        "http://x .test",
        "http://x.te\tst",
        "http://user:secret@x.test",
    ],
)
def test_a_base_url_that_is_none_is_refused(face: Face, url: str) -> None:
    with pytest.raises(ConfigurationError, match="base URL") as caught:
        face.client(base_url=url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_retries", -1),
        ("max_retries", nan),
        ("poll_interval", 0),
        ("poll_interval", -1),
        ("poll_interval", nan),
        ("poll_interval", inf),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", nan),
        ("timeout", inf),
        ("timeout", httpx2.Timeout(5, read=nan)),
        ("timeout", httpx2.Timeout(5, pool=-1)),
    ],
)
def test_odd_options_are_refused(face: Face, option: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=rf"^{option} "):
        face.client(**{option: value})


@pytest.mark.parametrize("concurrency", [0, -1, nan])
def test_an_odd_concurrency_is_refused(face: Face, concurrency: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^concurrency "):
        face.client().run_many([], concurrency=concurrency)


@pytest.mark.parametrize("timeout", [nan, -1, -0.001, -inf])
def test_an_odd_deadline_is_refused_before_anything_is_sent(
    face: Face, server: ScriptedServer, timeout: float
) -> None:
    client = face.client()
    job = client.job("r")
    for wait in (
        lambda: job.wait(timeout),
        lambda: list(job.updates(timeout)),
        lambda: client.run_model("a/b", {}, timeout=timeout),
        lambda: client.run(INPUT, timeout=timeout),
        lambda: list(client.run_many([INPUT], timeout=timeout)),
    ):
        with pytest.raises(ConfigurationError, match=r"^timeout .* 0 seconds or more"):
            wait()
    assert not server.received


def test_a_deadline_of_infinity_is_none(face: Face, server: ScriptedServer) -> None:
    client = face.client(timeout=httpx2.Timeout(None))
    for forever in (inf, 10**400, 1e300):
        assert client.job("r").wait(timeout=forever).request_id == "r"


@pytest.mark.parametrize("pause", [10**400, 1e300, 1e10])
def test_a_pause_that_no_clock_holds_is_cut_by_the_deadline(
    face: Face, server: ScriptedServer, pause: float
) -> None:
    server.script("status", Reply(json={"status": "in_progress"}))
    for interval in (pause, lambda waited: pause):
        client = face.client(poll_interval=interval)
        with pytest.raises(WaitTimeoutError):
            client.job("r").wait(timeout=0.05)


@pytest.mark.parametrize("seconds", [nan, -1, inf, None])
def test_an_odd_pause_of_the_callers_schedule_is_refused(
    face: Face, server: ScriptedServer, seconds: Any
) -> None:
    server.script("status", Reply(json={"status": "in_progress"}))
    client = face.client(poll_interval=lambda waited: seconds)
    with pytest.raises(ConfigurationError, match=r"^poll_interval ") as caught:
        client.job("r").wait(timeout=5)
    assert caught.value.request_id == "r"
