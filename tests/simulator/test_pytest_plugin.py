"""The fixture that the package gives to its users' tests."""

import subprocess
import sys

import pytest

from tests.support.uninstalled import ENVIRONMENT

pytest_plugins = ["pytester"]

USERS_TESTS = """
import json, os, urllib.request
import pytest

MODEL = "blackforestlabs/flux-2/pro/edit"


def submit():
    request = urllib.request.Request(
        os.environ["RUNCOMFY_BASE_URL"] + "/v1/models/" + MODEL,
        json.dumps({"prompt": "x", "image_urls": ["https://example.com/x"]}).encode(),
        {"Authorization": "Bearer " + os.environ["RUNCOMFY_API_TOKEN"]},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.load(answer)["request_id"]


def test_plain(runcomfy_simulator):
    request_id = submit()
    assert list(runcomfy_simulator.jobs) == [request_id]
    assert runcomfy_simulator.requests[0].body["prompt"] == "x"


def test_a_new_one_each_time(runcomfy_simulator):
    assert runcomfy_simulator.requests == []


@pytest.mark.runcomfy_simulator(seed=9, token="mine", faults=["submit/status:503"])
def test_options(runcomfy_simulator):
    assert runcomfy_simulator.seed == 9
    assert os.environ["RUNCOMFY_API_TOKEN"] == "mine"
    with pytest.raises(urllib.error.HTTPError) as refused:
        submit()
    refused.value.close()
    assert refused.value.code == 503


@pytest.mark.runcomfy_simulator(queued=0, running=0)
def test_the_client_finds_it(runcomfy_simulator):
    from runcomfy_models import RunComfy

    body = {"prompt": "x", "image_urls": ["https://example.com/x"]}
    with RunComfy() as client:
        result = client.run_model(MODEL, body)
    assert list(runcomfy_simulator.jobs) == [result.request_id]


def test_the_environment_is_put_back():
    assert "RUNCOMFY_BASE_URL" not in os.environ
"""


def test_users_have_a_simulator_in_one_line(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not by the entry point: this must hold before the package is installed, too.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example.com")
    monkeypatch.delenv("RUNCOMFY_BASE_URL", raising=False)
    pytester.makepyfile(USERS_TESTS)
    arguments = ("-p", "runcomfy_models.pytest_plugin", "--strict-markers", "-Werror")
    pytester.runpytest_inprocess(*arguments).assert_outcomes(passed=5)


def test_loading_the_plugin_is_cheap() -> None:
    code = (
        "import sys, pytest\n"
        "before = set(sys.modules)\n"
        "import runcomfy_models.pytest_plugin\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=20,
    )
    loaded = done.stdout
    assert "runcomfy_models.pytest_plugin" in loaded, done.stderr
    for heavy in ("simulator", "jsonschema", "pydantic", "httpx2", "asyncio"):
        assert f"'{heavy}" not in loaded.replace(
            "runcomfy_models.simulator", "simulator"
        )
