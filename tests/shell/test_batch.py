"""`batch`: fifty prompts from a table, run once, whatever happens between."""

import csv
import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.command import FLEX, PICTURE, Command, png, pointed_at, sent

HEADER = [
    "key",
    "prompt",
    "image_urls",
    "image_urls",
    "image-size.width",
    "image_size.height",
    "seed",
    "enable_prompt_expansion",
]


def table(path: Path, count: int = 50) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(count):
            writer.writerow(
                [
                    f"p{number}",
                    f'hat "{number}", caf\u00e9',
                    PICTURE,
                    PICTURE,
                    512,
                    256,
                    number,
                    "false",
                ]
            )
    return path


def body(number: int) -> dict[str, Any]:
    return {
        "prompt": f'hat "{number}", caf\u00e9',
        "image_urls": [PICTURE, PICTURE],
        "image_size": {"width": 512, "height": 256},
        "seed": number,
        "enable_prompt_expansion": False,
    }


def test_fifty_prompts_of_a_table(command: Command, simulator: Simulator) -> None:
    table(command.home / "prompts.csv")
    added = command("batch", "add", "prompts.csv", "--model", FLEX)
    assert (added.code, added.err) == (0, "")
    assert added.data == {"added": 50, "known": 0}
    assert sent(simulator) == []
    again = command("batch", "add", "prompts.csv", "--model", FLEX)
    assert again.data == {"added": 0, "known": 50}
    done = command("batch", "run", "--out", "made", "--max-cost-usd", "5")
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert sorted(row["key"] for row in rows) == sorted(f"p{n}" for n in range(50))
    assert {row["state"] for row in rows} == {"succeeded"}
    assert all((command.home / file).exists() for row in rows for file in row["files"])
    bodies = sorted((body for _, body in sent(simulator)), key=lambda b: b["seed"])
    assert bodies == [body(number) for number in range(50)]
    status = command("batch", "status").data
    assert status["counts"] == {"succeeded": 50}
    assert status["cost_usd"] == "2"
    twice = command("batch", "run")
    assert twice.code == 0
    assert len(sent(simulator)) == 50
    exported = command("batch", "export", "results.csv")
    assert exported.data == {"file": "results.csv"}
    with (command.home / "results.csv").open(newline="") as file:
        assert len([*csv.DictReader(file)]) == 50


def test_json_lines_name_their_models(command: Command, simulator: Simulator) -> None:
    lines = [
        {"model_id": FLEX, "key": "a", "prompt": "x", "image_urls": [PICTURE]},
        {
            "model_id": FLEX,
            "key": "b",
            "input": {"prompt": "y", "image_urls": [PICTURE]},
        },
        {
            "model_id": FLEX,
            "prompt": "z",
            "image_urls": [PICTURE],
            "image_size.width": 1,
            "image_size.height": 2,
        },
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    done = command("batch", "run", "-", "--journal", "j.db", stdin=text)
    assert done.code == 0, done.err
    assert sorted(body["prompt"] for _, body in sent(simulator)) == ["x", "y", "z"]
    assert any(
        body.get("image_size") == {"width": 1, "height": 2}
        for _, body in sent(simulator)
    )


def test_local_files_of_a_table_are_sent(
    command: Command, simulator: Simulator
) -> None:
    (command.home / "in.png").write_bytes(png())
    (command.home / "files.csv").write_text("prompt,image_urls\nx,in.png\n")
    assert command("batch", "run", "files.csv", "--model", FLEX).code == 0
    [(_, body)] = sent(simulator)
    assert body["image_urls"][0].startswith("data:image/png;base64,iVBOR")


def test_every_mistake_is_named_by_file_and_line(
    command: Command, simulator: Simulator
) -> None:
    (command.home / "bad.csv").write_text(
        "model_id,promt,seed\n" f"{FLEX},x,abc\n" "no/such,x,1\n"
    )
    (command.home / "bad.jsonl").write_text('{"prompt": 1}\n[]\n')
    done = command("batch", "add", "bad.csv")
    assert done.code == 65
    assert [line.split(": ")[0] for line in done.lines] == ["bad.csv:2"] * 4 + [
        "bad.csv:3"
    ]
    assert "did you mean prompt?" in done.err
    assert command("batch", "add", "bad.jsonl").lines == [
        "bad.jsonl:1: it names no model_id, and --model is not given"
    ]
    assert command("batch", "add", "none.csv").code == 66
    assert sent(simulator) == []


@pytest.mark.parametrize("name", ["run", "status", "retry", "export"])
def test_a_journal_that_is_not_there_is_not_made(command: Command, name: str) -> None:
    words = ["out.csv"] if name == "export" else []
    done = command("batch", name, *words, "--journal", "none.db")
    assert done.code == 66
    assert not (command.home / "none.db").exists()


def test_what_failed_is_tried_again(tmp_path: Path) -> None:
    with Simulator(queued=0, running=0) as simulator:
        simulator.script("submit", ["failed"])
        command = Command(tmp_path, **pointed_at(simulator))
        table(tmp_path / "one.csv", 1)
        done = command("batch", "run", "one.csv", "--model", FLEX)
        assert done.code == 1
        assert json.loads(done.out)["state"] == "failed"
        assert command("batch", "retry").data == {"retried": 1}
        assert command("batch", "run").code == 0
        assert len(sent(simulator)) == 2


def test_what_is_uncertain_waits_for_a_person(tmp_path: Path) -> None:
    with Simulator(queued=0, running=0) as simulator:
        simulator.script("submit", ["drop-after"])
        command = Command(tmp_path, **pointed_at(simulator))
        table(tmp_path / "one.csv", 1)
        assert command("batch", "run", "one.csv", "--model", FLEX).code == 1
        assert command("batch", "status").data["uncertain"] == ["p0"]
        assert command("batch", "run").code == 0
        assert len(sent(simulator)) == 1
        assert command("batch", "settle", "p0").code == 64
        assert command("batch", "settle", "p9", "--lost").code == 65
        [request_id] = simulator.jobs
        settled = command("batch", "settle", "p0", "--request-id", request_id)
        assert settled.data["state"] == "submitted"
        assert command("batch", "run").code == 0
        assert command("batch", "status").data["counts"] == {"succeeded": 1}
        assert len(sent(simulator)) == 1


def test_ctrl_c_says_how_to_go_on_and_pays_nothing_twice(tmp_path: Path) -> None:
    with Simulator(queued=10_000) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        table(tmp_path / "some.csv", 5)
        running = command.start("batch", "run", "some.csv", "--model", FLEX)
        while sum(r.endpoint == "status" for r in simulator.requests) < 5:
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert running.returncode == 130
        assert "runcomfy-models batch run" in err.decode()
        done = command("batch", "run", "--timeout", "0.1")
        assert len(sent(simulator)) == 5
        assert done.code == 1


@pytest.mark.stress
def test_workers_share_a_journal_in_postgres(
    command: Command, simulator: Simulator, postgres_url: str
) -> None:
    place = ["--journal", postgres_url]
    table(command.home / "prompts.csv", 12)
    added = command("batch", "add", "prompts.csv", "--model", FLEX, *place)
    assert added.data == {"added": 12, "known": 0}
    limits = ["--concurrency", "4", "--per-minute", "600", "--timeout", "60"]
    money = ["--max-cost-usd", "0.42"]
    shared = [*place, *limits, "--out", "made", "--until-empty"]
    worked = [command.start("batch", "work", *shared, *money) for _ in range(2)]
    for worker in worked:
        _, err = worker.communicate(timeout=90)
        assert worker.returncode == 0, err
    status = command("batch", "status", *place).data
    assert status["counts"] == {"new": 2, "succeeded": 10}
    assert len([*(command.home / "made").iterdir()]) == 10
    done = command("batch", "work", *shared)
    assert (done.code, done.out) == (0, ""), done.err
    assert len(sent(simulator)) == 12
    exported = command("batch", "export", "all.csv", *place)
    assert exported.code == 0
    with (command.home / "all.csv").open(newline="") as file:
        assert {row["state"] for row in csv.DictReader(file)} == {"succeeded"}


def test_work_is_for_a_shared_journal(command: Command, simulator: Simulator) -> None:
    done = command("batch", "work")
    assert done.code == 64
    assert "postgresql://" in done.err


def test_a_copied_journal_is_run_on_a_persons_word(
    command: Command, simulator: Simulator
) -> None:
    table(command.home / "one.csv", 1)
    assert command("batch", "add", "one.csv", "--model", FLEX).code == 0
    shutil.copyfile(command.home / "batch.db", command.home / "copy.db")
    refused = command("batch", "run", "--journal", "copy.db")
    assert refused.code == 65
    assert "is a copy" in refused.err
    assert "--moved" in refused.err
    assert sent(simulator) == []
    moved = command("batch", "run", "--journal", "copy.db", "--moved")
    assert moved.code == 0
    assert len(sent(simulator)) == 1
