"""`python -m runcomfy_models.simulator`."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runcomfy_models.simulator import Simulator
from runcomfy_models.simulator.__main__ import main
from tests.support.raw_api import RawAPI
from tests.support.uninstalled import ENVIRONMENT


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_interrupted(number: int, tmp_path: Path) -> None:
    catalogue = tmp_path / "models.json"
    entry = {"model_id": "a/b", "input_schema": {"type": "object"}}
    catalogue.write_text(json.dumps({"models": [entry], "total": 1}))
    command = [sys.executable, "-m", "runcomfy_models.simulator", "--port=0"]
    command += ["--token=a b", f"--catalogue={catalogue}", "--queued=0"]
    command += ["--fault=result/status:503", "--script=status=ok,status:500"]
    with subprocess.Popen(
        command,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout
            use(*(process.stdout.readline().strip() for _ in range(3)))
            process.send_signal(number)
            out, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, out, err) == (0, "", "")


def use(line: str, *exports: str) -> None:
    """Speak to the simulator that printed these lines."""
    exported = dict(shlex.split(text)[1].split("=", 1) for text in exports)
    served = Simulator(token=exported["RUNCOMFY_API_TOKEN"])
    served.url = exported["RUNCOMFY_BASE_URL"]
    assert f"1 models at {served.url} " in line
    with RawAPI(served) as api:
        for request_id in (api.job({}, "a/b"), api.job({}, "a/b")):
            assert [api.status(request_id).status for _ in range(2)] == [200, 500]
        assert api.result(request_id).status == 503


def test_a_port_in_use_is_one_line(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    port = urlsplit(simulator.url).port
    assert main(["--port", str(port)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{port}: " in error
    assert "in use" in error


@pytest.mark.parametrize("content", [None, "{", "3"])
def test_a_bad_catalogue_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    path = tmp_path / "models.json"
    if content is not None:
        path.write_text(content)
    assert main(["--port=0", f"--catalogue={path}"]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(path) in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port=65536"], "a port is 0 to 65535"),
        (["--fault=nothing"], "there is no fault 'nothing'"),
        (["--fault=drop=2"], "a probability is 0 to 1"),
        (["--script=nowhere=drop"], "'nowhere' is not an endpoint"),
        (["--unit=days"], "invalid choice"),
    ],
)
def test_wrong_use_is_explained(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exited:
        main(arguments)
    assert exited.value.code == 2
    assert message in capsys.readouterr().err


def test_help_names_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        main(["--help"])
    assert exited.value.code == 0
    shown = capsys.readouterr().out
    for name in ("drop-after", "rate-limit-date", "unknown-state", "expired"):
        assert f"  {name} " in shown


def test_without_jsonschema_it_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['jsonschema'] = None\n"
        "from runcomfy_models.simulator.__main__ import main\n"
        "sys.exit(main(['--port=0']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'runcomfy-models[simulator]'" in done.stderr
