"""Token and base URL: where they come from, and what is refused."""

from typing import Any

import pytest

from runcomfy_models import AuthenticationError, ConfigurationError
from runcomfy_models._settings import Secret

from .faces import Face
from .scripted_server import ScriptedServer

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
    from .test_refusals import library_locals

    with pytest.raises(AuthenticationError, match="The token holds") as caught:
        face.client(token=token)
    assert token not in str(caught.value)
    assert repr(token)[1:-1] not in library_locals(caught.value)
    monkeypatch.setenv(NAMES[2], token)
    with pytest.raises(AuthenticationError, match="token in RUNCOMFY_API_KEY holds"):
        face.client(token=None)


def test_a_secret_shows_nothing() -> None:
    import pickle

    secret = Secret("abc")
    assert "abc" not in f"{secret} {secret!r}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    assert secret.redact({"abc": ["xabcx", 1, None]}) == {"***": ["x***x", 1, None]}


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


def test_odd_options_are_refused(face: Face) -> None:
    for options in ({"max_retries": -1}, {"poll_interval": 0}, {"poll_interval": -1}):
        with pytest.raises(ConfigurationError):
            face.client(**options)
    with pytest.raises(ConfigurationError):
        face.client().run_many([], concurrency=0)
