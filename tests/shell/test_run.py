"""`run`: what goes on the wire, and what is shown of what comes back."""

import json
import os
import pty
import re
import signal
from base64 import b64encode
from pathlib import Path

import pytest

from runcomfy_models.simulator import Simulator
from tests.support.command import (
    ENOUGH,
    FLEX,
    PICTURE,
    Command,
    Done,
    png,
    pointed_at,
    sent,
)


def test_a_program_gets_one_object_with_everything(
    command: Command, simulator: Simulator, tmp_path: Path
) -> None:
    done = command("run", FLEX, *ENOUGH, "--out", "made")
    assert (done.code, done.err) == (0, "")
    [(model_id, body)] = sent(simulator)
    assert (model_id, body) == (FLEX, {"prompt": "a hat", "image_urls": [PICTURE]})
    result = done.data
    [request_id] = simulator.jobs
    assert result["request_id"] == request_id
    assert result["model_id"] == FLEX
    assert result["state"] == "succeeded"
    assert result["output"]["image"] == result["media"][0]
    assert isinstance(result["cost_usd"], float)
    [file] = result["files"]
    assert (tmp_path / file).read_bytes().startswith(b"\x89PNG")
    assert Path(file).parent == Path("made")


def test_a_person_sees_files_cost_and_request_id(
    command: Command, simulator: Simulator
) -> None:
    code, shown = on_terminal(command, "run", FLEX, *ENOUGH, "--out", "made")
    [request_id] = simulator.jobs
    assert code == 0
    assert "made/0.png" in shown
    assert f"cost: $0.04   request_id: {request_id}" in shown
    assert "in_queue" in shown or "completed" in shown
    assert '{"' not in shown


def test_no_color_is_obeyed(command: Command) -> None:
    shown = on_terminal(command, "run", FLEX, *ENOUGH, NO_COLOR="1", TERM="xterm")[1]
    assert "\x1b[3" not in shown.replace("\x1b[?25", "")


def on_terminal(command: Command, *words: str, **settings: str) -> tuple[int, str]:
    """Run a command on a terminal, and return its exit code and all that it showed."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover
        os.chdir(command.home)
        os.execve(
            command.words[0],
            [*command.words, *words],
            {**command.environment, **settings},
        )
    shown = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
    os.close(terminal)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code, shown.decode()


def test_no_wait_prints_the_request_id_alone(
    command: Command, simulator: Simulator
) -> None:
    done = command("run", FLEX, *ENOUGH, "--no-wait")
    [request_id] = simulator.jobs
    assert (done.code, done.out) == (0, f"{request_id}\n")
    assert command("status", request_id).data["state"] in ("in_queue", "completed")


def test_a_dry_run_sends_nothing(command: Command, simulator: Simulator) -> None:
    done = command("run", FLEX, *ENOUGH, "--dry-run", "--json", RUNCOMFY_API_TOKEN="")
    assert done.code == 0
    assert simulator.requests == []
    assert done.data["model_id"] == FLEX
    assert done.data["body"] == {"prompt": "a hat", "image_urls": [PICTURE]}
    assert done.data["estimate_usd"] is None
    assert "price" in done.data["why"]
    assert [*done.data] == ["model_id", "body", "estimate_usd", "why"]


def test_a_dry_run_with_a_ceiling_asks_for_the_price(command: Command) -> None:
    done = command("run", FLEX, *ENOUGH, "--dry-run", "--max-cost-usd", "1")
    assert done.data["estimate_usd"] == 0.04


def test_nothing_is_sent_above_the_ceiling(
    command: Command, simulator: Simulator
) -> None:
    done = command("run", FLEX, *ENOUGH, "--max-cost-usd", "0.01")
    assert done.code == 65
    assert "0.04" in done.err
    assert sent(simulator) == []
    assert command("run", FLEX, *ENOUGH, "--max-cost-usd", "0.05").code == 0
    bad = command("run", FLEX, *ENOUGH, "--max-cost-usd", "lots")
    assert bad.code == 64
    assert "lots" in bad.err


def test_several_runs_print_a_line_each(command: Command, simulator: Simulator) -> None:
    done = command("run", FLEX, *ENOUGH, "--repeat", "3", "--out", "made")
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert sorted(row["index"] for row in rows) == [0, 1, 2]
    assert {row["request_id"] for row in rows} == {*simulator.jobs}
    files = {file for row in rows for file in row["files"]}
    assert len(files) == 3
    assert all((command.home / file).is_file() for file in files)
    assert [body for _, body in sent(simulator)] == [
        {"prompt": "a hat", "image_urls": [PICTURE]}
    ] * 3


@pytest.mark.parametrize("form", ["list", "lines"])
def test_an_input_of_several_objects_is_several_runs(
    command: Command, simulator: Simulator, form: str
) -> None:
    bodies = [{"prompt": f"{n}\u2028", "image_urls": [PICTURE]} for n in range(3)]
    text = json.dumps(bodies)
    if form == "lines":
        lines = [json.dumps(body, ensure_ascii=False) for body in bodies]
        text = "\n\n".join(lines) + "\n"
    flags = ["--input", "-", "--seed", "7"]
    done = command("run", FLEX, *flags, "--no-wait", "--json", stdin=text)
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in done.out.splitlines()]
    by_index = {row["index"]: row["request_id"] for row in rows}
    for index, body in enumerate(bodies):
        assert simulator.jobs[by_index[index]].input == {**body, "seed": 7}
    dry = command("run", FLEX, *flags, "--dry-run", stdin=text)
    unsent = [json.loads(line)["body"] for line in dry.out.splitlines()]
    assert unsent == [{**body, "seed": 7} for body in bodies]
    assert len(sent(simulator)) == 3


def test_a_mistake_in_one_of_several_inputs_sends_none(
    command: Command, simulator: Simulator
) -> None:
    text = json.dumps([{"prompt": "x", "image_urls": [PICTURE]}, {"prompt": 3}])
    done = command("run", FLEX, "--input", "-", stdin=text)
    assert done.code == 65
    assert all(line.startswith("--input, object 1: ") for line in done.lines)
    assert len(done.lines) == 2
    for bad in ("[]", "[1]", '{"a": 1}\n2', '{"a": 1}\n{'):
        assert command("run", FLEX, "--input", "-", stdin=bad).code == 65
    assert sent(simulator) == []


def test_one_of_several_runs_that_fails_is_told_and_stops_no_other(
    tmp_path: Path,
) -> None:
    with Simulator(queued=0, running=0) as simulator:
        simulator.script("submit", ["ok", "failed", "drop-after", "status:422"])
        command = Command(tmp_path, **pointed_at(simulator))
        done = command("run", FLEX, *ENOUGH, "--repeat", "6")
        rows = [json.loads(line) for line in done.out.splitlines()]
        states = sorted(row["state"] for row in rows)
        assert states == ["failed"] * 2 + ["succeeded"] * 3 + ["uncertain"]
        assert done.code in (1, 65, 69)
        assert len(done.lines) == 3
        assert all(line.startswith("run ") for line in done.lines)
        ceiling = ["--max-cost-usd", "0.1"]
        done = command("run", FLEX, *ENOUGH, "--repeat", "4", *ceiling)
        rows = [json.loads(line) for line in done.out.splitlines()]
        assert (
            sorted(row["state"] for row in rows) == ["failed"] * 2 + ["succeeded"] * 2
        )


def test_ctrl_c_names_the_jobs_of_several_runs(tmp_path: Path) -> None:
    with Simulator(queued=10_000) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        running = command.start("run", FLEX, *ENOUGH, "--repeat", "3")
        while sum(r.endpoint == "status" for r in simulator.requests) < 6:
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
        assert running.returncode == 130
        for name in simulator.jobs:
            assert f"runcomfy-models wait {name}" in err.decode()


def test_input_is_beneath_the_flags(command: Command, simulator: Simulator) -> None:
    beneath = {
        "prompt": "beneath",
        "image_urls": [PICTURE, PICTURE],
        "image_size": {"width": 1, "height": 2},
        "seed": 3,
    }
    (command.home / "body.json").write_text("\ufeff" + json.dumps(beneath))
    flags = ["--input", "body.json", "--prompt", "above", "--image-size.width", "9"]
    assert command("run", FLEX, *flags, "--image-urls=https://x.test/b.png").code == 0
    over = {
        **beneath,
        "prompt": "above",
        "image_urls": ["https://x.test/b.png"],
        "image_size": {"width": 9, "height": 2},
    }
    piped = command("run", FLEX, "--input", "-", stdin=json.dumps(beneath))
    assert piped.code == 0
    assert [body for _, body in sent(simulator)] == [over, beneath]


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("none.json", None, 66, "none.json"),
        ("bad.json", '{"prompt": }', 65, "line 1, column 12"),
        ("nan.json", '{"seed": NaN}', 65, "NaN"),
        ("list.json", "[1]", 65, "not a JSON object"),
        ("latin.json", b"\xff\xfe", 65, "UTF-8"),
        ("deep.json", "[" * 100_000, 65, "deep"),
    ],
)
def test_a_bad_input_file_is_named(
    command: Command, name: str, text: str | bytes | None, code: int, said: str
) -> None:
    if text is not None:
        data = text if isinstance(text, bytes) else text.encode()
        (command.home / name).write_bytes(data)
    done = command("run", FLEX, "--input", name)
    assert done.code == code
    assert done.lines[0].startswith("--input")
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_local_file_is_sent(command: Command, simulator: Simulator) -> None:
    (command.home / "a b.png").write_bytes(png())
    names = [
        "--image-urls",
        "a b.png",
        "--image-urls",
        "@a b.png",
        "--image-urls=file://a b.png",
    ]
    assert command("run", FLEX, "--prompt", "x", *names).code == 0
    uri = f"data:image/png;base64,{b64encode(png()).decode()}"
    assert sent(simulator)[0][1]["image_urls"] == [uri, uri, uri]
    shown = command("run", FLEX, "--prompt", "x", *names, "--dry-run").data
    assert shown["body"] == sent(simulator)[0][1]


def test_a_file_that_is_no_picture_is_not_sent(
    command: Command, simulator: Simulator
) -> None:
    (command.home / "note.png").write_text("not a picture")
    done = command("run", FLEX, "--prompt", "x", "--image-urls", "note.png")
    assert done.code == 65
    assert "note.png" in done.err
    assert sent(simulator) == []


def test_a_file_that_is_not_there_is_named(
    command: Command, simulator: Simulator
) -> None:
    done = command("run", FLEX, "--prompt", "@nowhere.txt", "--image-urls", "none.png")
    assert done.code == 66
    assert sorted(line.split()[0].rstrip(":") for line in done.lines) == [
        "--image-urls.0",
        "--prompt",
    ]
    assert sent(simulator) == []


def test_a_missing_file_among_other_mistakes_is_bad_input(
    command: Command, simulator: Simulator
) -> None:
    flags = ["--promt", "x", "--image-urls=-x", "--seed", "abc", "--image-size.width"]
    done = command("run", FLEX, *flags, "1.5", "stray", "--output-format", "gif")
    assert done.code == 65
    assert len(done.lines) == 7
    assert sent(simulator) == []


def test_ctrl_c_leaves_the_job_and_says_how_to_go_on(tmp_path: Path) -> None:
    with Simulator(queued=10_000) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        running = command.start("run", FLEX, *ENOUGH)
        while not any(request.endpoint == "status" for request in simulator.requests):
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
        [request_id] = simulator.jobs
        assert simulator.jobs[request_id].state == "in_queue"
    assert running.returncode == 130
    assert out == b""
    assert f"runcomfy-models wait {request_id}" in err.decode()
    assert b"Traceback" not in err


def test_a_wait_that_times_out_says_how_to_go_on(tmp_path: Path) -> None:
    with Simulator(queued=10_000) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        done = command("run", FLEX, *ENOUGH, "--timeout", "0.2")
        [request_id] = simulator.jobs
    assert done.code == 75
    assert len(done.lines) == 1
    assert done.lines[0].endswith(f"runcomfy-models wait {request_id}")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("submit/status:500", 69),
        ("submit/status:429", 75),
        ("submit/status:401", 77),
        ("submit/status:403", 77),
        ("submit/status:422", 65),
        ("submit/status:402", 65),
        ("submit/drop-after", 69),
    ],
)
def test_exit_codes_are_those_of_the_official_tool(
    tmp_path: Path, fault: str, code: int
) -> None:
    with Simulator(faults=[fault]) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        done = command("run", FLEX, *ENOUGH)
    assert done.code == code, done.err
    assert len(done.lines) == 1
    assert done.out == ""


def test_a_job_that_failed_is_a_no(tmp_path: Path) -> None:
    with Simulator(faults=["submit/failed"], queued=0, running=0) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        done = command("run", FLEX, *ENOUGH)
        [request_id] = simulator.jobs
    assert done.code == 1
    assert request_id in done.err


def test_without_a_token_it_says_how_to_get_one(command: Command) -> None:
    done = command("run", FLEX, *ENOUGH, RUNCOMFY_API_TOKEN=" ")
    assert done.code == 77
    assert "RUNCOMFY_API_TOKEN" in done.err
    assert "runcomfy login" in done.err


@pytest.mark.parametrize(
    ("settings", "folder"),
    [
        ({"RUNCOMFY_CONFIG_DIR": "own"}, "own"),
        ({"XDG_CONFIG_HOME": "config"}, "config/runcomfy"),
        ({}, ".config/runcomfy"),
    ],
)
def test_the_official_tools_token_works(
    command: Command, simulator: Simulator, settings: dict[str, str], folder: str
) -> None:
    place = command.home / folder
    place.mkdir(parents=True)
    (place / "token.json").write_text(json.dumps({"access_token": simulator.token}))
    paths = {name: str(command.home / path) for name, path in settings.items()}
    done = command("balance", RUNCOMFY_API_TOKEN="", **paths)
    assert done.code == 0, done.err
    wrong = command("balance", RUNCOMFY_API_TOKEN="wrong-token", **paths)
    assert wrong.code == 77
    (place / "token.json").write_text("{}")
    assert command("balance", RUNCOMFY_API_TOKEN="", **paths).code == 77
    assert simulator.token not in done.out + done.err + wrong.err


def test_the_official_tools_base_url_works(
    command: Command, simulator: Simulator
) -> None:
    done = command(
        "balance", RUNCOMFY_BASE_URL="", RUNCOMFY_MODEL_API_BASE=f"{simulator.url}/v1"
    )
    assert done.code == 0, done.err


def test_a_closed_pipe_is_no_fault(command: Command) -> None:
    running = command.start("models")
    assert running.stdout is not None
    running.stdout.close()
    _, err = running.communicate(timeout=30)
    assert b"Traceback" not in err
    assert running.returncode == 141


def test_what_a_terminal_has_not_got_is_spelled_out(command: Command) -> None:
    odd = ("--prompt", "caf\u00e9 \u96ea", "--image-urls", PICTURE, "--dry-run")
    done = command("run", FLEX, *odd, PYTHONIOENCODING="ascii")
    assert done.code == 0, done.err
    assert done.data["body"]["prompt"] == "caf\u00e9 \u96ea"
    assert done.out.isascii()


def test_what_is_no_text_is_refused(command: Command) -> None:
    done = command("run", FLEX, "--prompt", "\udcff", "--image-urls", PICTURE)
    assert done.code == 65
    assert done.lines[0].startswith("--prompt")
    assert isinstance(done, Done)


HOSTILE = {
    "model_id": "evil/model",
    "display_name": "Nice\x1b]0;owned\x07\u202e",
    "description": "Paints.\x1b[2J\x9b31m\r\n[bold]all[/bold] {0} %s",
    "example": {"prompt": "a\x1b[2Jb\x9b31m"},
    "base_price_usd": 0.01,
    "price_unit": "output",
    "input_schema": {
        "type": "object",
        "required": ["prompt"],
        "properties": {
            "prompt": {
                "type": "string",
                "description": "Says\x1b[31m \u2028\u200bthis.\x07",
            },
            "size": {"type": "string", "enum": ["s\x1b[1m", "l"], "default": "l"},
        },
    },
}


def test_what_a_model_says_moves_no_terminal(tmp_path: Path) -> None:
    with Simulator(entries=[HOSTILE], queued=0, running=0) as simulator:
        command = Command(tmp_path, **pointed_at(simulator))
        pages = [
            command("run", "evil/model", "--help"),
            command("show", "evil/model"),
            command("run", "evil/model", "--size", "x"),
            command("price", "evil/model"),
        ]
        terminal = on_terminal(command, "show", "evil/model", TERM="dumb")[1]
    for text in (*(page.out + page.err for page in pages), terminal):
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u202e]", text)
    assert pages[0].code == pages[1].code == 0
    assert "[bold]all[/bold]" in pages[0].out
