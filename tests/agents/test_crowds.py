"""Agents that flood, cancel and disconnect, and servers of very many models."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from runcomfy_models.simulator import Simulator
from tests.support.agent import FLEX, INPUT, Agent, agent_of
from tests.support.checkout import GENERATED
from tests.support.command import Command, pointed_at, sent

pytestmark = pytest.mark.anyio

MANY = 400


def call_of(number: int) -> dict[str, Any]:
    return {"model_id": FLEX, "input": {**INPUT, "seed": number}}


async def test_a_flood_that_is_cancelled_half_way_spends_no_more_than_allowed(
    simulator: Simulator, tmp_path: Path
) -> None:
    async with agent_of(simulator, tmp_path / "j.db", max_cost_usd="0.40") as agent:
        flood = [
            asyncio.ensure_future(agent.client.call_tool("run_model", call_of(n)))
            for n in range(120)
        ]
        while not sent(simulator):
            await asyncio.sleep(0.001)
        for number, each in enumerate(flood):
            if number % 2:
                each.cancel()
        outcomes = await asyncio.gather(*flood, return_exceptions=True)
        done = [each for each in outcomes if not isinstance(each, BaseException)]
        assert len(done) >= 60
        ledger = await agent.call("ledger")
    spent = sum(job.cost for job in simulator.jobs.values())
    assert float(spent) <= 0.40
    assert len(simulator.jobs) == ledger["jobs_begun"] <= 10
    known = {job["request_id"] for job in ledger["jobs"]}
    assert known == {*simulator.jobs}


async def test_wrong_types_of_every_kind_are_answered(
    simulator: Simulator, tmp_path: Path
) -> None:
    odd: list[Any] = [
        None,
        True,
        0,
        -1.5,
        "",
        "x",
        [],
        [[]],
        {},
        {"a": {}},
        "\x00",
        2**70,
    ]
    tools = ("run_model", "submit_model", "describe_model", "job_status", "estimate")
    async with agent_of(simulator, tmp_path / "j.db", max_cost_usd=1) as agent:
        for tool in tools:
            for value in odd:
                arguments = {"model_id": value, "input": value, "request_id": value}
                refused = await agent.refused(tool, arguments)
                assert refused.get("mistakes") or refused["error"]
        for value in odd:
            body = {"prompt": value, "image_urls": value, "seed": value}
            call = {"model_id": FLEX, "input": body, "wait_seconds": value}
            assert (await agent.refused("run_model", call))["mistakes"]
        assert (await agent.call("ledger"))["jobs_begun"] == 0
    assert sent(simulator) == []


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str, Simulator]]:
    """A server over HTTP whose jobs go on for long."""
    with Simulator(queued=10_000) as simulator:
        command = Command(
            tmp_path, **pointed_at(simulator), RUNCOMFY_MCP_TOKEN="t" * 24
        )
        running = command.start("mcp", "--http", "0", "--max-cost-usd", "1")
        assert running.stderr is not None
        address = running.stderr.readline().decode().split()[-1]
        try:
            yield address, "t" * 24, simulator
        finally:
            running.terminate()
            running.communicate(timeout=30)


async def test_who_disconnects_finds_the_job_again(
    served: tuple[str, str, Simulator],
) -> None:
    address, token, simulator = served
    headers = {"Authorization": f"Bearer {token}"}

    async with httpx2.AsyncClient(headers=headers, trust_env=False) as http:
        async with Client(streamable_http_client(address, http_client=http)) as gone:
            running = asyncio.ensure_future(gone.call_tool("run_model", call_of(1)))
            while not simulator.jobs:
                await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        async with Client(streamable_http_client(address, http_client=http)) as back:
            agent = Agent(back)
            [job] = (await agent.call("ledger"))["jobs"]
            assert {job["request_id"]} == {*simulator.jobs}
            again = await agent.call("run_model", {**call_of(1), "wait_seconds": 0.1})
            assert again["request_id"] == job["request_id"]
    assert len(sent(simulator)) == 1


@pytest.mark.stress
async def test_hundreds_of_typed_tools_go_over_the_transport(tmp_path: Path) -> None:
    package = tmp_path / "runcomfy_models"
    leftovers = shutil.ignore_patterns("__pycache__")
    shutil.copytree(GENERATED / "runcomfy_models", package, ignore=leftovers)
    names = [f"{FLEX}-{number}" for number in range(MANY)]
    rows = dict.fromkeys(names, ("blackforestlabs", "flux_2_flex_edit"))
    (package / "_catalogue.py").write_text(f"MODELS = {rows!r}\nRETIRED = {{}}\n")
    known = json.loads((package / "_index.json").read_text("utf-8"))[3]
    index = [{**known, "model_id": name} for name in names]
    (package / "_index.json").write_text(json.dumps(index))
    words = ["mcp", "--max-cost-usd", "1", "--vendor", "blackforestlabs"]
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "runcomfy_models", *words],
        env={
            **os.environ,
            "RUNCOMFY_API_TOKEN": "token-of-a-test",
            "PYTHONPATH": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path / "state"),
        },
        cwd=tmp_path,
    )
    found: list[str] = []
    sizes: list[int] = []
    async with asyncio.timeout(30), Client(stdio_client(server)) as client:
        cursor = None
        while True:
            page = await client.list_tools(cursor=cursor)
            found += [tool.name for tool in page.tools]
            sizes.append(len(page.model_dump_json(exclude_none=True)))
            cursor = page.next_cursor
            if cursor is None:
                break
    assert len({*found}) == len(found) >= MANY
    assert max(sizes) < 400_000
