"""What a result gives: media as bytes, records beside files, JSON, and what is seen of it."""

import asyncio
import hashlib
import io
import json
import pickle
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter
from rich.console import Console

from runcomfy_models import (
    AsyncRunComfy,
    DownloadError,
    JobStatus,
    OutputModel,
    Result,
    RunComfy,
)
from runcomfy_models.blackforestlabs import flux_2_pro_edit
from runcomfy_models.blackforestlabs.flux_2_pro_edit import Output
from runcomfy_models.integrations.notebook import show
from runcomfy_models.integrations.progress import progress_bar

HOSTILE = "\"'><script>alert(1)</script>&"


def a_result(output: Any, **fields: Any) -> Result[Output]:
    raw = {"request_id": "abc", "status": "succeeded", "output": output, **fields}
    typed = Output.model_validate(output if isinstance(output, dict) else {})
    return Result(typed, "abc", raw)


def edit(**fields: Any) -> flux_2_pro_edit.Input:
    urls = ["https://example.com/a.png"]
    return flux_2_pro_edit.Input(**{"prompt": "x", "image_urls": urls, **fields})


def test_a_medium_is_read(client: RunComfy) -> None:
    result = client.run(edit())
    content = client.read(result.url)
    assert content.startswith(b"\x89PNG")
    assert client.read("data:text/plain;base64,aGk=") == b"hi"

    async def read() -> bytes:
        async with AsyncRunComfy() as other:
            return await other.read(result.url)

    assert asyncio.run(read()) == content


@pytest.mark.parametrize("medium", ["photo.png", "file:///etc/passwd", "", "ftp://x/y"])
def test_what_is_not_a_medium_is_not_read(client: RunComfy, medium: str) -> None:
    with pytest.raises(DownloadError):
        client.read(medium)


def test_a_medium_that_is_too_large_is_not_read(client: RunComfy) -> None:
    with pytest.raises(DownloadError, match="larger than 10 bytes"):
        client.read(client.run(edit()).url, max_bytes=10)


def records(files: list[Path]) -> list[dict[str, Any]]:
    assert files
    return [
        json.loads(file.with_name(f"{file.name}.json").read_text("utf-8"))
        for file in files
    ]


def test_a_record_stands_beside_each_file(
    client: RunComfy, tmp_path: Path, photo: Path
) -> None:
    given = edit(image_urls=[photo, "https://example.com/b.png"], seed=7)
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()
    result = client.run(given)
    for place, provenance in (("typed", True), ("whole", given)):
        files = client.download(result, tmp_path / place, provenance=provenance)
        for file, record in zip(files, records(files), strict=True):
            sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
            assert record["sha256"] == sha256
            assert record["model_id"] == "blackforestlabs/flux-2/pro/edit"
            assert record["request_id"] == result.request_id
            assert {"cost_usd", "created_at", "finished_at", "url"} <= record.keys()
            medium, url = record["input"]["image_urls"]
            assert record["input"]["seed"] == 7
            assert medium["sha256"] == digest
            assert medium["file"] == str(photo)
            assert url == "https://example.com/b.png"
    client.download(result, tmp_path / "none")
    assert not list((tmp_path / "none").glob("*.json"))


def test_each_way_to_run_keeps_what_was_submitted(
    client: RunComfy, tmp_path: Path, photo: Path
) -> None:
    model_id, body = "blackforestlabs/flux-1-kontext/pro/edit", {"prompt": "x"}
    body["image_url"] = "https://example.com/a.png"
    sent = dict(body)
    job = client.submit_model(model_id, body)
    body["prompt"] = "changed afterwards"
    results = [job.wait(), pickle.loads(pickle.dumps(job)).wait()]
    results.append(client.run_model(model_id, sent))
    for _, outcome in client.run_many([edit(image_urls=[photo])]):
        assert isinstance(outcome, Result)
        [medium] = (outcome.input or {})["image_urls"]
        assert medium["content_type"] == "image/png"
    for result in results:
        assert (result.model_id, result.input) == (model_id, sent)
        [record] = records(client.download(result, tmp_path, provenance=True))
        assert (record["model_id"], record["input"]) == (model_id, sent)


def test_of_a_job_from_elsewhere_only_what_the_service_says_is_known(
    client: RunComfy, tmp_path: Path
) -> None:
    request_id = client.submit(edit()).request_id
    picked_up = client.job(request_id).wait()
    [record] = records(client.download(picked_up, tmp_path, provenance=True))
    echoed = picked_up.raw.get("input"), picked_up.raw.get("model_id")
    assert (record["input"], record["model_id"]) == echoed
    assert (picked_up.input, picked_up.model_id) == echoed
    silent = a_result({"image": record["url"]})
    [record] = records(client.download(silent, tmp_path, provenance=True))
    assert record["input"] is None


def test_the_first_medium_or_why_there_is_none() -> None:
    assert a_result({"image": "https://a.test/x.png"}).url == "https://a.test/x.png"
    with pytest.raises(LookupError, match=r"abc.*without any.*words"):
        _ = a_result({"text": "words"}).url
    with pytest.raises(LookupError, match="no output"):
        _ = a_result(None).url


def test_a_result_becomes_json() -> None:
    result = a_result({"image": "https://a.test/x.png"}, cost=0.5, created_at="2026")
    expected = {
        "request_id": "abc",
        "output": {"image": "https://a.test/x.png"},
        "media": ["https://a.test/x.png"],
        "cost": "0.5",
        "created_at": "2026",
        "finished_at": None,
    }
    assert result.to_dict() == dict(result) == json.loads(result.to_json()) == expected

    class Answer(BaseModel):
        result: Result[Output]

    assert json.loads(Answer(result=result).model_dump_json()) == {"result": expected}
    assert TypeAdapter(Result).dump_python(result, mode="json") == expected
    assert TypeAdapter(Result[Output]).validate_python(result) is result


def test_a_repr_shows_urls_and_cost() -> None:
    result = a_result({"images": ["https://a.test/1.png"] * 2}, cost=0.5)
    assert repr(result) == (
        "Result(request_id='abc', media=['https://a.test/1.png'], cost=0.5)"
    )
    many = a_result({"images": [f"https://a.test/{n}.png" for n in range(9)]})
    assert "and 5 more" in repr(many)
    assert len(repr(a_result({"image": "data:image/png;base64," + "A" * 10_000}))) < 300


def test_a_notebook_shows_pictures_and_players() -> None:
    output = {
        "image": "https://a.test/x.png?a=1&b=2",
        "video": "https://a.test/x.mp4",
        "audio": "https://a.test/x.mp3",
    }
    html = a_result(output, cost=0.04)._repr_html_()
    assert '<img src="https://a.test/x.png?a=1&amp;b=2"' in html
    assert '<video src="https://a.test/x.mp4" controls' in html
    assert '<audio src="https://a.test/x.mp3" controls' in html
    assert "abc" in html
    assert "$0.04" in html


def test_all_that_is_shown_is_escaped(client: RunComfy) -> None:
    hostile = a_result({"image": f"https://a.test/{HOSTILE}.png"}, cost=1)
    bad_id = Result(OutputModel.model_construct(), HOSTILE, {"output": {}})
    script = a_result({"image": "javascript://%0aalert(1)"})
    given = edit(prompt=HOSTILE, image_urls=[f"https://a.test/{HOSTILE}"])
    job = client.submit(given)
    pieces = [hostile, bad_id, script, given, job, (0, ValueError(HOSTILE)), HOSTILE]
    html = show(pieces)._repr_html_()
    assert "<script" not in html
    assert 'src="javascript' not in html
    assert html.count("&lt;script&gt;") >= 5
    assert job.request_id in html
    assert "blackforestlabs/flux-2/pro/edit" in html


def test_a_bar_shows_each_state_and_goes(client: RunComfy) -> None:
    screen = io.StringIO()
    bar = progress_bar(Console(file=screen, force_terminal=True, width=100))
    with bar:
        bar(JobStatus("in_queue", 3, "request-1"))
        bar(JobStatus("in_progress", None, "request-1"))
        bar(JobStatus("[bold]new", None, "request-2"))
        bar(JobStatus("completed", None, "request-1"))
    shown = screen.getvalue()
    for words in ("3 ahead", "running", "done", "[bold]new"):
        assert words in shown
    client.run(edit(), on_update=progress_bar(Console(file=io.StringIO())))


def test_a_notebook_shows_each_state_without_widgets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []

    class Handle:
        def update(self, data: dict[str, str], *, raw: bool) -> None:
            assert raw
            shown.append(data["text/plain"])

    stand_in = types.ModuleType("IPython.display")
    stand_in.display = lambda data, **_: Handle()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython.display", stand_in)
    with progress_bar(Console(force_jupyter=True)) as bar:
        bar(JobStatus("in_queue", 3, "request-1"))
        bar(JobStatus("in_progress", None, "request-2"))
        bar(JobStatus("completed", None, "request-1"))
    assert shown[0] == "request-1 in the queue, 3 ahead"
    assert shown[-1] == "request-1 done\nrequest-2 running"
