"""The playground: it runs a model for its own pages alone, within its ceiling."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.command import FLEX, Command, pointed_at
from tests.support.playground import (
    CALL,
    MARK,
    Playground,
    Started,
    ended,
    playgrounds,
)
from tests.support.scripted_server import Reply, ScriptedServer

Refusing = tuple[Playground, Simulator]
UNPRICED = {
    "model_id": FLEX,
    "pricing_note": "depends",
    "base_price_usd": 0.1,
    "price_unit": "output",
    "input_schema": {"type": "object"},
}


@pytest.fixture
def started(command: Command, tmp_path: Path) -> Iterator[Started]:
    """Start a playground of a small site, and stop it afterwards."""
    yield from playgrounds(command, tmp_path)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    running = ScriptedServer()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refusing]:
    """A playground for what it refuses, and the simulator that sees nothing of it."""
    folder = tmp_path_factory.mktemp("refusing")
    with Simulator(queued=0, running=0) as simulator:
        for start in playgrounds(Command(folder, **pointed_at(simulator)), folder):
            yield start(), simulator


def submits(simulator: Simulator) -> int:
    return sum(r.method == "POST" for r in simulator.requests)


def test_a_page_runs_its_model(started: Started, simulator: Simulator) -> None:
    playground = started()
    _, quote = playground.ask("quote", CALL)
    assert quote["refusal"] == ""
    assert quote["price"].startswith("This run: $")
    assert quote["balance"].startswith("$")
    status, job = playground.ask("run", CALL)
    assert status == 200
    done = ended(playground, job["request_id"])
    assert done["state"] == "succeeded"
    assert done["media"][0]["kind"] == "image"
    _, after = playground.ask("quote", CALL)
    assert after["spent"] == done["cost"]
    assert submits(simulator) == 1


def test_nothing_runs_beyond_the_ceiling(
    started: Started, simulator: Simulator
) -> None:
    quote = started().ask("quote", CALL)[1]
    price = Decimal(quote["price"].partition("$")[2])
    playground = started("--max-cost-usd", str(price * 2))
    outcomes = [playground.ask("run", CALL)[0] for _ in range(4)]
    assert outcomes == [200, 200, 402, 402]
    assert submits(simulator) == 2
    assert "ceiling" in playground.ask("quote", CALL)[1]["refusal"]


def test_runs_at_once_stay_within_the_ceiling(
    started: Started, simulator: Simulator
) -> None:
    quote = started().ask("quote", CALL)[1]
    price = Decimal(quote["price"].partition("$")[2])
    playground = started("--max-cost-usd", str(price * 3))
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda _: playground.ask("run", CALL)[0], range(12)))
    assert sorted(outcomes) == [200] * 3 + [402] * 9
    assert submits(simulator) == 3


def test_what_has_no_price_takes_that_something_is_left(tmp_path: Path) -> None:
    with Simulator(entries=[UNPRICED], queued=0, running=0) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        for start in playgrounds(command, tmp_path):
            outcomes = [
                start("--allow-unpriced", "--max-cost-usd", amount).ask("run", CALL)
                for amount in ("0", "1")
            ]
    assert [status for status, _ in outcomes] == [402, 200]
    assert "ceiling" in outcomes[0][1]["error"]


def test_a_job_is_followed_whatever_its_name(
    server: ScriptedServer, tmp_path: Path
) -> None:
    named = {"request_id": "a.b:c/d é"}
    server.script(f"/v1/models/{FLEX}", Reply(json=UNPRICED))
    server.script("submit", Reply(json=named))
    server.script("status", Reply(json={**named, "status": "in_queue"}))
    settings = {"RUNCOMFY_BASE_URL": server.url, "RUNCOMFY_API_TOKEN": "token"}
    for start in playgrounds(Command(tmp_path, **settings), tmp_path):
        playground = start("--allow-unpriced")
        status, job = playground.ask("run", CALL)
        assert (status, job["request_id"]) == (200, named["request_id"])
        status, job = playground.ask("jobs/a.b%3Ac%2Fd%20%C3%A9")
        assert (status, job["state"]) == (200, "in_queue")


def test_what_does_not_fit_is_not_sent(started: Started, simulator: Simulator) -> None:
    playground = started()
    status, said = playground.ask("run", {"model_id": FLEX, "input": {"prompt": 5}})
    assert status == 422
    assert "prompt" in said["error"]
    assert playground.ask("run", {"model_id": "no/such", "input": {}})[0] == 404
    assert playground.ask("run", {"model_id": FLEX})[0] == 422
    assert playground.ask("run", [])[0] == 422
    assert submits(simulator) == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {MARK: ""},
        {MARK: "guessed"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=str,
)
def test_nobody_else_runs_anything(refusing: Refusing, changed: dict[str, str]) -> None:
    playground, simulator = refusing
    status, said = playground.ask("run", CALL, **changed)
    assert status in (403, 415, 421)
    assert list(said) == ["error"]
    assert simulator.requests == []


def test_a_preflight_of_another_origin_is_refused(refusing: Refusing) -> None:
    playground, _ = refusing
    asked = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": MARK,
    }
    status, headers, _ = playground.send("OPTIONS", "/-/run", **asked)
    assert status >= 400
    assert not [name for name in headers if name.lower().startswith("access-control")]


def test_a_name_that_was_rebound_gets_no_page(refusing: Refusing) -> None:
    status, _, page = refusing[0].send("GET", "/", Host="evil.example:80")
    assert status == 421
    assert b"runcomfy-playground" not in page


def test_the_token_is_in_no_answer(
    started: Started, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "site/leak.txt").write_text(f"it is {simulator.token}")
    playground = started()
    paths = ("/", "/leak.txt", "/models", "/nothing")
    answers = [playground.send("GET", path)[2] for path in paths]
    _, job = playground.ask("run", CALL)
    told = ended(playground, job["request_id"])
    said = json.dumps([playground.ask("quote", CALL), job, told])
    assert simulator.token not in said
    assert not [text for text in answers if simulator.token.encode() in text]


@pytest.mark.parametrize(
    "path",
    [
        "/../beside.txt",
        "/%2e%2e/beside.txt",
        "/models/..%2f..%2fbeside.txt",
        "//etc/passwd",
        "/link.txt",
        "/circle",
        f"/{'long' * 100}",
        "/%2d/../../beside.txt",
        "/\x00",
    ],
)
def test_only_the_site_is_served(refusing: Refusing, path: str) -> None:
    status, _, content = refusing[0].send("GET", path.replace("\x00", "%00"))
    assert status in (400, 404)
    assert b"not of the site" not in content


def test_a_page_may_load_and_frame_nothing_strange(refusing: Refusing) -> None:
    _, headers, _ = refusing[0].send("GET", "/")
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_other_jobs_are_not_told(refusing: Refusing) -> None:
    playground, _ = refusing
    assert playground.ask("jobs/6f1c9a52")[0] == 404
    assert playground.ask("jobs/6f1c9a52/cancel", {})[0] == 404
    assert playground.ask("nothing", {})[0] == 404


def test_a_folder_without_docs_is_named(command: Command, tmp_path: Path) -> None:
    done = command("playground", "--site", str(tmp_path / "none"))
    assert done.code == 64
    assert "runcomfy-codegen docs build" in done.err


@pytest.mark.parametrize("amount", ["-1", "nan", "much"])
def test_a_ceiling_is_an_amount(command: Command, amount: str) -> None:
    assert command("playground", "--max-cost-usd", amount).code == 64


def test_a_simulator_of_its_own_is_free(started: Started) -> None:
    playground = started("--simulator")
    status, job = playground.ask("run", CALL)
    assert status == 200
    assert ended(playground, job["request_id"])["state"] == "succeeded"
