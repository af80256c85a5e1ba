"""Batches over real HTTP, sync and async: what a caller sees, and what the service does."""

import csv
import json
import os
import pickle
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models import (
    AuthenticationError,
    ConfigurationError,
    InsufficientBalanceError,
    JournalError,
    RunComfy,
)
from runcomfy_models._core.money import Estimate, Price, over_budget
from runcomfy_models.batch import Batch, BatchItem
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from runcomfy_models.simulator import Simulator
from tests.support.batches import BatchFace
from tests.support.scripted_server import PNG, Reply, ScriptedServer

EDIT = "blackforestlabs/flux-2/pro/edit"


def edit(prompt: object, **fields: Any) -> flux_2_pro_edit.Input:
    urls = ["https://x.test/a.png"]
    return flux_2_pro_edit.Input(prompt=str(prompt), image_urls=urls, **fields)


def edits(count: int) -> list[tuple[str, flux_2_pro_edit.Input]]:
    return [(f"k{number}", edit(number)) for number in range(count)]


@pytest.fixture
def service() -> Iterator[Simulator]:
    with Simulator(queued=0, running=0) as simulator:
        yield simulator


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    server = ScriptedServer()
    yield server
    server.stop()


def prompts(service: Simulator) -> list[str]:
    return [job.input["prompt"] for job in service.jobs.values()]


def states(items: Any) -> dict[str, str]:
    return {item.key: item.state for item in items}


def test_each_job_is_run_once(
    batch_face: BatchFace, service: Simulator, tmp_path: Path
) -> None:
    batch = batch_face.batch(service)
    assert batch.add(edits(20)) == 20
    found = {item.key: item for item in batch.run(concurrency=5, out=tmp_path / "out")}
    assert {*found} == {f"k{number}" for number in range(20)}
    assert sorted(prompts(service)) == sorted(str(number) for number in range(20))
    for item in found.values():
        assert (item.state, item.error) == ("succeeded", None)
        assert service.jobs[item.request_id].input == item.body
        assert item.cost_usd == Decimal("0.04")
        (file,) = item.files
        assert file == tmp_path / "out" / f"{item.key}.png"
        assert file.read_bytes()[:4] == b"\x89PNG"
        assert item.output["image"].startswith(service.url)
        assert item.sent_at <= item.ended_at
    assert [item.key for item in batch.items()] == [f"k{n}" for n in range(20)]
    assert len(list((tmp_path / "out").iterdir())) == 20
    assert list(batch.run()) == []
    assert len(service.jobs) == 20


def test_what_was_asked_for_before_is_answered_from_the_journal(
    batch_face: BatchFace, service: Simulator
) -> None:
    batch = batch_face.batch(service)
    batch.add(edits(6))
    first = {item.key: item for item in batch.run()}
    again = batch_face.batch(service)
    assert again.add(edits(8)) == 2
    found = {item.key: item for item in again.run()}
    assert len(found) == 8
    assert len(service.jobs) == 8
    for key, item in first.items():
        assert found[key].request_id == item.request_id
        assert found[key].output == item.output
    assert list(again.run()) == []


def test_the_same_input_is_paid_once_and_four_keys_four_times(
    batch_face: BatchFace, service: Simulator
) -> None:
    batch = batch_face.batch(service)
    assert batch.add([edit("x"), edit("x"), edit("y")]) == 2
    assert batch.add([(number, edit("x")) for number in range(4)]) == 4
    assert len(list(batch.run())) == 6
    assert sorted(prompts(service)) == ["x"] * 5 + ["y"]


def test_a_model_without_a_class_is_run_by_its_id(
    batch_face: BatchFace, service: Simulator
) -> None:
    body = {"prompt": "p", "image_urls": ["https://x.test/a"]}
    batch = batch_face.batch(service)
    batch.add([("a", EDIT, body), ("b", "no/such", {}), (None, EDIT, body)])
    found = {item.key: item for item in batch.run()}
    assert found["a"].body == body
    assert found["b"].state == "failed"
    assert "no/such" in found["b"].error
    assert len(service.jobs) == 2


def test_what_fails_is_told_and_tried_again_on_demand(
    batch_face: BatchFace, service: Simulator
) -> None:
    service.script("submit", ["failed", "cancelled", "status:422", "ok"])
    batch = batch_face.batch(service)
    batch.add(edits(4))
    found = {item.key: item for item in batch.run(concurrency=1)}
    assert states(found.values()) == {
        "k0": "failed",
        "k1": "cancelled",
        "k2": "failed",
        "k3": "succeeded",
    }
    assert found["k0"].error
    assert found["k0"].cost_usd == 0
    assert found["k2"].request_id is None
    assert [item.key for item in batch.items("failed")] == ["k0", "k2"]
    with pytest.raises(ConfigurationError, match="succeeded"):
        batch.retry("succeeded")
    assert batch.retry("failed", ["k0", "none"]) == 1
    assert batch.retry("cancelled") == 1
    again = {item.key: item for item in batch.run()}
    assert states(again.values()) == {"k0": "succeeded", "k1": "succeeded"}
    assert again["k0"].earlier_request_ids == (found["k0"].request_id,)
    assert again["k0"].request_id != found["k0"].request_id


@pytest.mark.parametrize("fault", ["drop-after", "status-after:500", "broken-json"])
def test_a_lost_answer_is_uncertain_until_a_person_settles_it(
    batch_face: BatchFace, service: Simulator, fault: str
) -> None:
    service.script("submit", [fault])
    batch = batch_face.batch(service)
    batch.add(edits(2))
    found = {item.key: item for item in batch.run(concurrency=1)}
    assert states(found.values()) == {"k0": "uncertain", "k1": "succeeded"}
    assert list(batch.run()) == []
    assert len(service.jobs) == 2
    report = batch.report()
    assert report.counts == {"uncertain": 1, "succeeded": 1}
    assert [item.key for item in report.uncertain] == ["k0"]
    assert "settle" in str(report)
    for wrong in ({}, {"request_id": "r", "lost": True}, {"request_id": " "}):
        with pytest.raises(ConfigurationError):
            batch.settle("k0", **wrong)
    (lost,) = [name for name, job in service.jobs.items() if job.input["prompt"] == "0"]
    assert batch.settle("k0", request_id=lost).state == "submitted"
    assert states(batch.run()) == {"k0": "succeeded"}
    assert len(service.jobs) == 2
    with pytest.raises(ConfigurationError, match="succeeded"):
        batch.settle("k0", lost=True)


def test_what_was_lost_is_sent_again_on_a_persons_word(
    batch_face: BatchFace, service: Simulator
) -> None:
    service.script("submit", ["drop"])
    batch = batch_face.batch(service)
    batch.add(edits(1))
    assert states(batch.run()) == {"k0": "uncertain"}
    assert batch.settle("k0", lost=True).state == "new"
    assert states(batch.run()) == {"k0": "succeeded"}
    assert len(service.jobs) == 1


def test_a_busy_service_burns_no_input(batch_face: BatchFace) -> None:
    faults = ["submit/rate-limit:0.01=0.7"]
    with Simulator(queued=0, running=0, faults=faults) as service:
        batch = batch_face.batch(service)
        batch.add(edits(30))
        found = list(batch.run(concurrency=10))
        assert {*states(found).values()} == {"succeeded"}
        assert len(found) == len(service.jobs) == 30


def test_a_503_that_says_when_to_come_again_burns_no_input(
    batch_face: BatchFace, server: ScriptedServer
) -> None:
    busy = Reply(503, json={}, headers={"Retry-After": "0.01"})
    server.script("submit", busy, busy, Reply(json={"request_id": "r"}))
    batch = batch_face.batch(server)
    batch.add(edits(1))
    assert states(batch.run()) == {"k0": "succeeded"}
    assert len(server.calls("submit")) == 3


def test_a_503_that_does_not_is_uncertain(
    batch_face: BatchFace, server: ScriptedServer
) -> None:
    server.script("submit", Reply(503, json={}))
    batch = batch_face.batch(server)
    batch.add(edits(1))
    assert states(batch.run()) == {"k0": "uncertain"}
    assert len(server.calls("submit")) == 1


def test_a_service_that_is_away_loses_nothing(
    batch_face: BatchFace, server: ScriptedServer
) -> None:
    server.stop()
    batch = batch_face.batch(server, max_silence=0.2)
    batch.add(edits(5))
    with pytest.raises(Exception, match="cannot be reached"):
        list(batch.run(concurrency=2))
    assert {*states(batch.items()).values()} == {"new"}


def test_a_wrong_token_ends_the_run_and_loses_nothing(
    batch_face: BatchFace, service: Simulator
) -> None:
    batch = batch_face.batch(service, token="wrong-token-1234")
    batch.add(edits(5))
    with pytest.raises(AuthenticationError):
        list(batch.run(concurrency=2))
    assert {*states(batch.items()).values()} == {"new"}
    assert not service.jobs


def test_a_balance_that_runs_out_half_way(batch_face: BatchFace) -> None:
    with Simulator(queued=0, running=0, balance="0.42") as service:
        batch = batch_face.batch(service)
        batch.add(edits(30))
        found = list(batch.run(concurrency=3))
        done = [item for item in found if item.state == "succeeded"]
        held = [item for item in found if item.state == "new"]
        assert len(done) == len(service.jobs) == 10
        assert held
        assert all("402" in item.error for item in held)
        assert batch.report().counts == {"new": 20, "succeeded": 10}
        service.balance = 100
        assert len(list(batch.run(concurrency=3))) == 20
        assert batch.report().cost_usd == Decimal("1.2")


def test_a_ceiling_over_jobs_of_several_prices(
    batch_face: BatchFace,
) -> None:
    prices: dict[str, Any] = {"cheap": 0.04, "dear": 0.5, "unknown": None}
    models = [
        {"model_id": f"a/{name}", "input_schema": {}, "base_price_usd": usd}
        | {"price_unit": "output"}
        for name, usd in prices.items()
    ]
    given = [(f"{n}", f"a/{[*prices][n % 3]}", {"n": n}) for n in range(60)]
    with Simulator(entries=models, queued=0, running=0) as service:
        batch = batch_face.batch(service)
        batch.add(given)
        found = {item.key: item for item in batch.run(concurrency=8, max_cost_usd=5)}
        assert len(found) == 60
        spent = sum(job.cost for job in service.jobs.values())
        assert spent <= 5
        assert spent > Decimal("4.9")
        kinds = {job.model_id for job in service.jobs.values()}
        assert kinds == {"a/cheap", "a/dear"}
        for item in found.values():
            assert item.state == "succeeded" or item.error
            if item.model_id == "a/unknown":
                assert "allow_unpriced" in item.error
        report = batch.report()
        assert report.cost_usd == spent
        rest = list(batch.run(max_cost_usd=5, allow_unpriced=True))
        unknown = [item for item in rest if item.model_id == "a/unknown"]
        assert "succeeded" in {item.state for item in unknown}
        list(batch.run(max_cost_usd=50, allow_unpriced=True))
        assert batch.report().counts == {"succeeded": 60}


def test_a_price_that_changes_half_way(
    batch_face: BatchFace, service: Simulator
) -> None:
    service.set_price(EDIT, 0.1)
    batch = batch_face.batch(service)
    batch.add(edits(20))
    for number, _ in enumerate(batch.run(concurrency=2, max_cost_usd=3)):
        if number == 4:
            service.set_price(EDIT, 0.5)
    spent = sum(job.cost for job in service.jobs.values())
    assert Decimal("2.5") <= spent <= 3
    assert batch.report().cost_usd == spent


def test_a_job_that_outlasts_its_timeout_is_followed_by_the_next_run(
    batch_face: BatchFace,
) -> None:
    with Simulator(queued=0, running=10_000) as service:
        batch = batch_face.batch(service)
        batch.add(edits(2))
        found = list(batch.run(timeout=0.05))
        assert {*states(found).values()} == {"submitted"}
        assert all("0.05 s" in str(item.error) for item in found)
        for name in service.jobs:
            service.script("status", ["failed"], request_id=name)
        assert {*states(batch.run()).values()} == {"failed"}
        assert len(service.jobs) == 2


def test_a_stop_half_way_leaves_what_another_run_takes_up(
    batch_face: BatchFace, service: Simulator
) -> None:
    batch = batch_face.batch(service)
    batch.add(edits(40))
    running = batch.run(concurrency=4)
    for _ in range(3):
        next(running)
    running.close()
    assert batch.report().counts.get("sending", 0) == 0
    other = batch_face.batch(service)
    list(other.run())
    assert len(service.jobs) == 40
    assert other.report().counts == {"succeeded": 40}


def test_one_run_at_a_time(batch_face: BatchFace, service: Simulator) -> None:
    batch = batch_face.batch(service)
    batch.add(edits(3))
    running = batch.run(concurrency=1)
    next(running)
    with pytest.raises(ConfigurationError, match="already"):
        batch.run()
    running.close()
    assert len(list(batch.run())) == 2


@pytest.mark.parametrize(
    "options",
    [{"concurrency": 0}, {"max_cost_usd": -1}, {"timeout": -1}, {"max_cost_usd": "?"}],
)
def test_what_cannot_be_run_is_refused_at_once(
    batch_face: BatchFace, service: Simulator, options: dict[str, Any]
) -> None:
    batch = batch_face.batch(service)
    with pytest.raises(ConfigurationError):
        batch.run(**options)


def test_two_share_the_work(service: Simulator, tmp_path: Path) -> None:
    done: list[BatchItem] = []
    with RunComfy(service.token, base_url=service.url) as client:
        with Batch(tmp_path / "j.db") as batch:
            batch.add(edits(60))

        def work() -> None:
            with Batch(tmp_path / "j.db", client) as batch:
                done.extend(batch.run(concurrency=4))

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(service.jobs) == 60
    assert sorted(item.key for item in done) == sorted(key for key, _ in edits(60))


def test_nothing_is_told_twice_whoever_comes_between_two_statements(
    service: Simulator, tmp_path: Path
) -> None:
    """Another runs the whole batch at each moment at which the first looks at it."""
    moments = 0
    client = RunComfy(service.token, base_url=service.url, poll_interval=0.01)
    with client:
        while True:
            told, is_over = _overtaken(client, tmp_path / f"{moments}.db", moments)
            if is_over:
                break
            moments += 1
            assert sorted(told) == ["k0"], moments
            assert len(service.jobs) == moments
    assert moments >= 5


def _overtaken(client: RunComfy, path: Path, moment: int) -> tuple[list[str], bool]:
    """Run a batch, and another of the same journal after some statements of the first.

    Returns the keys told by both, and whether the first came to its end without.
    """
    told: list[str] = []
    left = moment

    def overtake(statement: str) -> None:
        nonlocal left
        if connection.in_transaction or not statement.startswith("SELECT"):
            return
        left -= 1
        if left == -1:
            with Batch(path, client) as other:
                told.extend(item.key for item in other.run(concurrency=3))

    with Batch(path, client) as batch:
        batch.add(edits(1))
        connection: Any = batch._journal._database._connection  # type: ignore[attr-defined]
        connection.set_trace_callback(overtake)
        told.extend(item.key for item in batch.run(concurrency=1))
        connection.set_trace_callback(None)
    return told, left >= 0


def test_without_a_client_a_batch_is_looked_at(tmp_path: Path) -> None:
    with Batch(tmp_path / "j.db") as batch:
        batch.add(edits(2))
        assert batch.report().counts == {"new": 2}
        found = batch.item("k1")
        assert found is not None
        assert found.body["prompt"] == "1"
        assert batch.item("none") is None
        with pytest.raises(ConfigurationError, match="client"):
            batch.run()
        with pytest.raises(ConfigurationError, match="state"):
            batch.items("done")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="RunComfy"):
        Batch(tmp_path / "j.db", object())  # type: ignore[arg-type]


def test_a_body_is_read_back_as_its_input(tmp_path: Path) -> None:
    given = edit("x", seed=3, image_size={"width": 1280, "height": 720})
    with Batch(tmp_path / "j.db") as batch:
        batch.add(
            [
                ("same", given),
                ("changed", EDIT, {"prompt": 3, "new_field": [1]}),
                ("gone", "some/gone-model", {"anything": {"at": "all"}}),
            ]
        )
        items = {item.key: item for item in batch.items()}
        assert items["same"].input == given
        assert type(items["same"].input) is flux_2_pro_edit.Input
        for key in ("changed", "gone"):
            batch.add([(f"{key} again", items[key].input)])
            again = batch.item(f"{key} again")
            assert again is not None
            assert again.body == items[key].body
            assert again.model_id == items[key].model_id


def test_neither_the_token_nor_a_signed_link_is_in_the_journal(
    batch_face: BatchFace, server: ScriptedServer, tmp_path: Path
) -> None:
    secret = "X-Amz-Signature=5f1c9e0b7d"
    link = f"{server.url}/media/a.png?{secret}#frag-77"
    server.script(
        "result",
        Reply(json={"status": "succeeded", "output": {"image": link, "all": [link]}}),
        Reply(json={"status": "failed", "error": f"no {link} for tok-5a7e1c9b {link}"}),
    )
    batch = batch_face.batch(server, token="tok-5a7e1c9b")
    batch.add(edits(2))
    found = {i.key: i for i in batch.run(concurrency=1, out=tmp_path / "out")}
    assert found["k0"].files[0].read_bytes() == PNG
    assert found["k0"].output["image"] == f"{server.url}/media/a.png"
    assert "media/a.png" in found["k1"].error
    batch.export(tmp_path / "all.jsonl")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) >= 3
    for path in files:
        for word in (secret, "frag-77", "tok-5a7e1c9b"):
            assert word.encode() not in path.read_bytes()


def test_files_are_downloaded_later_where_they_were_not(
    batch_face: BatchFace, server: ScriptedServer, tmp_path: Path
) -> None:
    batch = batch_face.batch(server)
    batch.add(edits(1))
    (item,) = batch.run()
    assert item.files == ()
    server.script(f"/media/{item.request_id}.png", Reply(404), Reply(body=PNG))
    (item,) = batch.run(out=tmp_path / "out")
    assert (item.state, item.files) == ("succeeded", ())
    assert "404" in item.error
    assert not list((tmp_path / "out").glob("*.png"))
    (item,) = batch.run(out=tmp_path / "out")
    assert item.files == (tmp_path / "out" / "k0.png",)
    assert item.files[0].read_bytes() == PNG
    assert list(batch.run(out=tmp_path / "out")) == []
    assert len(server.calls("submit")) == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["k0.png"]


def test_files_overwrite_nothing_and_are_not_doubled(
    batch_face: BatchFace, server: ScriptedServer, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "k0.png").write_bytes(PNG)
    (out / "k1.png").write_bytes(b"somebody's own")
    batch = batch_face.batch(server)
    batch.add(edits(2))
    found = {item.key: item.files for item in batch.run(out=out)}
    assert found["k0"] == (out / "k0.png",)
    assert found["k1"] == (out / "k1-1.png",)
    assert (out / "k1.png").read_bytes() == b"somebody's own"
    assert len(list(out.iterdir())) == 3


@pytest.mark.parametrize(
    "key",
    ["a/b", "../up", "CON", "x" * 400, "ü ü", ".hidden", "a:b", "-rf", "a?b", "a*b"],
)
def test_a_key_leads_a_file_nowhere_else(
    server: ScriptedServer, tmp_path: Path, key: str
) -> None:
    out = tmp_path / "deep" / "out"
    client = RunComfy("t", base_url=server.url)
    with client, Batch(tmp_path / "j.db", client) as batch:
        batch.add([(key, edit("x")), (key + "!", edit("x"))])
        files = [file for item in batch.run(out=out) for file in item.files]
    assert len({*files}) == 2
    assert all(file.parent == out and file.is_file() for file in files)
    assert all(not file.name.startswith((".", "-")) for file in files)


def test_a_job_of_another_service_is_not_asked_for(
    service: Simulator, server: ScriptedServer, tmp_path: Path
) -> None:
    with Simulator(queued=0, running=10_000) as slow:
        client = RunComfy(slow.token, base_url=slow.url)
        with client, Batch(tmp_path / "j.db", client) as batch:
            batch.add(edits(1))
            list(batch.run(timeout=0))
    client = RunComfy("token-of-another", base_url=server.url)
    with client, Batch(tmp_path / "j.db", client) as batch:
        (item,) = batch.run()
    assert item.state == "submitted"
    assert slow.url in item.error
    assert not server.received


def test_results_are_exported(
    batch_face: BatchFace, service: Simulator, tmp_path: Path
) -> None:
    service.script("submit", ["ok", "status:422", "drop"])
    batch = batch_face.batch(service)
    batch.add(
        [('a "quoted", key', edit("x\ny")), ("b", edit("=1+1")), ("c", edit("z"))]
    )
    list(batch.run(concurrency=1))
    lines = batch.export(tmp_path / "r.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    with batch.export(tmp_path / "r.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    for found in (rows, table):
        assert [r["key"] for r in found] == ['a "quoted", key', "b", "c"]
        assert [r["state"] for r in found] == ["succeeded", "failed", "uncertain"]
        assert found[0]["cost_usd"] == "0.04"
    assert rows[0]["input"]["prompt"] == "x\ny"
    assert json.loads(table[0]["input"]) == rows[0]["input"]
    with pytest.raises(ConfigurationError, match="csv"):
        batch.export(tmp_path / "r.xlsx")
    assert sorted(os.listdir(tmp_path)) == sorted(
        {"r.csv", "r.jsonl", *(n for n in os.listdir(tmp_path) if n.startswith("j.db"))}
    )


def test_a_closed_journal_says_so(service: Simulator, tmp_path: Path) -> None:
    batch = Batch(tmp_path / "j.db")
    batch.close()
    with pytest.raises(JournalError):
        batch.report()


def test_items_and_reports_show_themselves(service: Simulator, tmp_path: Path) -> None:
    with Batch(tmp_path / "j.db") as batch:
        batch.add(edits(1))
        (item,) = batch.items()
        assert "k0" in repr(item)
        assert str(tmp_path / "j.db") in repr(batch)
        assert "1 new" in str(batch.report())
        with pytest.raises((TypeError, pickle.PicklingError)):
            pickle.dumps(batch)


def test_a_held_balance_error_is_the_clients_own(service: Simulator) -> None:
    service.balance = 0
    with (
        RunComfy(service.token, base_url=service.url) as client,
        pytest.raises(InsufficientBalanceError),
    ):
        client.run(edit("x"))


def test_what_is_unpriced_is_held_once_the_ceiling_is_passed() -> None:
    """A job of unknown price may cost more than was left: the next is not sent."""
    unknown = Estimate(None, Price(None, None, "", datetime.now(UTC)), "no price")
    error = over_budget("a/b", unknown, Decimal("5.5"), Decimal(5))
    assert "$5.5 is spent or in flight" in str(error)
    assert "unknown" in str(error)
