"""MCP over HTTP: on this machine alone, for who has the token, and for no web page."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from runcomfy_models.simulator import Simulator
from tests.support.command import Command, pointed_at

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def served(simulator: Simulator, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of a server, and the token that it printed, once."""
    command = Command(tmp_path, **pointed_at(simulator))
    running = command.start("mcp", "--http", "0", "--max-cost-usd", "1")
    assert running.stderr is not None
    lines = [running.stderr.readline().decode() for _ in range(2)]
    address = re.fullmatch(r"MCP at (http://127\.0\.0\.1:\d+/mcp)\n", lines[0])
    token = re.fullmatch(r"Authorization: Bearer (\S{20,})\n", lines[1])
    assert address, lines
    assert token, lines
    try:
        yield address[1], token[1]
    finally:
        running.terminate()
        _, rest = running.communicate(timeout=30)
        assert token[1].encode() not in rest


@pytest.mark.anyio
async def test_the_official_client_calls_tools(served: tuple[str, str]) -> None:
    address, token = served
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, trust_env=False) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        result = await client.call_tool("ledger", {})
    assert not result.is_error
    assert result.structured_content["max_cost_usd"] == "1"


def test_who_has_no_token_or_comes_from_elsewhere_is_refused(
    served: tuple[str, str],
) -> None:
    address, token = served
    bearer = {"Authorization": f"Bearer {token}"}
    cases = [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": token}, 401),
        ({**bearer, "Origin": "https://evil.test"}, 403),
        ({**bearer, "Origin": "null"}, 403),
        ({**bearer, "Host": "evil.test"}, 421),
        ({**bearer, "Origin": address.removesuffix("/mcp")}, 200),
        (bearer, 200),
    ]
    with httpx2.Client(trust_env=False) as client:
        for headers, status in cases:
            answer = client.post(address, json=HELLO, headers={**ACCEPT, **headers})
            assert answer.status_code == status, headers
