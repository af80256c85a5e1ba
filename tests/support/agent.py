"""An agent: the official MCP client, at a server of ours."""

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from runcomfy_models import AsyncRunComfy
from runcomfy_models.integrations.mcp import ServerOptions, make_server
from runcomfy_models.simulator import Simulator
from tests.support.checkout import GENERATED
from tests.support.command import pointed_at

FLEX = "blackforestlabs/flux-2/flex/edit"
INPUT: dict[str, Any] = {"prompt": "a hat", "image_urls": ["https://x.test/a.png"]}


class Agent:
    """Calls tools, and reads what they answer."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.progress: list[str] = []

    async def call(self, tool: str, arguments: dict[str, Any] | None = None) -> Any:
        """Return what a tool that succeeds tells."""
        result = await self._call(tool, arguments)
        assert not result.is_error, result.content
        return result.structured_content

    async def refused(self, tool: str, arguments: dict[str, Any] | None = None) -> Any:
        """Return what a tool that refuses tells."""
        result = await self._call(tool, arguments)
        assert result.is_error, result.content
        return result.structured_content

    async def content(self, tool: str, arguments: dict[str, Any]) -> list[Any]:
        """Return the blocks of what a tool answers."""
        return list((await self._call(tool, arguments)).content)

    async def _call(self, tool: str, arguments: dict[str, Any] | None) -> Any:
        async def note(done: float, total: float | None, message: str | None) -> None:
            self.progress.append(message or "")

        result = await self.client.call_tool(
            tool, arguments or {}, progress_callback=note
        )
        assert json.loads(result.content[0].text) == result.structured_content
        assert "Traceback" not in result.content[0].text
        return result


@asynccontextmanager
async def agent_of(
    simulator: Simulator, journal: Path, **options: Any
) -> AsyncIterator[Agent]:
    """Connect an agent to a server in this process, which talks HTTP to the simulator."""
    connection = AsyncRunComfy(
        simulator.token, base_url=simulator.url, poll_interval=0.01
    )
    async with connection as client:
        server = make_server(client, ServerOptions(journal=journal, **options))
        async with Client(server) as connected:
            yield Agent(connected)


@asynccontextmanager
async def agent_over_stdio(
    simulator: Simulator, home: Path, *words: str
) -> AsyncIterator[Agent]:
    """Connect an agent to `runcomfy-models mcp`, a process of its own."""
    environment = {
        **os.environ,
        **pointed_at(simulator),
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "PYTHONPATH": str(GENERATED),
        "NO_PROXY": "127.0.0.1,localhost",
    }
    words = ("-m", "runcomfy_models", "mcp", *words)
    server = StdioServerParameters(
        command=sys.executable, args=[*words], env=environment, cwd=home
    )
    async with Client(stdio_client(server)) as connected:
        yield Agent(connected)
