"""What each tool does. Everything that goes wrong is an answer that says what to do."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal
from mimetypes import guess_type
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mcp_types as types

from ..._core.fields.dialect import Reader
from ..._core.fields.mistakes import of_unlisted
from ..._core.model_info import ModelInfo
from ..._index import find
from ..._nearest import nearest
from ...errors import (
    DownloadError,
    JobCancelledError,
    JobFailedError,
    JobNotFinishedError,
    OverBudgetError,
    RunComfyError,
    WaitTimeoutError,
)
from .inputs import CallMistakesError, Inputs, dotted
from .ledger import Begun, Ledger, RefusedError
from .results import answer, links, refusal, thumbnails
from .tools import PAID, ToolInfo
from .words import MARK, plain, tame

if TYPE_CHECKING:
    from ..._core.service_rules import JobStatus
    from ...async_client import AsyncRunComfy

Tell = Callable[[str], Awaitable[None]]
"""Tells the client how far a call is."""

log = logging.getLogger("runcomfy_models.mcp")
LARGEST_DOWNLOAD = 50_000_000
"""Bytes of a picture that is fetched for a thumbnail alone."""


class Calls:
    """The tools of one server, at work."""

    def __init__(
        self,
        client: AsyncRunComfy,
        ledger: Ledger,
        tools: Mapping[str, ToolInfo],
        inputs: Inputs,
        out: Path | None,
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._tools = tools
        self._inputs = inputs
        self._out = out
        self._handlers: dict[str, Callable[..., Awaitable[types.CallToolResult]]] = {
            "find_models": self._find_models,
            "describe_model": self._describe_model,
            "estimate": self._estimate,
            "run_model": self._run_model,
            "submit_model": self._submit_model,
            "job_status": self._job_status,
            "job_result": self._job_result,
            "cancel_job": self._cancel_job,
            "balance": self._balance,
            "ledger": self._show_ledger,
        }

    async def call(
        self, name: str, arguments: dict[str, Any], tell: Tell
    ) -> types.CallToolResult:
        """Call a tool. Nothing but a cancellation is raised."""
        try:
            return await self._call(name, arguments, tell)
        except CallMistakesError as error:
            return refusal(
                f"{name}: nothing was sent.",
                mistakes=[plain(line, 500) for line in error.lines],
            )
        except RefusedError as error:
            return refusal(error.message)
        except OverBudgetError as error:
            said = str(error).replace("allow_unpriced=True sends it all the same.", "")
            return refusal(
                f"{said} Nothing was sent. Ask a person for more (--max-cost-usd, "
                "--allow-unpriced), or choose a cheaper input or model.",
                ledger=self._ledger.as_object(),
            )
        except RunComfyError as error:
            return refusal(str(error), request_id=error.request_id, code=error.code)
        except Exception as error:
            log.exception("the tool %s failed", name)
            return refusal(
                f"The tool failed ({type(error).__name__}); this is not your mistake."
            )

    async def _call(
        self, name: str, arguments: dict[str, Any], tell: Tell
    ) -> types.CallToolResult:
        if name not in self._tools:
            if name in {tool.tool.name for tool in PAID}:
                raise RefusedError(
                    "This server may not spend: a person starts it with --max-cost-usd."
                )
            close = nearest(name, self._tools)
            raise RefusedError(
                f"There is no tool {name!r}; there are {', '.join(close or self._handlers)}."
            )
        info = self._tools[name]
        if info.model_id:
            return await self._run(info.model_id, arguments, tell)
        lines = of_unlisted(Reader(info.tool.input_schema), arguments, dotted, set())
        if lines:
            raise CallMistakesError(lines)
        return await self._handlers[name](tell=tell, **arguments)

    async def _find_models(
        self,
        tell: Tell,
        search: str = "",
        takes: list[str] | None = None,
        makes: list[str] | None = None,
        vendor: str | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> types.CallToolResult:
        found = await asyncio.to_thread(
            find, search, takes or None, makes or None, vendor
        )
        page = [summary(info) for info in found[offset : offset + limit]]
        more = {"next_offset": offset + limit} if offset + limit < len(found) else {}
        return answer({"total": len(found), "note": MARK, "models": page, **more})

    async def _describe_model(self, tell: Tell, model_id: str) -> types.CallToolResult:
        info, schema, example = await self._inputs.known(model_id)
        described = {
            **summary(info),
            "note": MARK,
            "description": plain(info.description, 600),
            "input_schema": tame(schema, 300),
            "example": example,
        }
        return answer(described)

    async def _estimate(
        self, tell: Tell, model_id: str, input: dict[str, Any]
    ) -> types.CallToolResult:
        body = await self._inputs.body(model_id, input)
        found = await self._client.estimate_model(model_id, body)
        return answer(
            {
                "model_id": model_id,
                "estimate_usd": None if found.usd is None else f"{found.usd:f}",
                "why": plain(found.why),
                "left_usd": self._ledger.as_object()["left_usd"],
            }
        )

    async def _run_model(
        self,
        tell: Tell,
        model_id: str,
        input: dict[str, Any],
        wait_seconds: float = 45,
        again: bool = False,
    ) -> types.CallToolResult:
        return await self._run(model_id, input, tell, wait_seconds, again)

    async def _run(
        self,
        model_id: str,
        fields: dict[str, Any],
        tell: Tell,
        wait_seconds: float = 45,
        again: bool = False,
    ) -> types.CallToolResult:
        body = await self._inputs.body(model_id, fields)
        begun = await self._ledger.begin(model_id, body, again)
        await tell(f"request_id {begun.request_id}: submitted")
        return await self._follow(begun.request_id, wait_seconds, tell, begun)

    async def _submit_model(
        self, tell: Tell, model_id: str, input: dict[str, Any], again: bool = False
    ) -> types.CallToolResult:
        body = await self._inputs.body(model_id, input)
        begun = await self._ledger.begin(model_id, body, again)
        return answer(
            {**_of_job(begun), "next": f"job_result(request_id={begun.request_id!r})"}
        )

    async def _job_status(self, tell: Tell, request_id: str) -> types.CallToolResult:
        status = await self._client.job(request_id).status()
        return answer(
            {
                "request_id": request_id,
                "state": plain(status.state, 60),
                "queue_position": status.queue_position,
                "has_ended": status.ended,
            }
        )

    async def _job_result(
        self, tell: Tell, request_id: str, wait_seconds: float = 0
    ) -> types.CallToolResult:
        return await self._follow(
            request_id, wait_seconds, tell, self._ledger.jobs.get(request_id)
        )

    async def _follow(
        self, request_id: str, seconds: float, tell: Tell, begun: Begun | None
    ) -> types.CallToolResult:
        """Wait for a job, and answer with what it made; or with how to go on."""

        async def show(status: JobStatus) -> None:
            await tell(f"request_id {request_id}: {plain(status, 60)}")

        job = self._client.job(request_id)
        try:
            result = await (job.wait(seconds, show) if seconds else job.result())
        except (WaitTimeoutError, JobNotFinishedError):
            known = {} if begun is None else _of_job(begun)
            going_on = f"job_result(request_id={request_id!r}, wait_seconds=45)"
            return answer(
                {
                    **known,
                    "request_id": request_id,
                    "state": "running",
                    "next": going_on,
                }
            )
        except (JobFailedError, JobCancelledError) as error:
            state = "failed" if isinstance(error, JobFailedError) else "cancelled"
            await self._ledger.settle(request_id, state, None, plain(error))
            return refusal(
                f"{error} again=true runs the same call anew, and pays it anew.",
                request_id=request_id,
                state=state,
            )
        cost = None if result.cost is None else Decimal(str(result.cost))
        await self._ledger.settle(request_id, "succeeded", cost)
        return await self._made(result, begun)

    async def _made(self, result: Any, begun: Begun | None) -> types.CallToolResult:
        """Return what a job made: its output, links, files and thumbnails."""
        shown: list[types.ContentBlock] = []
        files: list[str] = []
        try:
            if self._out is not None:
                folder = self._out / _folder_name(result.request_id)
                paths = await self._client.download(result, folder)
                files = [str(path) for path in paths]
                shown = await asyncio.to_thread(thumbnails, paths)
            else:
                shown = await self._thumbnails(result)
        except (DownloadError, OSError) as error:
            log.warning("no files of %s: %s", result.request_id, error)
        value = {
            **({} if begun is None else _of_job(begun)),
            "request_id": result.request_id,
            "state": "succeeded",
            "output": result.raw.get("output"),
            "media": result.media(),
            "files": files,
            "cost_usd": None if result.cost is None else str(result.cost),
        }
        return answer(value, [*links(result.media()), *shown])

    async def _thumbnails(self, result: Any) -> list[types.ContentBlock]:
        """Return small pictures of what a job made, which is kept nowhere."""
        kinds = [guess_type(url.partition("?")[0])[0] or "" for url in result.media()]
        if not any(kind.startswith("image/") for kind in kinds):
            return []
        with tempfile.TemporaryDirectory() as folder:
            paths = await self._client.download(
                result, folder, max_bytes=LARGEST_DOWNLOAD
            )
            return await asyncio.to_thread(thumbnails, paths)

    async def _cancel_job(self, tell: Tell, request_id: str) -> types.CallToolResult:
        cancelled = await self._client.job(request_id).cancel()
        if cancelled:
            await self._ledger.settle(
                request_id, "cancelled", Decimal(0), "It was cancelled."
            )
        said = "cancelled" if cancelled else "too late: it is running, or has ended"
        return answer({"request_id": request_id, "cancelled": cancelled, "why": said})

    async def _balance(self, tell: Tell) -> types.CallToolResult:
        balance = await self._client.balance()
        return answer(
            {"balance_usd": f"{balance.usd:f}", "currency": plain(balance.currency, 20)}
        )

    async def _show_ledger(self, tell: Tell) -> types.CallToolResult:
        return answer(self._ledger.as_object())


def summary(info: ModelInfo) -> dict[str, Any]:
    """Return a model in a few words, harmless."""
    return {
        "model_id": info.model_id,
        "name": plain(info.display_name, 100),
        "about": plain(info.description, 160),
        "takes": [*info.takes],
        "makes": [*info.makes],
    }


def _of_job(begun: Begun) -> dict[str, Any]:
    """Return what is told of a job that was begun, or found in the journal."""
    told: dict[str, Any] = {"request_id": begun.request_id, "model_id": begun.model_id}
    if begun.is_reused:
        told["note"] = (
            "The same call was made within the last hour; this is its job, and nothing "
            "was paid again. again=true pays it anew."
        )
    return told


def _folder_name(request_id: str) -> str:
    """Return a folder's name for a job's files, whatever its request_id is."""
    kept = "".join(c if c.isalnum() or c in "-_" else "_" for c in request_id)
    return kept[:100] or "job"
