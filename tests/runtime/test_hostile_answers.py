"""What the service says is cut, cleaned and redacted; what is not its word is not believed."""

import copy
import json
import logging
import pickle
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

import runcomfy_models
from runcomfy_models import (
    ConfigurationError,
    JobStatus,
    RequestNotFoundError,
    RunComfyError,
    UnexpectedResponseError,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from tests.support.faces import QUICK, Blocking, Face
from tests.support.scripted_server import Reply, ScriptedServer

HTML = {"Content-Type": "text/html"}
PAGE = b"<html><h1>Not here</h1></html>"
GONE = Reply(404, json={"error_code": 404001})


class Raw(socketserver.ThreadingTCPServer):
    """Answers with the bytes that it was given, whatever they are."""

    daemon_threads = True
    allow_reuse_address = True
    answer = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Handler(socketserver.StreamRequestHandler):
    server: Raw

    def handle(self) -> None:
        while self.rfile.readline().strip():
            pass
        self.wfile.write(self.server.answer)


@pytest.fixture
def raw() -> Iterator[Raw]:
    server = Raw()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 %s\r\n\r\n",
        b"%s\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n%s\x01: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n\r\n",
    ],
)
def test_a_malformed_answer_does_not_show_the_token(
    face: Face,
    raw: Raw,
    token: str,
    answer: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "runcomfy_models")
    raw.answer = answer.replace(b"%s", token.encode())
    client = face.client(base_url=raw.url, max_retries=0)
    for call in (client.job("r").status, lambda: client.submit_model("a/b", {})):
        with pytest.raises(RunComfyError) as caught:
            call()
        assert token not in str(caught.value)
        assert token.encode() not in pickle.dumps(caught.value)
    assert token not in caplog.text


def test_a_token_in_a_state_or_an_id_is_not_shown(
    face: Face, server: ScriptedServer, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "runcomfy_models")
    escaped = "".join(f"\\u{ord(c):04x}" for c in token)
    server.script("status", Reply(body=f'{{"status": "at {escaped}"}}'.encode()))
    status = face.client().job("r").status()
    assert status == JobStatus("at ***", None, "r")
    server.script("submit", Reply(json={"request_id": f"id-{token}"}))
    with pytest.raises(RunComfyError, match="no usable request_id") as caught:
        face.client().submit_model("a/b", {})
    assert token not in str(caught.value) + caplog.text


def test_no_line_is_forged_and_no_terminal_moved(
    face: Face, server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "runcomfy_models")
    evil = "busy\nERROR root: forged \x1b[2J\u202e\x07"
    server.script(
        "status", Reply(json={"status": evil}), Reply(json={"status": "completed"})
    )
    server.script("result", Reply(json={"status": "failed", "error": evil * 100_000}))
    with pytest.raises(RunComfyError) as caught:
        face.client().job("r").wait()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600
    lines = [record.getMessage() for record in caplog.records]
    assert all(line.isprintable() and len(line) < 700 for line in lines)


@pytest.mark.parametrize("token", ["a", "s", "t", "token"])
def test_a_placeholder_of_a_token_spoils_no_answer(
    face: Face, server: ScriptedServer, token: str
) -> None:
    client = face.client(token=token)
    assert client.run_model("a/b", {}).request_id == "req-1"
    server.script("status", GONE)
    with pytest.raises(RequestNotFoundError):
        client.job("r").status()


def test_numbers_of_any_length_leave_a_result_readable(
    face: Face, server: ScriptedServer
) -> None:
    digits = "7" * 5000
    body = f'{{"status": "succeeded", "output": {{"seed": {digits}}}, "cost": 1}}'
    server.script("result", Reply(body=body.encode()))
    result = face.client().job("r").result()
    assert result.raw["output"]["seed"] == digits


def test_an_answer_that_echoes_a_large_input_is_read(
    face: Face, server: ScriptedServer
) -> None:
    echo = {
        "status": "succeeded",
        "output": {},
        "input": {"image": "data:" + "x" * 12_000_000},
    }
    server.script("result", Reply(json=echo))
    assert face.client().job("r").result().request_id == "r"


@pytest.mark.parametrize(
    "odd",
    [
        GONE,
        Reply(404, body=PAGE, headers=HTML),
        Reply(403, body=PAGE, headers=HTML),
        Reply(404, body=b"404 page not found"),
    ],
)
def test_a_fresh_job_is_not_expired(
    face: Face, server: ScriptedServer, odd: Reply
) -> None:
    good = server.default("status", "req-1")
    server.script("status", odd, odd, good)
    job = face.client().submit_model("a/b", {})
    assert job.wait(timeout=5).request_id == "req-1"
    server.script("status", odd, good)
    assert face.client().submit_model("a/b", {}).status().ended


def test_an_old_job_that_is_gone_is_gone(face: Face, server: ScriptedServer) -> None:
    server.script("status", GONE)
    job = face.client(QUICK._replace(fresh=0.0)).submit_model("a/b", {})
    with pytest.raises(RequestNotFoundError):
        job.wait(timeout=5)


def test_a_page_of_something_in_between_is_not_the_apis_word(
    face: Face, server: ScriptedServer
) -> None:
    server.script("status", Reply(403, body=PAGE, headers=HTML))
    with pytest.raises(UnexpectedResponseError, match="web page"):
        face.client().job("r").status()
    good = server.default("status", "r")
    server.script("status", *[Reply(404, body=PAGE, headers=HTML)] * 8, good)
    assert face.client(max_retries=2).job("r").wait(timeout=9).request_id == "r"


@pytest.mark.parametrize("status", [401, 402, 406, 409, 418, 422, 451])
def test_a_page_with_any_refusal_is_not_the_apis_word(
    face: Face, server: ScriptedServer, status: int
) -> None:
    odd = Reply(status, body=PAGE, headers=HTML)
    server.script("status", odd, odd, server.default("status", "r"))
    assert face.client().job("r").wait(timeout=9).request_id == "r"


def test_a_redirect_with_the_token_in_it_is_not_logged(
    face: Face,
    server: ScriptedServer,
    token: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "runcomfy_models")
    client = face.client(max_retries=0)
    result = client.run_model("a/b", {})
    path = result.url.removeprefix(server.url)
    where = f"http://127.0.0.1:1/{token}/a.png"
    server.script(path, Reply(302, headers={"Location": where}))
    with pytest.raises(RunComfyError):
        client.download(result, tmp_path)
    ours = [r.getMessage() for r in caplog.records if r.name == "runcomfy_models"]
    assert any("/***/a.png" in line for line in ours)
    assert not any(token in line for line in ours)


@pytest.mark.parametrize("odd", ["it's-a-token", 'a"token\\of/signs', "a+b=c/d&e%20f"])
def test_a_token_is_known_in_each_form(face: Face, raw: Raw, odd: str) -> None:
    forms = [odd, repr(odd)[1:-1], json.dumps(odd)[1:-1], quote(odd, safe="")]
    forms.append(repr(f"'\"{odd}")[4:-1])
    said = json.dumps({"error": " / ".join(forms)}).encode()
    raw.answer = b"HTTP/1.1 418 x\r\nContent-Length: %d\r\n\r\n" % len(said) + said
    client = face.client(base_url=raw.url, token=odd, max_retries=0)
    with pytest.raises(RunComfyError) as caught:
        client.job("r").status()
    assert str(caught.value).startswith("request r: *** / *** / *** / *** / *** (")


def test_half_of_a_token_is_not_shown_either(face: Face, raw: Raw, token: str) -> None:
    raw.answer = b"HTTP/1.1 " + b" " * 3975 + token.encode() + b"\r\n\r\n"
    with pytest.raises(RunComfyError) as caught:
        face.client(base_url=raw.url, max_retries=0).job("r").status()
    assert token[:8] not in str(caught.value)


def test_a_host_that_is_none_is_said_before_anything_is_sent(face: Face) -> None:
    for host in ("a..b", "a" * 64 + ".test", ".x"):
        with pytest.raises(ConfigurationError, match="base URL"):
            face.client(base_url=f"http://{host}")


def test_only_one_says_how_to_connect(face: Face) -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200))
    with pytest.raises(ConfigurationError, match="proxy and transport cannot"):
        face.client(proxy="http://127.0.0.1:9", transport=transport)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:9"),
        ("http_proxy", "gopher://x"),
        ("SSL_CERT_FILE", "/nowhere/certificates.pem"),
    ],
)
def test_what_the_environment_spoils_is_named(
    face: Face, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    if name == "SSL_CERT_FILE":
        monkeypatch.undo()
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        face.client(base_url="http://127.0.0.1:9")


def test_the_client_names_itself_and_sends_the_callers_headers(
    face: Face, server: ScriptedServer
) -> None:
    face.client(headers={"X-Team": "art"}).job("r").status()
    headers = server.received[-1].headers
    version = runcomfy_models.__version__
    assert headers["user-agent"].startswith(f"runcomfy-models/{version} python/3.")
    assert headers["x-team"] == "art"
    for wrong in ({"Authorization": "x"}, {"X": "a\nb"}, {"a b": "c"}):
        with pytest.raises(ConfigurationError, match="headers: "):
            face.client(headers=wrong)


def test_a_job_takes_an_output_and_no_input(face: Face) -> None:
    kind: Any = flux_2_pro_edit.Input
    with pytest.raises(TypeError, match="expected the Output of a model"):
        face.client().job("r", kind)


def test_a_copied_job_keeps_its_client(face: Face, server: ScriptedServer) -> None:
    job = face.client().job("r")
    plain = getattr(job, "target", job)
    for again in (copy.copy(plain), copy.deepcopy(plain)):
        same: Any = Blocking(again, face.runner) if face.kind == "async" else again
        assert same.status().ended


def test_deep_answers_are_not_the_apis(face: Face, server: ScriptedServer) -> None:
    deep = json.dumps({"status": "succeeded"})[:-1] + ', "output": ' + "[" * 400
    server.script("result", Reply(body=(deep + "]" * 400 + "}").encode()))
    with pytest.raises(UnexpectedResponseError) as caught:
        face.client().job("r").result()
    assert caught.value.request_id == "r"
